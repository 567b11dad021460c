"""Metrics that are observed as things happen: requests, and how long turns take to be shown."""

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram

from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.event_types import EventType

# From a hundredth of a second, in which a turn is pushed, to an outage that everybody notices.
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)
_NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class LiveMetrics:
    """Observes the events that a server pushes and the requests that it answers."""

    def __init__(self, registry: CollectorRegistry, now: Callable[[], datetime]) -> None:
        self.registry = registry
        self._now = now
        # When the oldest turn of a call was heard that no score tells of yet.
        self._unscored: dict[str, datetime] = {}
        self._pushed = Histogram(
            "callrisk_turn_push_seconds", "From a turn's arrival until it is pushed",
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._scored = Histogram(
            "callrisk_turn_score_seconds", "From a turn's arrival until its score is pushed",
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._requests = Counter(
            "callrisk_requests", "Requests by method, template of the route, and status",
            ["method", "route", "status"], registry=registry,
        )  # fmt: skip
        self._took = Histogram(
            "callrisk_request_seconds", "Time that the server took for a request, by route",
            ["route"], buckets=_SECONDS, registry=registry,
        )  # fmt: skip

    def pushed(self, event: LoggedEvent) -> None:
        """Observe an event that was pushed; the follower calls this, one event after the other."""
        if event.type == EventType.TRANSCRIPT_SEGMENT and not event.payload.get("provisional"):
            self._pushed.observe(self._since(event.at))
            self._unscored.setdefault(event.call_id, event.at)
        elif event.type == EventType.RISK_SCORE_UPDATE:
            heard_at = self._unscored.pop(event.call_id, None)
            if heard_at is not None:
                self._scored.observe(self._since(heard_at))
        elif event.type == EventType.CALL_ENDED:
            self._unscored.pop(event.call_id, None)

    def answered(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Observe a request; `route` is its template, None for a path without one."""
        template = route or _NO_ROUTE
        known = method if method in _METHODS else "other"
        self._requests.labels(known, template, str(status)).inc()
        self._took.labels(template).observe(seconds)

    def _since(self, moment: datetime) -> float:
        return max(0.0, (self._now() - moment).total_seconds())
