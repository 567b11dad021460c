"""The cache of calls: loaded from the store on first use, dropped some time after the end."""

from collections.abc import Callable, Iterator

from callrisk.domain.assessment import AssessmentState
from callrisk.domain.call import CallState
from callrisk.domain.call_end import CallLiveness, EndReason
from callrisk.domain.call_record import StoredCall
from callrisk.domain.customer import Customer
from callrisk.domain.features.history import history_before
from callrisk.domain.language.concerns import Concerns
from callrisk.domain.work.call_work import call_work
from callrisk.domain.work.note_kind import NoteKind
from callrisk.live.assessment.advising import take_feedback
from callrisk.live.live_call import LiveCall
from callrisk.live.person_hiding import PersonHiding
from callrisk.live.served_playbook import ServedPlaybook
from callrisk.store.queries import Queries

# An ended call stays this long for turns that come late, in seconds; then it is read again.
_KEEP_ENDED = 600.0

FindCustomer = Callable[[str, str], Customer | None]


class CallCache:
    """Holds live calls by id."""

    def __init__(
        self, queries: Queries, find_customer: FindCustomer, clock: Callable[[], float],
        concerns: Concerns, playbook: ServedPlaybook, hiding: PersonHiding,
    ) -> None:  # fmt: skip
        self._hiding = hiding
        self._concerns = concerns
        self._playbook = playbook
        self._queries = queries
        self._find_customer = find_customer
        self._clock = clock
        self._calls: dict[str, LiveCall] = {}
        self.load(lambda _call_id: True)

    def __iter__(self) -> Iterator[LiveCall]:
        return iter(list(self._calls.values()))

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._calls

    def has_in_progress(self, call_id: str) -> bool:
        """Return True for a call that is held and not over; one that is may be removed by now."""
        call = self._calls.get(call_id)
        return call is not None and call.ended_at is None and call.stored.ended_at is None

    def load(self, is_wanted: Callable[[str], bool]) -> None:
        """Load calls in progress, and those of which something was heard since their summary."""
        for stored in self._queries.active_calls():
            if is_wanted(stored.call_id):
                self._calls[stored.call_id] = self._loaded(stored)
        for stored in self._queries.ended_but_heard_since():
            if is_wanted(stored.call_id):
                self._calls[stored.call_id] = self._loaded(stored)
                self._calls[stored.call_id].dirty = True

    def call(self, call_id: str) -> LiveCall:
        """Return the call, from the store if it is not cached; KeyError for an unknown id."""
        cached = self._calls.get(call_id)
        if cached is None:
            stored = self._queries.call(call_id)
            if stored is None:
                raise KeyError(call_id)
            cached = self._calls[call_id] = self._loaded(stored)
        return cached

    def reload(self, call: LiveCall) -> None:
        """Read the row of a call again, and join its customer if that is another one now."""
        stored = self._queries.call(call.stored.call_id)
        if stored is None:
            return
        previous, call.stored = call.stored, stored
        if stored.customer_id is None or stored.customer_id == previous.customer_id:
            return
        try:
            self._join_customer(call, stored.customer_id)
        except Exception:
            # Read again from the start when the event comes again.
            call.stored = previous
            raise
        call.dirty = True

    def refresh(self, call: LiveCall) -> None:
        """Read the row of a call again, whose customer is the same."""
        call.stored = self._queries.call(call.stored.call_id) or call.stored

    def rejoin(self, call: LiveCall) -> None:
        """Read the row of a call again, and join the customer's record and history anew."""
        stored = self._queries.call(call.stored.call_id)
        if stored is None:
            return
        call.stored, call.dirty = stored, True
        call.customer, call.history, call.earlier_calls, call.contract_date = None, None, [], None
        if stored.customer_id is not None:
            self._join_customer(call, stored.customer_id)
        else:
            self._hiding.forget(stored.call_id)

    def drop_ended(self, is_own: Callable[[str], bool]) -> None:
        """Drop the calls that ended a while ago and of which everything is stored.

        What another server has still to store of its calls is its own affair.
        """
        now = self._clock()
        for call_id, call in list(self._calls.items()):
            expired = call.ended_at is not None and now - call.liveness.heard_at > _KEEP_ENDED
            if expired and not (call.dirty and is_own(call_id)):
                del self._calls[call_id]
                self._hiding.forget(call_id)

    def _loaded(self, stored: StoredCall) -> LiveCall:
        now = self._clock()
        call = LiveCall(
            stored,
            CallLiveness(now),
            alerted=stored.alerted or stored.ended_at is not None,
            ended_at=stored.ended_at,
            dirty=stored.ended_at is None,
            state=CallState(self._concerns),
        )
        call.liveness.learn(stored.ends, now)
        call.liveness.was_requested = stored.over_reason == EndReason.REQUESTED
        if stored.ended_at is None and self._queries.is_end_requested(stored.call_id):
            call.liveness.request()
        for one in self._queries.turns(stored.call_id):
            call.state.add(one.turn, one.statements)
        latest = self._queries.latest_assessment(stored.call_id)
        if latest is not None:
            call.told = latest.told
            if latest.payload["state"] != AssessmentState.LISTENING:
                call.category = latest.payload["risk_category"]
        if stored.customer_id is not None:
            self._join_customer(call, stored.customer_id)
        self.read_feedback(call)
        return call

    def read_feedback(self, call: LiveCall) -> None:
        """Read what the agent made of advice; what was taken back does not count."""
        began, notes = call.stored.started_at, self._queries.notes(call.stored.call_id)
        back = call_work(notes).taken_back
        call.feedback.clear()
        for note in notes:
            if note.kind == NoteKind.FEEDBACK and note.note_id not in back:
                seconds = (note.at - began).total_seconds()
                take_feedback(call, note.text, self._playbook, seconds)

    def _join_customer(self, call: LiveCall, customer_id: str) -> None:
        call.customer = self._find_customer(call.stored.call_id, customer_id)
        self._hiding.learn(call.stored, call.customer)
        before = call.stored.started_at
        # The legs of a transferred call are one conversation.
        own = self._queries.conversation(call.stored.conversation_id or call.stored.call_id)
        own.add(call.stored.call_id)
        call.earlier_calls = [
            earlier
            for earlier in self._queries.earlier_calls(customer_id, self._concerns)
            if earlier.call_id not in own and earlier.began_at < before
        ]
        # A customer of whom neither record nor call is known has no history, not an empty one.
        if call.customer is not None or call.earlier_calls:
            call.history = history_before(before, call.earlier_calls)
        # A recording is a conversation before the contract, whenever it is replayed.
        if not call.stored.demo:
            call.contract_date = self._queries.contract_date(customer_id)
