"""Calls in progress: whoever hears writes to the log; here it is followed, assessed and told.

One thread follows the log, whoever wrote it: it brings each call's state up to date, hands every
event on to be pushed, and assesses the calls that changed, each at most once a second, in batches.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from callrisk.domain.assessment import AssessmentState, RiskCategory
from callrisk.domain.call import ParticipantRole, Segment, Sentiment
from callrisk.live.assessing import Assessed, assess
from callrisk.live.memory import CallMemory, FindCustomer, RememberedCall
from callrisk.live.serving import Champion
from callrisk.live.wire import alert_payload, assessment_payload, summary_payload
from callrisk.store.queries import LoggedEvent, Queries
from callrisk.store.store import NewAssessment, Payload, Store

logger = logging.getLogger(__name__)

# The log is looked at this often when nobody says that there is something new, in seconds.
_LOOK_EVERY = 0.1
_ASSESS_EVERY = timedelta(seconds=1)
_REFRESH_MODEL_EVERY = timedelta(seconds=2)
_EVENTS_AT_ONCE = 500

# Takes an event and the agent whose call it is.
Publish = Callable[[LoggedEvent, str], None]


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


class LiveCalls:
    """The calls of one server; safe to use from many threads."""

    def __init__(
        self, store: Store, champion: Champion, find_customer: FindCustomer, publish: Publish,
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._store = store
        self._queries = Queries(store.engine)
        self._champion = champion
        self._publish = publish
        self._now = now
        self._lock = threading.RLock()
        self._news, self._stopped = threading.Event(), threading.Event()
        # What was told before this start reaches browsers by catching up, not by pushing.
        self._seq = self._queries.last_seq()
        self._memory = CallMemory(self._queries, find_customer)
        self._refreshed_at: datetime | None = None
        self.problem: str | None = None

    def run(self) -> None:
        """Follow the log until `stop`; a failure is shown in `problem` and tried again."""
        while not self._stopped.is_set():
            try:
                self.step()
                self.problem = None
            except Exception as error:
                logger.exception("following the log failed")
                self.problem = f"{type(error).__name__}: {error}"
                self._stopped.wait(1.0)
            self._news.wait(_LOOK_EVERY)
            self._news.clear()

    def stop(self) -> None:
        """End `run`."""
        self._stopped.set()
        self._news.set()

    def wake(self) -> None:
        """Say that something was written to the log."""
        self._news.set()

    def step(self) -> None:
        """Bring everything up to date once: read the log, assess what is due, tell it."""
        with self._lock:
            self._refresh_model()
            self._follow()
            now = self._now()
            self._assess([call for call in self._memory if _is_due(call, now)], now)
            self._memory.forget_ended(now)

    def assess_now(self, call_id: str) -> None:
        """Assess one call at once if anything changed since its last; KeyError if unknown."""
        with self._lock:
            self._refresh_model()
            self._follow()
            call = self._memory.call(call_id)
            if call.dirty:
                self._assess([call], self._now())

    def remembered(self, call_id: str) -> RememberedCall:
        """The call as it stands, up to date with the log; KeyError if unknown."""
        with self._lock:
            self._follow()
            return self._memory.call(call_id)

    def finish(self, call_id: str) -> Payload:
        """End a call with its last assessment; the summary, the same however often it is asked."""
        with self._lock:
            call = self.remembered(call_id)
            if call.ended_at is None:
                call.ended_at, call.dirty = self._now(), True
                self._assess([call], call.ended_at)
                summary = self._summary(call, call.ended_at)
                self._store.end_call(call_id, call.ended_at, summary, call.state.totals())
                self._follow()
        stored = self._queries.call(call_id)
        return dict(stored.summary or {}) if stored else {}

    def _summary(self, call: RememberedCall, ended_at: datetime) -> Payload:
        return summary_payload(
            call.stored,
            ended_at,
            call.state.totals(),
            self._queries.assessments(call.stored.call_id),
            self._queries.notes(call.stored.call_id),
        )

    def _refresh_model(self) -> None:
        now = self._now()
        if self._refreshed_at is not None and now - self._refreshed_at < _REFRESH_MODEL_EVERY:
            return
        self._refreshed_at = now
        if self._champion.refresh():
            for call in self._memory:
                call.dirty = call.dirty or call.ended_at is None

    def _follow(self) -> None:
        while events := self._queries.events_after(self._seq, _EVENTS_AT_ONCE):
            for event in events:
                call = self._memory.call(event.call_id)
                _take_in(call, event)
                self._seq = event.seq
                self._publish(event, call.stored.agent_id)

    def _assess(self, calls: Sequence[RememberedCall], now: datetime) -> None:
        served = self._champion.current
        if served is None or not calls:
            return
        assessed = assess([call.at_moment() for call in calls], served, now)
        self._store.record_assessments(
            [_record(call, one) for call, one in zip(calls, assessed, strict=True)]
        )
        for call, one in zip(calls, assessed, strict=True):
            call.before, call.dirty, call.assessed_at = one.before, False, now
            call.alerted = call.alerted or _crosses(one)
        self._follow()


def _take_in(call: RememberedCall, event: LoggedEvent) -> None:
    if event.type == "transcript_segment" and not event.payload["provisional"]:
        call.dirty = call.state.add(_segment(event.payload)) or call.dirty
    elif event.type == "call_ended":
        call.ended_at = call.ended_at or event.at


def _is_due(call: RememberedCall, now: datetime) -> bool:
    rested = call.assessed_at is None or now - call.assessed_at >= _ASSESS_EVERY
    return call.dirty and rested


def _crosses(assessed: Assessed) -> bool:
    heard = assessed.assessment.state is not AssessmentState.LISTENING
    return heard and assessed.assessment.risk_category is RiskCategory.HIGH


def _record(call: RememberedCall, assessed: Assessed) -> NewAssessment:
    one, lines = assessed.assessment, assessed.before.lines
    return NewAssessment(
        call_id=one.call_id,
        at=one.timestamp,
        elapsed_s=one.elapsed_s,
        state=str(one.state),
        risk_score=one.risk_score,
        risk_category=str(one.risk_category),
        model_version=one.model_version,
        lines=(lines.start, *lines.points, lines.cap),
        payload=assessment_payload(one),
        alert=alert_payload(one) if _crosses(assessed) and not call.alerted else None,
    )


def _segment(payload: Payload) -> Segment:
    sentiment = payload["sentiment"]
    return Segment(
        segment_id=payload["segment_id"],
        sequence=int(payload["sequence"]),
        role=ParticipantRole(payload["role"]),
        text=payload["text"],
        begin_ms=payload["begin_ms"],
        end_ms=payload["end_ms"],
        sentiment=None if sentiment is None else Sentiment(sentiment),
    )
