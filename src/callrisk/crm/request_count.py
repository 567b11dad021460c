"""The requests to the CRM today, counted over restarts: it allows so many a day."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from callrisk.crm.directory import RequestCounter
from callrisk.domain.time import utc_now
from callrisk.store.sending.request_counts import RequestsMade


class RequestCount:
    """Adds the counts of a client to those of earlier runs and of other programs."""

    def __init__(
        self, client: RequestCounter, made: RequestsMade, now: Callable[[], datetime] = utc_now
    ) -> None:  # fmt: skip
        self._client = client
        self._made = made
        self._now = now
        self._day: date | None = None
        # The part of the client's counts that stands in the store already.
        self._stored: Mapping[int, int] = {}

    def step(self) -> int:
        """Store new requests, take over what others have stored; return how many were new."""
        today = self._now().date()
        if today != self._day:
            self._day, self._stored = today, {}
        counted = dict(self._client.requests_today)
        new = {
            app: count - self._stored.get(app, 0)
            for app, count in counted.items()
            if count > self._stored.get(app, 0)
        }
        if new:
            self._made.add(today, new)
        stored = self._made.on(today)
        for app, count in stored.items():
            self._client.note_requests(app, max(0, count - counted.get(app, 0)))
        self._stored = stored
        return sum(new.values())

    def today(self) -> tuple[int, int]:
        """Return the requests of today to the app that had most, and how many it may have."""
        return max(self._client.requests_today.values(), default=0), self._client.budget
