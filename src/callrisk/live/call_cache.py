"""Calls in memory: loaded from the store when asked for, forgotten some time after the end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from callrisk.domain.assessment import AssessmentState
from callrisk.domain.call import CallState
from callrisk.domain.call_record import StoredCall
from callrisk.domain.contact import EndReason
from callrisk.domain.customer import Customer
from callrisk.domain.features.history import CallHistory, EarlierCall, history_before
from callrisk.domain.score_lines import ScoreLines
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.sentiment import overall_sentiment
from callrisk.live.assessing import Before, CallAtMoment
from callrisk.live.call_end import CallLiveness
from callrisk.store.queries import Queries

# An ended call stays this long for turns that come late, in seconds; then it is read again.
_KEEP_ENDED = 600.0

FindCustomer = Callable[[str, str], Customer | None]


@dataclass(slots=True)
class RememberedCall:
    """One call with all that its assessment rests on; `dirty` when that changed since the last.

    `assessed_at` and the pulse are seconds of the monotonic clock.
    """

    stored: StoredCall
    pulse: CallLiveness
    customer: Customer | None = None
    history: CallHistory | None = None
    contract_date: date | None = None
    earlier: list[EarlierCall] = field(default_factory=list)
    state: CallState = field(default_factory=CallState)
    before: Before | None = None
    # An alert was fired, or the call is over and there will be none.
    alerted: bool = False
    dirty: bool = True
    assessed_at: float | None = None
    # What was last told outside: the category of a verdict, None while listening.
    category: str | None = None
    ended_at: datetime | None = None

    def at_moment(self) -> CallAtMoment:
        """The call as it stands now."""
        turns = self.state.segments
        return CallAtMoment(
            call_id=self.stored.call_id,
            customer_id=self.stored.customer_id,
            agent_id=self.stored.agent_id,
            started_at=self.stored.started_at,
            ended=self.ended_at is not None,
            totals=self.state.totals(),
            customer=self.customer,
            history=self.history,
            contract_date=self.contract_date,
            before=self.before,
            demo=self.stored.demo,
            sentiment={role: overall_sentiment(turns, role) for role in ParticipantRole},
        )


class CallMemory:
    """Looks calls up by id."""

    def __init__(
        self, queries: Queries, find_customer: FindCustomer, clock: Callable[[], float]
    ) -> None:
        self._queries = queries
        self._find_customer = find_customer
        self._clock = clock
        self._calls: dict[str, RememberedCall] = {}
        for stored in queries.active_calls():
            self._calls[stored.call_id] = self._loaded(stored)
        for stored in queries.ended_but_heard_since():
            self._calls[stored.call_id] = self._loaded(stored)
            self._calls[stored.call_id].dirty = True

    def __iter__(self) -> Iterator[RememberedCall]:
        return iter(list(self._calls.values()))

    def call(self, call_id: str) -> RememberedCall:
        """The call, from the store if it is not in memory; KeyError when nobody knows it."""
        remembered = self._calls.get(call_id)
        if remembered is None:
            stored = self._queries.call(call_id)
            if stored is None:
                raise KeyError(call_id)
            remembered = self._calls[call_id] = self._loaded(stored)
        return remembered

    def renew(self, call: RememberedCall) -> None:
        """Read again who takes part in a call."""
        stored = self._queries.call(call.stored.call_id)
        if stored is None:
            return
        known, call.stored = call.stored, stored
        if stored.customer_id is None or stored.customer_id == known.customer_id:
            return
        try:
            self._join_customer(call, stored.customer_id)
        except Exception:
            # Read again from the start when the event comes again.
            call.stored = known
            raise
        call.dirty = True

    def rejoin(self, call: RememberedCall) -> None:
        """Read again who the customer is, and join what is known of them by now."""
        stored = self._queries.call(call.stored.call_id)
        if stored is None:
            return
        call.stored, call.dirty = stored, True
        call.customer, call.history, call.earlier, call.contract_date = None, None, [], None
        if stored.customer_id is not None:
            self._join_customer(call, stored.customer_id)

    def forget_ended(self) -> None:
        """Let go of calls that ended a while ago and of which all is stored."""
        now = self._clock()
        for call_id, call in list(self._calls.items()):
            over = call.ended_at is not None and now - call.pulse.heard_at > _KEEP_ENDED
            if over and not call.dirty:
                del self._calls[call_id]

    def _loaded(self, stored: StoredCall) -> RememberedCall:
        now = self._clock()
        call = RememberedCall(
            stored,
            CallLiveness(now),
            alerted=stored.alerted or stored.ended_at is not None,
            ended_at=stored.ended_at,
            dirty=stored.ended_at is None,
        )
        if stored.over_reason is not None:
            call.pulse.end(EndReason(stored.over_reason), now)
        if stored.disconnected_at is not None:
            call.pulse.end(EndReason.DISCONNECTED, now)
        for segment in self._queries.segments(stored.call_id):
            call.state.add(segment)
        latest = self._queries.latest_assessment(stored.call_id)
        if latest is not None:
            start, *points, cap = latest.lines
            lines = ScoreLines(latest.payload["risk_score"], start, tuple(points), cap)
            call.before = Before(latest.model_version, lines)
            if latest.payload["state"] != AssessmentState.LISTENING:
                call.category = latest.payload["risk_category"]
        if stored.customer_id is not None:
            self._join_customer(call, stored.customer_id)
        return call

    def _join_customer(self, call: RememberedCall, customer_id: str) -> None:
        call.customer = self._find_customer(call.stored.call_id, customer_id)
        before = call.stored.started_at
        # The legs of a transferred call are one conversation.
        own = self._queries.conversation(call.stored.conversation_id or call.stored.call_id)
        own.add(call.stored.call_id)
        call.earlier = [
            earlier
            for earlier in self._queries.earlier_calls(customer_id)
            if earlier.call_id not in own and earlier.began_at < before
        ]
        # A customer of whom neither record nor call is known has no history, not an empty one.
        if call.customer is not None or call.earlier:
            call.history = history_before(before, call.earlier)
        # A recording is a conversation before the contract, whenever it is replayed.
        if not call.stored.demo:
            call.contract_date = self._queries.contract_date(customer_id)
