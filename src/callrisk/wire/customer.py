"""The customer of a call as agents see them, and how the search for their record stands."""

from datetime import date
from typing import Self

from callrisk.domain.customer import Customer, CustomerField, FieldKind, FieldValue, SearchState
from callrisk.domain.features.contract import customer_features
from callrisk.domain.features.history import EarlierCall
from callrisk.domain.phone import masked_phone
from callrisk.domain.wording import MISSING_VALUE, Text, number_text
from callrisk.wire.base import Day, Moment, Wire, wire_time_or_none


class CustomerFact(Wire):
    """One field of the customer record."""

    name: str
    label: str
    label_en: str
    value: float | str | None
    text: str
    text_en: str

    @classmethod
    def of(cls, customer: Customer, field: CustomerField) -> "CustomerFact":
        """Return a declared field with its value, as it is read and as it is shown."""
        value = customer.values.get(field.name)
        shown = _shown(value, field)
        return cls.model_construct(
            name=field.name, label=field.label, label_en=field.label_en,
            # Constructed as it is: a whole number stays one.
            value=value.isoformat() if isinstance(value, date) else value,
            text=shown.ja, text_en=shown.en,
        )  # fmt: skip


def _shown(value: FieldValue, field: CustomerField) -> Text:
    if value is None:
        return MISSING_VALUE
    if isinstance(value, date):
        return Text(f"{value:%Y/%m/%d}", f"{value:%Y-%m-%d}")
    if isinstance(value, str) or field.kind is not FieldKind.NUMBER:
        return Text(str(value), str(value))
    (feature,) = customer_features([field])
    return number_text(value, feature)


class CustomerCard(Wire):
    """The record of a customer as an agent sees it; the telephone number is masked."""

    customer_id: str
    name: str | None
    phone: str | None
    demo: bool
    as_of: Moment | None
    fields: list[CustomerFact]
    earlier_calls: int
    last_call_at: Moment | None
    contract_date: Day | None

    @classmethod
    def of(
        cls, customer: Customer, declared: tuple[CustomerField, ...], earlier: list[EarlierCall],
        demo: bool, signed: date | None,
    ) -> Self:  # fmt: skip
        """Return the card of a customer; `signed` is the date of the contract."""
        last = max((call.began_at for call in earlier), default=None)
        return cls(
            customer_id=customer.customer_id, name=customer.name,
            phone=masked_phone(customer.phone), demo=demo,
            as_of=wire_time_or_none(customer.as_of),
            fields=[CustomerFact.of(customer, field) for field in declared],
            earlier_calls=len(earlier), last_call_at=wire_time_or_none(last),
            contract_date=None if signed is None else signed.isoformat(),
        )  # fmt: skip


class Candidate(Wire):
    """One of several records that could be the customer's."""

    customer_id: str
    name: str | None
    record_id: str


class CustomerSearch(Wire):
    """How the search for a customer's record stands, since when, and between whom to choose."""

    state: SearchState
    since: Moment | None
    candidates: list[Candidate]
    # The name of the CRM that keeps the records, None without one.
    crm: str | None
    crm_en: str | None
