"""The follower of the event log: it keeps the state of calls in progress, assesses and ends them.

Theory of operation
-------------------
Every source of calls writes to the store in transactions of its own: segments, what is known of
the contact, and an event for each (the first transaction). One thread here reads the log in the
order of its numbers and, for each event,

1. stores the turn anew if it tells whose call it is (`person_hiding`), and reads it again,
2. brings the cached call up to date (a segment is added to its state, a customer is joined),
3. pushes the event to the screens,
4. moves its position in the log beyond the event.

Then it assesses the calls that changed, each at most once a second and all in one batch, and
stores the assessments, alerts, outbox messages and ends (the second transaction). These are events
of the log themselves, so they are read and pushed like all others.

A call is open, then closed (`ended_at` is set in memory), then ended (its end is stored). It is
closed on request, when the analysis or the telephony reports its end, or after a long silence
(see `call_end`). A closed call gets one last assessment, which is stored together with its end.
Segments that arrive after the end are still added, and the summary is stored anew.

The position is kept in memory only. After a restart it begins at the newest event; browsers that
missed some read them by `/api/events`. The state of a call is loaded from its segments. An ended
call of which more was told than its summary knows is assessed once more.

May repeat: reading an event after a failure (a segment known by its id changes nothing), pushing
an event, assessing a call. Must not repeat: the alert of a call, its end, a message of the outbox;
the store guards each by a row that only one transaction can change. Nothing acknowledged may be
lost: an event is passed over only after it was pushed, or could not be pushed for a minute.

All methods hold one lock, so `step` and requests from other threads see whole states.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from callrisk.background.crash_points import crash_point
from callrisk.background.retry import RETRIES
from callrisk.background.tally import Tally
from callrisk.domain.call_end import CallPhase
from callrisk.domain.call_record import LoggedEvent, Payload
from callrisk.domain.event_types import Source
from callrisk.domain.language.concerns import Concerns
from callrisk.ingest.source_health import SourceLag, Sources
from callrisk.live.assessment.assessor import Assessor
from callrisk.live.call_cache import CallCache, FindCustomer
from callrisk.live.call_ending import end_of, requested_at, spoken_until, take_request
from callrisk.live.event_push import EventPush, Publish
from callrisk.live.live_call import LiveCall
from callrisk.live.log_events import take_in
from callrisk.live.own_events import OwnEvents
from callrisk.live.person_hiding import PersonHiding
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion
from callrisk.live.served_playbook import ServedPlaybook
from callrisk.live.servers.other_servers import OtherServers
from callrisk.live.servers.ownership import Everything, Ownership
from callrisk.store.calls import Store
from callrisk.store.connect.source_reports import SourceReports
from callrisk.store.leases import partition_of
from callrisk.store.queries import Queries
from callrisk.store.store_away import STORE_AWAY_ERRORS

logger = logging.getLogger(__name__)

# The log is read this often when nobody wakes the follower, and less often for what others wrote
# while own events come all the time, which are followed at most so often. In seconds.
_POLL_EVERY, _READ_AT_LEAST_EVERY, _FOLLOW_AT_MOST_EVERY = 0.05, 0.1, 0.01
# What is due is looked for between, so that many calls share a batch; and ends less often.
_LOOK_FOR_DUE_EVERY, _LOOK_FOR_ENDS_EVERY = 0.2, 0.5
_REFRESH_MODEL_EVERY = 2.0
_EVENTS_AT_ONCE = 500


class LiveCalls:
    """The calls of one server; safe to use from many threads.

    Without a `playbook` the product's own advises. `ownership` says which calls are this server's:
    all of them, unless it is set.
    """

    def __init__(
        self, store: Store, champion: ServedChampion, find_customer: FindCustomer, publish: Publish,
        policy: LivePolicy | None = None, playbook: ServedPlaybook | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._policy = policy or LivePolicy()
        self._queries = Queries(store.engine)
        self._champion = champion
        self._playbook = playbook or ServedPlaybook()
        self._others = OtherServers(store, self._queries)
        self._lock = threading.RLock()
        self._woken, self._stopped = threading.Event(), threading.Event()
        # What was pushed before this start reaches browsers by catching up.
        self._seq = self._queries.last_seq()
        clock = self._policy.clock
        self.hiding = PersonHiding(store.persons, self._queries)
        self._cache = CallCache(
            self._queries, find_customer, clock, self._policy.concerns, self._playbook, self.hiding
        )
        self._source_lag = SourceLag(Sources(SourceReports(store.engine), clock), clock)
        self._pusher = EventPush(publish, clock)
        self._refreshed_at: float | None = None
        # When the log was read to its end.
        self._read_at = -math.inf
        # What this process has stored itself and not followed yet.
        self.own_events = OwnEvents(self._seq)
        self.ownership: Ownership = Everything()
        self._assessor = Assessor(store, self._queries, champion, self._playbook, self._policy)
        # Stores what was heard of turns that never finished; whoever takes turns in sets it.
        self.keep_last_words: Callable[[str], object] = lambda _call_id: None
        self.problem: str | None = None

    @property
    def concerns(self) -> Concerns:
        """The table that weighs what is said."""
        return self._policy.concerns

    @property
    def followed_seq(self) -> int:
        """The number of the last event of the log that was followed."""
        return self._seq

    @property
    def assessed(self) -> Tally:
        """The assessments that were stored."""
        return self._assessor.assessed

    @property
    def playbook(self) -> ServedPlaybook:
        """The plays that advise."""
        return self._playbook

    def run(self) -> None:
        """Follow the log until `stop`; a failure is shown in `problem` and tried again."""
        due_at = ends_at = 0.0
        while not self._stopped.is_set():
            now = time.monotonic()
            try:
                if now >= due_at:
                    self.step(with_ends=now >= ends_at)
                    due_at = now + _LOOK_FOR_DUE_EVERY
                    ends_at = now + _LOOK_FOR_ENDS_EVERY if now >= ends_at else ends_at
                else:
                    self._follow_alone()
                self.problem = None
            except STORE_AWAY_ERRORS as error:
                # One line, however long it is away, without what the statement holds.
                if self.problem is None:
                    logger.warning("following the log: %s", error.__cause__ or error)
                self._wait_after(error)
            except Exception as error:
                logger.exception("following the log failed")
                self._wait_after(error)
            self._stopped.wait(_FOLLOW_AT_MOST_EVERY)
            self._woken.wait(_POLL_EVERY)
            self._woken.clear()
        with self._lock, suppress(*STORE_AWAY_ERRORS):
            self.ownership.release()

    def _wait_after(self, error: Exception) -> None:
        self.problem = f"{type(error).__name__}: {error}"
        self._stopped.wait(RETRIES.event_log.wait_s(1))

    def stop(self) -> None:
        """End `run`."""
        self._others.stop()
        self._stopped.set()
        self._woken.set()

    def wake(self) -> None:
        """Have the log read at once, because something was written to it."""
        self._woken.set()

    def _follow_alone(self) -> None:
        with self._lock:
            # What others wrote is looked for when there is nothing else, and from time to time.
            is_read = self._policy.clock() - self._read_at < _READ_AT_LEAST_EVERY
            if self.own_events and is_read:
                self._follow_own()
            else:
                self._follow()

    def step(self, *, with_ends: bool = True) -> None:
        """Bring everything up to date once: read the log, assess what is due, close calls."""
        with self._lock:
            self._take_over(self.ownership.refresh())
            self._refresh_model()
            self._follow()
            now = self._policy.clock()
            due = [call for call in self._cache if call.is_due(now)]
            self._assess([call for call in due if self.ownership.owns(call.stored.call_id)])
            if with_ends:
                self._close_over(now)
                self._cache.drop_ended(self.ownership.owns)

    def assess_now(self, call_id: str) -> None:
        """Assess a call at once if it changed since its last assessment; KeyError if unknown.

        Of a call that another server assesses its assessment is waited for.
        """
        with self._lock:
            self._take_over(self.ownership.refresh())
            self._refresh_model()
            self._follow()
            call, has_model = self._cache.call(call_id), self._champion.current is not None
            if self.ownership.owns(call_id):
                if call.dirty:
                    self._assess([call])
                return
        if has_model:
            self._others.await_assessment(call_id)

    def call(self, call_id: str) -> LiveCall:
        """Return the call as it stands, up to date with the log; KeyError if unknown."""
        with self._lock:
            self._follow()
            return self._cache.call(call_id)

    def knows(self, call_id: str) -> bool:
        """Return True for a call that is at hand: one in progress, as soon as it is told of."""
        return self._cache.has_in_progress(call_id)

    def is_own(self, call_id: str) -> bool:
        """Return True if this server assesses a call, and not another one on its database."""
        with self._lock:
            self._take_over(self.ownership.refresh())
            return self.ownership.owns(call_id)

    def finish(self, call_id: str) -> Payload:
        """End a call after a last assessment; return its summary, the same at every request."""
        with self._lock:
            self._take_over(self.ownership.refresh())
            call = self.call(call_id)
            is_own = self.ownership.owns(call_id)
            if is_own and call.ended_at is None:
                call.liveness.request()
                self._close(call)
            elif is_own and call.dirty:
                # Segments that came late, or an end that could not be stored.
                self._assess([call])
        stored = self._queries.call(call_id)
        if not is_own or (stored is not None and stored.ended_at is None):
            # Another server's, maybe since a moment.
            self._others.end(call_id)
            stored = self._queries.call(call_id)
        return dict(stored.summary or {}) if stored else {}

    def _take_over(self, partitions: frozenset[int]) -> None:
        """Load the calls of partitions that are this server's now: another one told of them."""
        if partitions:
            self._cache.load(lambda call_id: partition_of(call_id) in partitions)

    def _own_calls(self) -> list[LiveCall]:
        owns = self.ownership.owns
        return [call for call in self._cache if owns(call.stored.call_id)]

    def _close_over(self, now: float) -> None:
        # Only calls of the stream depend on a reader that may lag.
        unreliable_until = {Source.CONNECT: self._source_lag.unreliable_until()}
        for call in self._own_calls():
            phase = call.liveness.phase(
                now, self._policy.timeouts, unreliable_until.get(call.stored.source, -math.inf)
            )
            if call.ended_at is None and phase is CallPhase.OVER:
                self._close(call)

    def _close(self, call: LiveCall) -> None:
        until, policy = spoken_until(call, self._queries), self._policy
        call.ended_at = requested_at(call, until, policy.now(), policy.clock())
        call.dirty = True
        self._assess([call])
        logger.info("closed call=%s", call.stored.call_id)

    def _settle_ends(self, closed: Sequence[LiveCall]) -> None:
        """Bring the ends of closed calls up to what is known by now.

        What was heard of a turn that never finished is kept as a turn.
        """
        for call in closed:
            self.keep_last_words(call.stored.call_id)
        self._follow()
        for call in closed:
            self._cache.refresh(call)
            take_request(call)
            call.ended_at = end_of(call, spoken_until(call, self._queries))

    def _refresh_model(self) -> None:
        now = self._policy.clock()
        if self._refreshed_at is not None and now - self._refreshed_at < _REFRESH_MODEL_EVERY:
            return
        self._refreshed_at = now
        # Both are read again even if the first is another.
        changed = [self._champion.refresh(), self._playbook.refresh()]
        if any(changed):
            for call in self._cache:
                call.dirty = call.dirty or call.ended_at is None

    def _follow(self) -> None:
        """Follow the log to its end."""
        self._read_at = self._policy.clock()
        self.hiding.hide_joined()
        while events := self._read_on():
            self._take(events)

    def _follow_own(self) -> None:
        """Follow the log as far as this process wrote it; only what lies between is read."""
        self.hiding.hide_joined()
        while self.own_events and (events := self.own_events.after(self._seq) or self._read_on()):
            self._take(events)

    def _read_on(self) -> Sequence[LoggedEvent]:
        return self._queries.events_after(self._seq, _EVENTS_AT_ONCE, self.own_events.known)

    def _take(self, events: Sequence[LoggedEvent]) -> None:
        """Take events in and push them, until one is to be read again."""
        for event in events:
            try:
                call = self._cache.call(event.call_id)
            except KeyError:
                # The call was removed since, and its events with it.
                if self.own_events.drop(event.seq):
                    break
                raise
            if self.hiding.hides(event):
                # Here or by another server: its row is what may be shown.
                self.own_events.drop(event.seq)
                break
            take_in(event, call, self._cache, self._playbook, self._policy.clock())
            self.hiding.hide_joined()
            crash_point("before_push")
            self._pusher.push(event, call.stored.agent_id)
            # Only now: an event that failed before is applied and pushed again.
            self._seq = event.seq
            self.own_events.followed(event.seq)

    def _assess(self, calls: Sequence[LiveCall]) -> None:
        """Assess calls, with the ends of those that are closed; then follow what that wrote."""
        if closed := [call for call in calls if call.ended_at is not None]:
            self._settle_ends(closed)
        told = self._assessor.assess(calls, self.ownership.fence(), self._seq)
        if told is None:
            self.ownership.lose()
            return
        self.own_events.put(told.events)
        if told.is_any:
            # The end of a call is read from the log.
            follow = self._follow if closed or not told.events else self._follow_own
            follow()
