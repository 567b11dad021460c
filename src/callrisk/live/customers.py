"""Customer records for live calls, and the card that the agent sees."""

from collections.abc import Mapping
from datetime import datetime

from callrisk.domain.customer import Customer, CustomerField
from callrisk.live.wire import customer_payload
from callrisk.store.queries import LoggedEvent, Queries
from callrisk.store.writing import Payload


class Customers:
    """Looks customer records up by id; `demo` says that they are generated."""

    def __init__(
        self,
        records: Mapping[str, Customer],
        declared: tuple[CustomerField, ...],
        queries: Queries,
        demo: bool,
    ) -> None:
        self._records = records
        self._declared = declared
        self._queries = queries
        self._demo = demo

    def find(self, customer_id: str) -> Customer | None:
        """The record, None when there is none."""
        return self._records.get(customer_id)

    def shown(self, event: LoggedEvent) -> Payload:
        """An event as it is pushed: who begins a call is shown with the record of the customer."""
        payload = event.payload | {"seq": event.seq}
        if event.type != "call_started" or payload["customer_id"] is None:
            return payload
        began = datetime.fromisoformat(payload["started_at"])
        return payload | {"customer_data": self.card(payload["customer_id"], began)}

    def card(self, customer_id: str | None, as_of: datetime) -> Payload | None:
        """What the agent sees of a customer at the start of a call; None without a record."""
        customer = None if customer_id is None else self.find(customer_id)
        if customer is None:
            return None
        calls = self._queries.earlier_calls(customer.customer_id)
        earlier = [call for call in calls if call.began_at < as_of]
        return customer_payload(customer, self._declared, earlier, self._demo)
