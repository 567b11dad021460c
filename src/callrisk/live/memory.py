"""Calls in memory: loaded from the store when asked for, forgotten some time after the end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from callrisk.domain.assessment import ScoreLines
from callrisk.domain.call import CallState
from callrisk.domain.customer import Customer
from callrisk.domain.history import CallHistory, EarlierCall, history_before
from callrisk.live.assessing import Before, CallAtMoment
from callrisk.store.queries import Queries, StoredCall

# An ended call stays this long for turns that come late; after that it is read again if need be.
_KEEP_ENDED = timedelta(minutes=10)

FindCustomer = Callable[[str], Customer | None]


@dataclass(slots=True)
class RememberedCall:
    """One call with all that its assessment rests on; `dirty` when that changed since the last."""

    stored: StoredCall
    customer: Customer | None = None
    history: CallHistory | None = None
    contract_date: date | None = None
    earlier: list[EarlierCall] = field(default_factory=list)
    state: CallState = field(default_factory=CallState)
    before: Before | None = None
    alerted: bool = False
    dirty: bool = True
    assessed_at: datetime | None = None
    ended_at: datetime | None = None

    def at_moment(self) -> CallAtMoment:
        """The call as it stands now."""
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
        )


class CallMemory:
    """Looks calls up by id."""

    def __init__(self, queries: Queries, find_customer: FindCustomer) -> None:
        self._queries = queries
        self._find_customer = find_customer
        self._calls: dict[str, RememberedCall] = {}
        for stored in queries.active_calls():
            self._calls[stored.call_id] = self._loaded(stored)

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

    def forget_ended(self, now: datetime) -> None:
        """Let go of calls that ended a while ago and are fully assessed."""
        for call_id, call in list(self._calls.items()):
            over = call.ended_at is not None and now - call.ended_at > _KEEP_ENDED
            if over and not call.dirty:
                del self._calls[call_id]

    def _loaded(self, stored: StoredCall) -> RememberedCall:
        call = RememberedCall(stored, alerted=stored.alerted, ended_at=stored.ended_at)
        for segment in self._queries.segments(stored.call_id):
            call.state.add(segment)
        latest = self._queries.latest_assessment(stored.call_id)
        if latest is not None:
            start, *points, cap = latest.lines
            lines = ScoreLines(latest.payload["risk_score"], start, tuple(points), cap)
            call.before = Before(latest.model_version, lines)
        if stored.customer_id is not None:
            self._join_customer(call, stored.customer_id)
        return call

    def _join_customer(self, call: RememberedCall, customer_id: str) -> None:
        call.customer = self._find_customer(customer_id)
        before = call.stored.started_at
        call.earlier = [
            earlier
            for earlier in self._queries.earlier_calls(customer_id)
            if earlier.call_id != call.stored.call_id and earlier.began_at < before
        ]
        # A customer of whom neither record nor call is known has no history, not an empty one.
        if call.customer is not None or call.earlier:
            call.history = history_before(before, call.earlier)
        # A recording is a conversation before the contract, whenever it is replayed.
        if not call.stored.demo:
            call.contract_date = self._queries.contract_date(customer_id)
