"""A second CRM, kept in memory: text ids for its records, another name, and a sink for results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callrisk.domain.call_record import CallResult
from callrisk.domain.customer import Customer, CustomerRecord, RecordChange
from callrisk.domain.outside import OutsideError
from callrisk.domain.phone import domestic_digits
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text


@dataclass
class Ledger:
    """Customers by record id; `away` lets every question fail, `results` are written by call."""

    customers: dict[str, Customer]
    key: str = "ledger"
    name: Text = field(default_factory=lambda: Text("台帳くん", "Ledger One"))
    answers: int = 0
    doubts: int = 0
    away: bool = False
    results: dict[str, CallResult] = field(default_factory=dict)

    def by_id(self, customer_id: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with this customer id."""
        return [one for one in self._records() if one.customer.customer_id == customer_id]

    def by_phone(self, phone: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with this telephone number."""
        digits = domestic_digits(phone)
        return [one for one in self._records() if domestic_digits(one.customer.phone) == digits]

    def by_record(self, record_id: str, within_s: float) -> CustomerRecord | None:
        """Return the record with this record id."""
        return next((one for one in self._records() if one.record_id == record_id), None)

    def changed_record(self, notification: Mapping[str, Any]) -> RecordChange | None:
        """Return the record that a notification is about."""
        line = notification.get("ledger_line")
        return RecordChange(line) if isinstance(line, str) else None

    def probe(self, within_s: float) -> None:
        """Read the ledger."""
        self._records()

    def problems(self) -> list[Text]:
        """Return nothing: there is no field map."""
        self._records()
        return []

    def write(self, results: Sequence[CallResult]) -> None:
        """Keep the newest result of each call."""
        self._records()
        self.results |= {one.call_id: one for one in results}

    def _records(self) -> list[CustomerRecord]:
        if self.away:
            raise OutsideError("the ledger is closed")
        self.answers += 1
        now = utc_now()
        return [
            CustomerRecord(Customer(one.customer_id, one.name, one.phone, one.values, now), line)
            for line, one in self.customers.items()
        ]
