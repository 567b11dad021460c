"""Joins calls with the customers' records of the CRM, beside the live path and never in its way.

Whoever begins a call asks here and goes on; what is found is told through the log, and the call is
assessed again with it. While the CRM does not answer, it is asked again until the call is over.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from callrisk.background.work_queue import WorkQueue
from callrisk.crm.directory import Away, CustomerDirectory
from callrisk.crm.records import CustomerCandidate, Customers, RecordStatus
from callrisk.domain.call_record import StoredCall
from callrisk.domain.customer import Customer, SearchState, domestic_digits
from callrisk.domain.time import utc_now
from callrisk.integrations.kintone.customers_app import Found
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.store.calls import Store
from callrisk.store.queries import Queries

logger = logging.getLogger(__name__)

# Longer than this nobody waits for a record.
PATIENCE_S = 3.0
_AT_ONCE = 4
# A CRM that is away is asked again after so many seconds, one that refuses after so many.
_AGAIN_S, _REFUSED_AGAIN_S = 5.0, 60.0


@dataclass(frozen=True, slots=True)
class _OfCall:
    """Who is the customer of this call?"""

    call_id: str


@dataclass(frozen=True, slots=True)
class _OfRecord:
    """Whom does it concern that this record has changed?"""

    record_id: int


@dataclass(frozen=True, slots=True)
class _OfAll:
    """Does the CRM answer again?"""


_Question = _OfCall | _OfRecord | _OfAll


class Joining:
    """Finds the customers of calls in threads of its own."""

    def __init__(
        self, desk: CustomerDirectory, customers: Customers, store: Store,
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._customers = customers
        self._store = store
        self._queries = Queries(store.engine)
        self._now = now
        # Who waits for the first answer about a call.
        self._open: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._away: Away | None = None
        self._questions = WorkQueue[_Question]("joining", self._answer, _AT_ONCE)

    @property
    def away(self) -> Away | None:
        """Since when the CRM gives no answers; None while it does."""
        away = self._away
        return None if away is None or self._desk.answers > away.answers else away

    def start(self) -> None:
        """Begin, with the calls in progress."""
        self._questions.start()
        for call in self._queries.active_calls():
            self.ask(call.call_id)

    def stop(self) -> None:
        """End after the questions at hand."""
        self._questions.stop()

    def ask(self, call_id: str) -> None:
        """Have the customer of a call looked up; returns at once."""
        with self._lock:
            self._open.setdefault(call_id, threading.Event())
        self._customers.begins(call_id)
        self._questions.ask(_OfCall(call_id))

    def ask_again(self, call_id: str) -> None:
        """Have it looked up anew, as another customer was assigned; returns at once."""
        self.over(call_id)
        self.ask(call_id)

    def wait(self, call_id: str, seconds: float = PATIENCE_S) -> None:
        """Wait until the CRM has answered about a call, but no longer than so."""
        answered = self._open.get(call_id)
        if answered is not None:
            answered.wait(seconds)

    def over(self, call_id: str) -> None:
        """Ask no more about a call."""
        with self._lock:
            answered = self._open.pop(call_id, None)
        if answered is not None:
            answered.set()
        self._customers.over(call_id)

    def refresh(self, record_id: int) -> None:
        """Have a record read again because it is said to have changed; returns at once."""
        self._questions.ask(_OfRecord(record_id))

    def _answer(self, question: _Question) -> None:
        # Whoever assigns another customer meanwhile waits for the next answer, not for this one.
        answered = self._open.get(question.call_id) if isinstance(question, _OfCall) else None
        try:
            self._look_up(question)
        except KintoneError as error:
            logger.warning("%s: no answer: %s", question, error)
            self._go_on_without(question, error)
        finally:
            if answered is not None:
                answered.set()

    def _look_up(self, question: _Question) -> None:
        match question:
            case _OfCall(call_id):
                self._join(call_id)
            case _OfRecord(record_id):
                self._refresh(record_id)
            case _OfAll():
                self._look()

    def _join(self, call_id: str) -> None:
        call = self._queries.call(call_id)
        if call is None or call.ended_at is not None:
            self.over(call_id)
        elif call.customer_id is not None:
            self._by_id(call, call.customer_id)
        elif call.phone is not None and call.assigned_by is None:
            self._by_phone(call, call.phone)
        else:
            self._stands(call_id, RecordStatus(SearchState.NOBODY))

    def _by_id(self, call: StoredCall, customer_id: str) -> None:
        if call.record_id is None and self._customers.is_fresh(customer_id, self._now()):
            self._stands(call.call_id, RecordStatus(SearchState.FOUND))
            return
        found = self._desk.by_id(customer_id, PATIENCE_S)
        if len(found) == 1:
            self._customers.choose(call.call_id, None)
            self._found(call, customer_id, self._customers.keep(found[0]))
            return
        # What was known of the customer may be any of several records, or none of them.
        changed = self._customers.forget(customer_id)
        chosen = next((one for one in found if one.record_id == call.record_id), None)
        is_news = self._customers.choose(call.call_id, chosen)
        if chosen is not None:
            self._found(call, customer_id, is_news)
        else:
            self._stands(
                call.call_id, _several(found) if found else RecordStatus(SearchState.NOT_FOUND)
            )
            if changed:
                self._tell_all_of(customer_id)

    def _found(self, call: StoredCall, customer_id: str, changed: bool) -> None:
        if changed:
            self._customers.stands(call.call_id, RecordStatus(SearchState.FOUND))
            self._tell_all_of(customer_id)
        else:
            self._stands(call.call_id, RecordStatus(SearchState.FOUND))

    def _by_phone(self, call: StoredCall, phone: str) -> None:
        found = self._desk.by_phone(phone, PATIENCE_S)
        if len(found) == 1:
            self._customers.keep(found[0])
            # Told with the assignment.
            self._customers.stands(call.call_id, RecordStatus(SearchState.FOUND))
            customer_id = found[0].customer.customer_id
            self._store.assign_customer(call.call_id, customer_id, self._now())
        else:
            self._stands(
                call.call_id, _several(found) if found else RecordStatus(SearchState.NOT_FOUND)
            )

    def _refresh(self, record_id: int) -> None:
        """Ask again about the calls that a changed, added or deleted record concerns."""
        found = self._desk.by_record(record_id, PATIENCE_S)
        self._customers.expire(record_id)
        if found is not None:
            self._customers.expire_id(found.customer.customer_id)
        for call in self._queries.active_calls():
            rests_on_it = record_id in self._customers.records_of(call.call_id, call.customer_id)
            if rests_on_it or (found is not None and _is_of(call, found.customer)):
                self.ask(call.call_id)

    def _look(self) -> None:
        """Whether the CRM is back; if so, those who had no answer ask again."""
        if self.away is not None:
            self._desk.look(PATIENCE_S)
        for call in self._queries.active_calls():
            if self._customers.is_missing(call.call_id):
                self.ask(call.call_id)

    def _go_on_without(self, question: _Question, error: KintoneError) -> None:
        """Ask again later, and whether the CRM is back at all, as the call may be over by then."""
        if isinstance(question, _OfCall) and error.permanent and self._is_well():
            # It is this question that is refused; it would be refused again.
            self._stands(question.call_id, RecordStatus(SearchState.NOT_FOUND))
            return
        away = self.away
        since = self._now() if away is None else away.since
        self._away = Away(since, self._desk.answers, str(error) if error.permanent else None)
        if isinstance(question, _OfCall):
            self._stands(question.call_id, RecordStatus(SearchState.UNREACHABLE, since))
        again_s = _REFUSED_AGAIN_S if error.permanent else _AGAIN_S
        self._questions.ask(_OfAll(), again_s)
        # Calls are asked about when all are well again; a refusal is no reason to ask for each.
        if isinstance(question, _OfRecord) or not error.permanent:
            self._questions.ask(question, again_s)

    def _is_well(self) -> bool:
        try:
            self._desk.look(PATIENCE_S)
        except KintoneError:
            return False
        return True

    def _stands(self, call_id: str, standing: RecordStatus) -> None:
        if self._customers.stands(call_id, standing):
            self._store.tell_customer(call_id, self._now())

    def _tell_all_of(self, customer_id: str) -> None:
        for call in self._queries.active_calls():
            if call.customer_id == customer_id:
                self._store.tell_customer(call.call_id, self._now())


def _several(found: Sequence[Found]) -> RecordStatus:
    return RecordStatus(
        SearchState.SEVERAL,
        None,
        tuple(CustomerCandidate(one.customer, one.record_id) for one in found),
    )


def _is_of(call: StoredCall, customer: Customer) -> bool:
    """Whether a call could be this customer's."""
    if call.customer_id is not None:
        return call.customer_id == customer.customer_id
    digits = None if call.phone is None else domestic_digits(call.phone)
    return digits is not None and digits == domestic_digits(customer.phone)
