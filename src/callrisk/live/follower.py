"""Calls in progress: whoever hears writes to the log; here it is followed, assessed and told.

One thread follows the log, whoever wrote it: it brings each call's state up to date, hands every
event on to be pushed, and assesses the calls that changed, each at most once a second, in batches.
"""

import logging
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from callrisk.background.crash_points import crash_point
from callrisk.domain.call_record import LoggedEvent, Payload
from callrisk.domain.contact import EndReason
from callrisk.domain.event_types import EventType, Source
from callrisk.ingest.source_health import SourceLag, Sources
from callrisk.live.assessing import assess
from callrisk.live.call_cache import CallMemory, FindCustomer, RememberedCall
from callrisk.live.decisions import crosses, record, verdict_of
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion
from callrisk.live.wire import heard_segment, summary_payload
from callrisk.store.calls import Ending, NewAssessment, Store
from callrisk.store.connect.checkpoints import Checkpoints
from callrisk.store.queries import Queries

logger = logging.getLogger(__name__)

# The log is looked at this often when nobody says that there is something new, in seconds.
_LOOK_EVERY = 0.05
_ASSESS_EVERY = 1.0
_REFRESH_MODEL_EVERY = 2.0
_EVENTS_AT_ONCE = 500
# An event that cannot be pushed for so many seconds must not hold up all that follow it.
_PUSH_FOR = 60.0
# The source of the calls that come by way of a stream, which somebody reads well or badly.
_STREAMED = Source.CONNECT

# Takes an event and the agent whose call it is.
Publish = Callable[[LoggedEvent, str], None]


class LiveCalls:
    """The calls of one server; safe to use from many threads."""

    def __init__(
        self, store: Store, champion: ServedChampion, find_customer: FindCustomer, publish: Publish,
        conduct: LivePolicy | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._conduct = conduct or LivePolicy()
        self._queries = Queries(store.engine)
        self._champion = champion
        self._publish = publish
        self._lock = threading.RLock()
        self._news, self._stopped = threading.Event(), threading.Event()
        # What was told before this start reaches browsers by catching up, not by pushing.
        self._seq = self._queries.last_seq()
        self._memory = CallMemory(self._queries, find_customer, self._conduct.clock)
        sources = Sources(Checkpoints(store.engine), self._conduct.clock)
        self._attention = SourceLag(sources, self._conduct.clock)
        self._stuck: tuple[int, float] | None = None
        self._refreshed_at: float | None = None
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
        """Bring everything up to date once: read the log, assess what is due, close, tell it."""
        with self._lock:
            self._refresh_model()
            self._follow()
            clock = self._conduct.clock()
            self._assess([call for call in self._memory if _is_due(call, clock)])
            self._close_what_is_over(clock)
            self._memory.forget_ended()

    def assess_now(self, call_id: str) -> None:
        """Assess one call at once if anything changed since its last; KeyError if unknown."""
        with self._lock:
            self._refresh_model()
            self._follow()
            call = self._memory.call(call_id)
            if call.dirty:
                self._assess([call])

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
                self._close(call, EndReason.REQUESTED)
            elif call.dirty:
                # Turns that came late, or an end that could not be stored.
                self._assess([call])
        stored = self._queries.call(call_id)
        return dict(stored.summary or {}) if stored else {}

    def _close_what_is_over(self, clock: float) -> None:
        unheard = {_STREAMED: self._attention.deaf_until()}
        for call in self._memory:
            deaf_until = unheard.get(call.stored.source, -math.inf)
            reason = call.pulse.reason(clock, self._conduct.patience, deaf_until)
            if call.ended_at is None and reason is not None:
                self._close(call, reason)

    def _close(self, call: RememberedCall, reason: EndReason) -> None:
        call.pulse.over = reason
        call.ended_at, call.dirty = self._conduct.now(), True
        self._assess([call])
        logger.info("closed call=%s reason=%s", call.stored.call_id, reason)

    def _ending(self, call: RememberedCall, last: NewAssessment | None) -> Ending:
        call_id, totals = call.stored.call_id, call.state.totals()
        course = [(one.risk_score, one.risk_category) for one in self._queries.assessments(call_id)]
        if last is not None:
            course.append((last.risk_score, last.risk_category))
        ended_at = call.ended_at or self._conduct.now()
        reason = str(call.pulse.over or EndReason.REQUESTED)
        stored = replace(call.stored, over_reason=reason)
        notes = self._queries.notes(call_id)
        summary = summary_payload(stored, ended_at, totals, course, notes)
        return Ending(call_id, ended_at, reason, summary, totals)

    def _refresh_model(self) -> None:
        clock = self._conduct.clock()
        if self._refreshed_at is not None and clock - self._refreshed_at < _REFRESH_MODEL_EVERY:
            return
        self._refreshed_at = clock
        if self._champion.refresh():
            for call in self._memory:
                call.dirty = call.dirty or call.ended_at is None

    def _follow(self) -> None:
        while events := self._queries.events_after(self._seq, _EVENTS_AT_ONCE):
            for event in events:
                call = self._memory.call(event.call_id)
                self._take_in(call, event)
                crash_point("before_push")
                self._push(event, call.stored.agent_id)
                # Only now: what failed before is taken in and pushed again.
                self._seq = event.seq

    def _push(self, event: LoggedEvent, agent_id: str) -> None:
        try:
            self._publish(event, agent_id)
        except Exception:
            clock = self._conduct.clock()
            if self._stuck is None or self._stuck[0] != event.seq:
                self._stuck = (event.seq, clock)
            if clock - self._stuck[1] < _PUSH_FOR:
                raise
            logger.exception("gave up pushing event=%d call=%s", event.seq, event.call_id)

    def _take_in(self, call: RememberedCall, event: LoggedEvent) -> None:
        if event.type not in _OWN_WORDS:
            call.pulse.beat(self._conduct.clock())
        if event.type == EventType.TRANSCRIPT_SEGMENT and not event.payload["provisional"]:
            is_new = call.state.add(heard_segment(event.payload))
            call.dirty = call.dirty or is_new or call.ended_at is not None
        elif event.type == EventType.CALL_STARTED:
            self._memory.renew(call)
        elif event.type == EventType.CUSTOMER_CHANGED:
            self._memory.rejoin(call)
        elif event.type == EventType.CONTACT_OVER:
            call.pulse.end(EndReason(event.payload["reason"]), self._conduct.clock())
        elif event.type == EventType.CALL_ENDED:
            call.ended_at = call.ended_at or event.at
            # Nobody can step in any more.
            call.alerted = True

    def _assess(self, calls: Sequence[RememberedCall]) -> None:
        served = self._champion.current
        if served is None:
            self._sum_up([call for call in calls if call.ended_at is not None])
            return
        if not calls:
            return
        assessed = assess([call.at_moment() for call in calls], served, self._conduct.now())
        recorded = [
            record(call, one, self._conduct) for call, one in zip(calls, assessed, strict=True)
        ]
        endings = [
            self._ending(call, one)
            for call, one in zip(calls, recorded, strict=True)
            if call.ended_at is not None
        ]
        self._store.record_assessments(recorded, endings)
        clock = self._conduct.clock()
        for call, one in zip(calls, assessed, strict=True):
            call.before, call.dirty, call.assessed_at = one.before, False, clock
            call.alerted = call.alerted or crosses(one)
            call.category = verdict_of(one) or call.category
        self._follow()

    def _sum_up(self, ended: Sequence[RememberedCall]) -> None:
        """Without a model a call that is over still has its totals and its summary."""
        if not ended:
            return
        self._store.record_assessments([], [self._ending(call, None) for call in ended])
        clock = self._conduct.clock()
        for call in ended:
            call.dirty, call.assessed_at = False, clock
        self._follow()


# What we tell ourselves is no sign that somebody still speaks.
_OWN_WORDS = frozenset(
    {
        EventType.RISK_SCORE_UPDATE,
        EventType.ALERT,
        EventType.CALL_ENDED,
        EventType.SUMMARY_CHANGED,
        EventType.GAP_CHANGED,
        EventType.CUSTOMER_CHANGED,
    }
)


def _is_due(call: RememberedCall, clock: float) -> bool:
    rested = call.assessed_at is None or clock - call.assessed_at >= _ASSESS_EVERY
    return call.dirty and rested
