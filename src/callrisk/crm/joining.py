"""Joins calls with the customers' records of the CRM, beside the live path.

`ask` returns at once; the record is announced through the event log. While the CRM does not answer,
it is asked again until the call is over.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from callrisk.background.retry import RETRIES, RetryTable
from callrisk.background.work_queue import WorkQueue
from callrisk.crm.directory import CustomerDirectory, Outage
from callrisk.crm.records import Customers
from callrisk.crm.search import RecordStatus
from callrisk.domain.call_record import StoredCall
from callrisk.domain.customer import Customer, CustomerRecord, RecordChange, SearchState
from callrisk.domain.outside import OutsideError
from callrisk.domain.phone import domestic_digits
from callrisk.domain.time import utc_now
from callrisk.store.calls import Store
from callrisk.store.queries import Queries

logger = logging.getLogger(__name__)

# The longest that anybody waits for a record.
LOOKUP_TIMEOUT_S = 3.0
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class _CallLookup:
    """Look up the customer of a call."""

    call_id: str


@dataclass(frozen=True, slots=True)
class _RecordRefresh:
    """Read a record again that has changed, and ask again about the calls that it concerns."""

    change: RecordChange


@dataclass(frozen=True, slots=True)
class _Probe:
    """See whether the CRM answers again."""


_Task = _CallLookup | _RecordRefresh | _Probe


class Joining:
    """Finds the customers of calls in threads of its own."""

    def __init__(
        self, directory: CustomerDirectory, customers: Customers, store: Store,
        now: Callable[[], datetime] = utc_now, retries: RetryTable = RETRIES,
    ) -> None:  # fmt: skip
        self._directory = directory
        self._customers = customers
        self._store = store
        self._queries = Queries(store.engine)
        self._now = now
        self._retries = retries.crm_lookup
        # An event for each call, set with the first answer about it.
        self._answered: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._outage: Outage | None = None
        # Answers that did not come since the outage began.
        self._failures = 0
        self._tasks = WorkQueue[_Task]("joining", self._work, _AT_ONCE, retries.task)

    @property
    def outage(self) -> Outage | None:
        """Return the outage of the CRM; None while it answers."""
        outage = self._outage
        is_over = outage is None or self._directory.answers > outage.answers
        return None if is_over else outage

    def start(self) -> None:
        """Begin, with the calls in progress."""
        self._tasks.start()
        for call in self._queries.active_calls():
            self.ask(call.call_id)

    def stop(self) -> None:
        """End after the lookups at hand."""
        self._tasks.stop()

    def ask(self, call_id: str) -> None:
        """Have the customer of a call looked up; returns at once."""
        with self._lock:
            self._answered.setdefault(call_id, threading.Event())
        self._customers.searches.begin(call_id)
        self._tasks.put(_CallLookup(call_id))

    def ask_again(self, call_id: str) -> None:
        """Have it looked up anew, as another customer was assigned; returns at once."""
        self.over(call_id)
        self.ask(call_id)

    def wait(self, call_id: str, seconds: float = LOOKUP_TIMEOUT_S) -> None:
        """Wait until the CRM has answered about a call, but no longer than so."""
        answered = self._answered.get(call_id)
        if answered is not None:
            answered.wait(seconds)

    def over(self, call_id: str) -> None:
        """Ask no more about a call."""
        with self._lock:
            answered = self._answered.pop(call_id, None)
        if answered is not None:
            answered.set()
        self._customers.searches.forget(call_id)

    def try_again(self) -> None:
        """Ask the CRM now, though the next attempt would come later; returns at once."""
        self._failures = 0
        self._tasks.put(_Probe())

    def refresh(self, change: RecordChange) -> None:
        """Have a record read again because it is said to have changed; returns at once."""
        # A record that changes twice before its time is read once.
        self._tasks.put(_RecordRefresh(replace(change, notification_id=None)))

    def _work(self, task: _Task) -> None:
        # Whoever assigns another customer meanwhile waits for the next answer, not for this one.
        answered = self._answered.get(task.call_id) if isinstance(task, _CallLookup) else None
        try:
            self._look_up(task)
        except OutsideError as error:
            logger.warning("%s: no answer: %s", task, error)
            self._put_off(task, error)
        finally:
            if answered is not None:
                answered.set()

    def _look_up(self, task: _Task) -> None:
        match task:
            case _CallLookup(call_id):
                self._join(call_id)
            case _RecordRefresh(change):
                self._refresh(change)
            case _Probe():
                self._probe()

    def _join(self, call_id: str) -> None:
        call = self._queries.call(call_id)
        if call is None or call.ended_at is not None:
            self.over(call_id)
        elif call.customer_id is not None:
            self._join_by_id(call, call.customer_id)
        elif call.phone is not None and call.assigned_by is None:
            self._join_by_phone(call, call.phone)
        else:
            self._update(call_id, RecordStatus(SearchState.NOBODY))

    def _join_by_id(self, call: StoredCall, customer_id: str) -> None:
        if call.record_id is None and self._customers.is_fresh(customer_id, self._now()):
            self._update(call.call_id, RecordStatus(SearchState.FOUND))
            return
        records = self._directory.by_id(customer_id, LOOKUP_TIMEOUT_S)
        if len(records) == 1:
            self._customers.choose(call.call_id, None)
            self._join_only(call, customer_id, records[0])
            return
        # What was known of the customer may be any of several records, or none of them.
        is_dropped = self._customers.forget(customer_id)
        chosen = next((record for record in records if record.record_id == call.record_id), None)
        is_new = self._customers.choose(call.call_id, chosen)
        if chosen is not None:
            self._join_with(call, customer_id, is_new)
        else:
            self._update(call.call_id, RecordStatus.undecided(records))
            if is_dropped:
                self._announce_all_of(customer_id)

    def _join_only(self, call: StoredCall, written: str, record: CustomerRecord) -> None:
        """Join a call with the one record of an id, which may be written in another way there."""
        is_new, customer_id = self._customers.keep(record), record.customer.customer_id
        if customer_id == written:
            self._join_with(call, written, is_new)
            return
        # The assignment announces it.
        self._customers.searches.update(call.call_id, RecordStatus(SearchState.FOUND))
        self._store.respell_customer(call.call_id, written, customer_id, self._now())

    def _join_with(self, call: StoredCall, customer_id: str, is_new: bool) -> None:
        if is_new:
            self._customers.searches.update(call.call_id, RecordStatus(SearchState.FOUND))
            self._announce_all_of(customer_id)
        else:
            self._update(call.call_id, RecordStatus(SearchState.FOUND))

    def _join_by_phone(self, call: StoredCall, phone: str) -> None:
        records = self._directory.by_phone(phone, LOOKUP_TIMEOUT_S)
        if len(records) == 1:
            self._customers.keep(records[0])
            # The assignment announces it.
            self._customers.searches.update(call.call_id, RecordStatus(SearchState.FOUND))
            customer_id = records[0].customer.customer_id
            self._store.assign_customer(call.call_id, customer_id, self._now())
        else:
            self._update(call.call_id, RecordStatus.undecided(records))

    def _refresh(self, change: RecordChange) -> None:
        """Ask again about the calls that a changed, added or deleted record concerns."""
        self._customers.expire(change.record_id)
        for customer_id in change.customer_ids or ():
            self._customers.expire_id(customer_id)
        # Hundreds of records may change at once, and the CRM counts every request.
        if not any(self._may_concern(call, change) for call in self._queries.active_calls()):
            return
        record = self._directory.by_record(change.record_id, LOOKUP_TIMEOUT_S)
        if record is not None:
            self._customers.expire_id(record.customer.customer_id)
        for call in self._queries.active_calls():
            if self._rests_on(call, change) or (record and _may_be_of(call, record.customer)):
                self.ask(call.call_id)

    def _rests_on(self, call: StoredCall, change: RecordChange) -> bool:
        return change.record_id in self._customers.records_of(call.call_id, call.customer_id)

    def _may_concern(self, call: StoredCall, change: RecordChange) -> bool:
        """Return whether a call rests on a record, or may do so now, as far as is told of it."""
        if self._rests_on(call, change):
            return True
        if call.customer_id is not None:
            return change.customer_ids is None or call.customer_id in change.customer_ids
        digits = None if call.phone is None else domestic_digits(call.phone)
        return digits is not None and (change.phones is None or digits in change.phones)

    def _probe(self) -> None:
        """See whether the CRM is back; if so, the calls without an answer are looked up again."""
        if self.outage is not None:
            self._directory.probe(LOOKUP_TIMEOUT_S)
        for call in self._queries.active_calls():
            if self._customers.is_missing(call.call_id):
                self.ask(call.call_id)

    def _put_off(self, task: _Task, error: OutsideError) -> None:
        """Ask again later, and whether the CRM is back at all, as the call may be over by then."""
        if isinstance(task, _CallLookup) and error.permanent and self._answers():
            # This lookup alone is refused; it would be refused again.
            self._update(task.call_id, RecordStatus(SearchState.NOT_FOUND))
            return
        outage = self.outage
        since = self._now() if outage is None else outage.since
        self._outage = Outage(since, self._directory.answers, error.text, error.permanent)
        self._failures = 1 if outage is None else self._failures + 1
        if isinstance(task, _CallLookup):
            self._update(task.call_id, RecordStatus(SearchState.UNREACHABLE, since))
        wait_s = self._retries.wait_s(self._failures, error)
        self._tasks.put(_Probe(), wait_s)
        # Calls are looked up when the CRM is back; a refusal is no reason to ask for each.
        if isinstance(task, _RecordRefresh) or not error.permanent:
            self._tasks.put(task, wait_s)

    def _answers(self) -> bool:
        try:
            self._directory.probe(LOOKUP_TIMEOUT_S)
        except OutsideError:
            return False
        return True

    def _update(self, call_id: str, status: RecordStatus) -> None:
        if self._customers.searches.update(call_id, status):
            self._store.tell_customer(call_id, self._now())

    def _announce_all_of(self, customer_id: str) -> None:
        for call in self._queries.active_calls():
            if call.customer_id == customer_id:
                self._store.tell_customer(call.call_id, self._now())


def _may_be_of(call: StoredCall, customer: Customer) -> bool:
    """Return whether a call could be this customer's."""
    if call.customer_id is not None:
        return call.customer_id == customer.customer_id
    digits = None if call.phone is None else domestic_digits(call.phone)
    return digits is not None and customer.calls_from(digits)
