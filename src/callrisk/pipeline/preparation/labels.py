"""The label of a customer: by the flag of the export, or by payment dates within a window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from callrisk.integrations.spreadsheet.customer_table import PaymentDates
from callrisk.pipeline.preparation.components import LabelsByCustomer, known_labels


@dataclass(frozen=True, slots=True)
class Outcome:
    """The labels, each with the row that it was read in, and their kind."""

    labels: LabelsByCustomer
    kind: Literal["flag", "window"]
    warnings: tuple[str, ...] = ()


def outcome_of(
    flags: LabelsByCustomer,
    payments: Mapping[str, PaymentDates],
    window_days: int,
    newest: date | None,
) -> Outcome:
    """Return labels by the outcome window where there are due dates, else the flags.

    A contract whose window is not over at `newest`, the newest date seen, is pending even if it was
    paid: were only the quick ones counted, young contracts would seem to pay always.
    """
    if newest is None or not any(dates.due for dates in payments.values()):
        return Outcome(flags, "flag")
    window = timedelta(days=window_days)
    unpaid = {
        customer: _unpaid(payments.get(customer, PaymentDates()), window, newest)
        for customer in flags
    }
    labels = {
        customer: {label: min(flags[customer].values())} for customer, label in unpaid.items()
    }
    return Outcome(labels, "window", tuple(_warnings(flags, unpaid, payments, window_days)))


def _unpaid(dates: PaymentDates, window: timedelta, newest: date) -> bool | None:
    if dates.due is None or newest <= dates.due + window:
        return None
    return dates.paid is None or dates.paid > dates.due + window


def _warnings(
    flags: LabelsByCustomer,
    unpaid: Mapping[str, bool | None],
    payments: Mapping[str, PaymentDates],
    window_days: int,
) -> list[str]:
    undated = sum(payments.get(customer, PaymentDates()).due is None for customer in unpaid)
    pending = sum(label is None for label in unpaid.values()) - undated
    conflicts = sum(
        label is not None and bool(known_labels(flags[customer]) - {label})
        for customer, label in unpaid.items()
    )
    warnings = [
        f"labels come from payment dates: unpaid = nothing paid within {window_days} days after "
        f"the due date; {pending} customers are pending until their window is over"
    ]
    if undated:
        warnings.append(f"{undated} customers have no due date and are pending")
    if conflicts:
        warnings.append(
            f"the label column says something else than the payment dates for {conflicts} "
            "customers; the payment dates count"
        )
    return warnings
