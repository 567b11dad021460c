"""The customer records that were read, for calls in progress, and the cards made of them."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from callrisk.crm.search import RecordStatus, Searches
from callrisk.domain.call_record import LoggedEvent, Payload
from callrisk.domain.customer import Customer, CustomerField, CustomerRecord, SearchState
from callrisk.domain.event_types import EventType
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.wording import Text
from callrisk.store.queries import Queries
from callrisk.wire.customer import CustomerCard, CustomerSearch

# A record that was read so long ago is read again when its customer calls.
FRESH = timedelta(minutes=15)
_MOST_KEPT, _MOST_CHOSEN = 50_000, 1_000


class Customers:
    """The customer records that were read, by customer id; safe to use from many threads.

    `demo` says that the records are generated, `crm` is the name of the CRM that keeps them.
    """

    def __init__(
        self,
        records: Mapping[str, Customer],
        declared: tuple[CustomerField, ...],
        queries: Queries,
        demo: bool,
        crm: Text | None = None,
    ) -> None:
        self._records = OrderedDict(records)
        self._declared = declared
        self._queries = queries
        self._demo = demo
        self._crm = crm
        self.searches = Searches()
        # The time at which the CRM itself was read; a record of a table is as old as the table.
        self._read_at: dict[str, datetime] = {}
        self._record_ids: dict[str, str] = {}
        # The record that the agent of a call chose, where several bear one id.
        self._chosen: OrderedDict[str, CustomerRecord] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, call_id: str, customer_id: str) -> Customer | None:
        """Return the record as it was last read, or None; the CRM is not asked."""
        with self._lock:
            chosen = self._chosen.get(call_id)
            if chosen is not None and chosen.customer.customer_id == customer_id:
                return chosen.customer
            return self._records.get(customer_id)

    def is_fresh(self, customer_id: str, now: datetime) -> bool:
        """Return whether the record was read from the CRM within the last 15 minutes."""
        with self._lock:
            read_at = self._read_at.get(customer_id)
        # A time that is still to come is that of a clock that was set back since.
        return read_at is not None and timedelta() <= now - read_at < FRESH

    def keep(self, record: CustomerRecord) -> bool:
        """Store a record that was just read; return whether it says anything new."""
        customer = record.customer
        with self._lock:
            before = self._records.pop(customer.customer_id, None)
            self._records[customer.customer_id] = customer
            self._record_ids[customer.customer_id] = record.record_id
            if customer.as_of is not None:
                self._read_at[customer.customer_id] = customer.as_of
            while len(self._records) > _MOST_KEPT:
                oldest, _ = self._records.popitem(last=False)
                self._drop(oldest)
        return _differs(before, customer)

    def choose(self, call_id: str, record: CustomerRecord | None) -> bool:
        """Give a call one of several records, or none of its own; return whether that is new."""
        with self._lock:
            before = self._chosen.pop(call_id, None)
            if record is not None:
                self._chosen[call_id] = record
            while len(self._chosen) > _MOST_CHOSEN:
                self._chosen.popitem(last=False)
        customer = None if before is None else before.customer
        return record is not None and _differs(customer, record.customer)

    def expire(self, record_id: str) -> None:
        """Have a record read again at its next lookup; until then it is shown as it was."""
        with self._lock:
            for customer_id, of_customer in self._record_ids.items():
                if of_customer == record_id:
                    self._read_at.pop(customer_id, None)

    def expire_id(self, customer_id: str) -> None:
        """Have the records of a customer id looked up again."""
        with self._lock:
            self._read_at.pop(customer_id, None)

    def forget(self, customer_id: str) -> bool:
        """Drop the record of a customer; return whether there was one."""
        with self._lock:
            self._drop(customer_id)
            return self._records.pop(customer_id, None) is not None

    def records_of(self, call_id: str, customer_id: str | None) -> set[str]:
        """Return the ids of the records that the card of a call shows, or offers to the agent."""
        status = self.searches.status(call_id)
        with self._lock:
            shown = None if customer_id is None else self._record_ids.get(customer_id)
            chosen = self._chosen.get(call_id)
        offered = {record.record_id for record in (status.candidates if status else ())}
        return offered | ({shown} if shown else set()) | ({chosen.record_id} if chosen else set())

    def is_missing(self, call_id: str) -> bool:
        """Return whether the CRM gave no answer about a call."""
        status = self.searches.status(call_id)
        return status is not None and status.state is SearchState.UNREACHABLE

    def search(self, call_id: str, customer_id: str | None) -> CustomerSearch:
        """Return the search for the customer of a call, as screens read it."""
        status = self.searches.status(call_id)
        if status is None:
            is_here = customer_id is not None and self.find(call_id, customer_id) is not None
            missing = SearchState.NOBODY if customer_id is None else SearchState.NOT_FOUND
            status = RecordStatus(SearchState.FOUND if is_here else missing)
        return status.answer(self._crm)

    def shown(self, event: LoggedEvent) -> Payload:
        """Return an event as it is pushed: with the record where it is about the customer."""
        payload = event.payload | {"seq": event.seq}
        if event.type not in (EventType.CALL_STARTED, EventType.CUSTOMER_CHANGED):
            return payload
        began = datetime.fromisoformat(payload["started_at"])
        card = self.card(event.call_id, payload["customer_id"], began)
        search = self.search(event.call_id, payload["customer_id"])
        return payload | {
            "customer_data": None if card is None else card.rendered(),
            "customer_search": search.rendered(),
        }

    def card(self, call_id: str, customer_id: str | None, as_of: datetime) -> CustomerCard | None:
        """Return the card of a customer at the start of a call; None without a record."""
        customer = None if customer_id is None else self.find(call_id, customer_id)
        if customer is None:
            return None
        calls = self._queries.earlier_calls(customer.customer_id, packaged_concerns())
        earlier = [call for call in calls if call.began_at < as_of]
        signed = self._queries.contract_date(customer.customer_id)
        return CustomerCard.of(customer, self._declared, earlier, self._demo, signed)

    def _drop(self, customer_id: str) -> None:
        self._read_at.pop(customer_id, None)
        self._record_ids.pop(customer_id, None)


def _differs(before: Customer | None, customer: Customer) -> bool:
    """Return whether a record says anything that was not there before."""
    return before is None or replace(before, as_of=customer.as_of) != customer
