"""Where customers are asked for, whoever keeps them, and how that looks when it is away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callrisk.integrations.kintone.customers_app import Found


class CustomerDirectory(Protocol):
    """Where customers are asked for; KintoneError when there is no answer in time.

    `answers` is how many came: what can be nobody's id needs none.
    """

    answers: int

    def by_id(self, customer_id: str, within_s: float) -> list[Found]:
        """Records with this customer id."""

    def by_phone(self, phone: str, within_s: float) -> list[Found]:
        """Records with this telephone number."""

    def by_record(self, record_id: int, within_s: float) -> Found | None:
        """The record of this number."""

    def look(self, within_s: float) -> None:
        """Read any record, to see whether they can be read."""


@dataclass(frozen=True, slots=True)
class Away:
    """Since when the CRM gives no answers, after how many; why, where it refuses them."""

    since: datetime
    answers: int
    refusal: str | None
