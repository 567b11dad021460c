"""Customer records for live calls: what is known of them, how old it is, and what is missing."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callrisk.domain.call_record import LoggedEvent, Payload
from callrisk.domain.customer import Customer, CustomerField, SearchState
from callrisk.integrations.kintone.customers_app import Found
from callrisk.store.queries import Queries
from callrisk.wire.base import wire_time_or_none
from callrisk.wire.customer import Candidate, CustomerCard, CustomerSearch

# A record that was read so long ago is read again when its customer calls.
FRESH = timedelta(minutes=15)
_MOST_KEPT, _MOST_CHOSEN = 50_000, 1_000


@dataclass(frozen=True, slots=True)
class CustomerCandidate:
    """One of several records that could be the customer's."""

    customer: Customer
    record_id: int


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """A search as it stands, since when, and between whom the agent may choose."""

    state: SearchState
    since: datetime | None = None
    candidates: Sequence[CustomerCandidate] = ()

    def answer(self) -> CustomerSearch:
        """Return the search as screens see it."""
        return CustomerSearch(
            state=self.state,
            since=wire_time_or_none(self.since),
            candidates=[
                Candidate.of_value(candidate.customer, record_id=candidate.record_id)
                for candidate in self.candidates
            ],
        )


class Customers:
    """Looks customer records up by id among those that were read; safe to use from many threads.

    `demo` says that the records are generated.
    """

    def __init__(
        self,
        records: Mapping[str, Customer],
        declared: tuple[CustomerField, ...],
        queries: Queries,
        demo: bool,
    ) -> None:
        self._records = OrderedDict(records)
        self._declared = declared
        self._queries = queries
        self._demo = demo
        # When a record was read from the CRM itself; what a table says is as old as the table.
        self._read_at: dict[str, datetime] = {}
        self._record_ids: dict[str, int] = {}
        self._standings: dict[str, RecordStatus] = {}
        # The record that the agent of a call chose, where several bear one id.
        self._chosen: OrderedDict[str, Found] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, call_id: str, customer_id: str) -> Customer | None:
        """The record as it was last read; None when it was not. Asks nobody, waits for nothing."""
        with self._lock:
            chosen = self._chosen.get(call_id)
            if chosen is not None and chosen.customer.customer_id == customer_id:
                return chosen.customer
            return self._records.get(customer_id)

    def is_fresh(self, customer_id: str, now: datetime) -> bool:
        """Whether the record was read from the CRM a moment ago."""
        with self._lock:
            read_at = self._read_at.get(customer_id)
        return read_at is not None and now - read_at < FRESH

    def keep(self, found: Found) -> bool:
        """Take over a record that was just read; whether it says anything new."""
        customer = found.customer
        with self._lock:
            known = self._records.pop(customer.customer_id, None)
            self._records[customer.customer_id] = customer
            self._record_ids[customer.customer_id] = found.record_id
            if customer.as_of is not None:
                self._read_at[customer.customer_id] = customer.as_of
            while len(self._records) > _MOST_KEPT:
                oldest, _ = self._records.popitem(last=False)
                self._drop(oldest)
        return _is_news(known, customer)

    def choose(self, call_id: str, found: Found | None) -> bool:
        """Let a call have this one of several records, or none of its own; whether that is new."""
        with self._lock:
            known = self._chosen.pop(call_id, None)
            if found is not None:
                self._chosen[call_id] = found
            while len(self._chosen) > _MOST_CHOSEN:
                self._chosen.popitem(last=False)
        before = None if known is None else known.customer
        return found is not None and _is_news(before, found.customer)

    def expire(self, record_id: int) -> None:
        """Have a record read again when somebody asks; until then it is shown as it was."""
        with self._lock:
            for customer_id, known in self._record_ids.items():
                if known == record_id:
                    self._read_at.pop(customer_id, None)

    def expire_id(self, customer_id: str) -> None:
        """Have the records of an id looked for again."""
        with self._lock:
            self._read_at.pop(customer_id, None)

    def forget(self, customer_id: str) -> bool:
        """Drop a record that is gone; whether it was known."""
        with self._lock:
            self._drop(customer_id)
            return self._records.pop(customer_id, None) is not None

    def records_of(self, call_id: str, customer_id: str | None) -> set[int]:
        """The numbers of the records that the card of a call shows, or lets the agent choose."""
        with self._lock:
            standing = self._standings.get(call_id)
            known = None if customer_id is None else self._record_ids.get(customer_id)
            chosen = self._chosen.get(call_id)
        choices = {one.record_id for one in (standing.candidates if standing else ())}
        return choices | ({known} if known else set()) | ({chosen.record_id} if chosen else set())

    def is_missing(self, call_id: str) -> bool:
        """Whether the CRM gave no answer about a call."""
        with self._lock:
            standing = self._standings.get(call_id)
        return standing is not None and standing.state is SearchState.UNREACHABLE

    def begins(self, call_id: str) -> None:
        """The customer of a call is asked for."""
        with self._lock:
            self._standings.setdefault(call_id, RecordStatus(SearchState.SEARCHING))

    def _drop(self, customer_id: str) -> None:
        self._read_at.pop(customer_id, None)
        self._record_ids.pop(customer_id, None)

    def stands(self, call_id: str, standing: RecordStatus) -> bool:
        """Remember how the search of a call stands; whether that is new."""
        with self._lock:
            known = self._standings.get(call_id)
            self._standings[call_id] = standing
        return known is None or replace(known, since=standing.since) != standing

    def over(self, call_id: str) -> None:
        """Forget the search of a call that is over."""
        with self._lock:
            self._standings.pop(call_id, None)

    def search(self, call_id: str, customer_id: str | None) -> CustomerSearch:
        """How it stands with the customer of a call, as screens see it."""
        with self._lock:
            standing = self._standings.get(call_id)
        if standing is None:
            found = customer_id is not None and self.find(call_id, customer_id) is not None
            missing = SearchState.NOBODY if customer_id is None else SearchState.NOT_FOUND
            standing = RecordStatus(SearchState.FOUND if found else missing)
        return standing.answer()

    def shown(self, event: LoggedEvent) -> Payload:
        """An event as it is pushed: who begins a call is shown with the record of the customer."""
        payload = event.payload | {"seq": event.seq}
        if event.type not in ("call_started", "customer_changed"):
            return payload
        began = datetime.fromisoformat(payload["started_at"])
        card = self.card(event.call_id, payload["customer_id"], began)
        search = self.search(event.call_id, payload["customer_id"])
        return payload | {
            "customer_data": None if card is None else card.rendered(),
            "customer_search": search.rendered(),
        }

    def card(self, call_id: str, customer_id: str | None, as_of: datetime) -> CustomerCard | None:
        """What the agent sees of a customer at the start of a call; None without a record."""
        customer = None if customer_id is None else self.find(call_id, customer_id)
        if customer is None:
            return None
        calls = self._queries.earlier_calls(customer.customer_id)
        earlier = [call for call in calls if call.began_at < as_of]
        signed = self._queries.contract_date(customer.customer_id)
        return CustomerCard.of(customer, self._declared, earlier, self._demo, signed)


def _is_news(known: Customer | None, customer: Customer) -> bool:
    """Whether a record says anything that was not known."""
    return known is None or replace(known, as_of=customer.as_of) != customer
