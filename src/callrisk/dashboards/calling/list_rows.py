"""The rows of the list of calls, as typed values: for the page, CSV and workbook alike."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from callrisk.dashboards.calling.candidates import Candidates
from callrisk.dashboards.calling.picking import PickedCustomer
from callrisk.dashboards.texts import language, say
from callrisk.domain.assessment import Contribution
from callrisk.domain.customer import JST
from callrisk.domain.operation.contact_rules import Bar
from callrisk.reporting.exports.typed_tables import TypedTable, table_of

CellValue = str | int | float | datetime | date | None
_REASONS = 3


def list_row(
    candidates: Candidates, picked: PickedCustomer, number: int, outcomes: Mapping[str, str]
) -> dict[str, CellValue]:
    """Return the row of a customer to call; `outcomes` are the words of the codes."""
    place, contact = picked.place, picked.contact
    last, promise = contact.last, contact.promise
    return {
        say("call_list.number"): number,
        say("call_list.customer"): contact.customer_id,
        say("call_list.probability"): float(candidates.probability[place]),
        say("call_list.amount"): _yen(candidates.amount[place]),
        say("call_list.loss"): _yen(candidates.loss[place]),
        say("call_list.reasons"): reasons_of(candidates, place),
        say("call_list.last_at"): None if last is None else in_japan(last.at),
        say("call_list.assigned"): None if last is None else last.agent_id,
        say("call_list.last_outcome"): None
        if last is None or last.outcome is None
        else outcomes.get(last.outcome, last.outcome),
        say("call_list.of_week"): contact.calls_of_week,
        say("call_list.promised_on"): None
        if promise is None
        else date.fromisoformat(promise.due_on),
        say("call_list.promised_yen"): None if promise is None else promise.amount_yen,
        say("call_list.call_back_at"): None
        if last is None or last.call_back_at is None
        else in_japan(last.call_back_at),
        say("call_list.overruled"): bars_in_words(contact.overruled) or None,
    }


def barred_row(candidates: Candidates, picked: PickedCustomer) -> dict[str, CellValue]:
    """Return the row of a customer who must not be called, with the reasons."""
    contact, decision = picked.contact, picked.contact.decision
    return {
        say("call_list.customer"): contact.customer_id,
        say("call_list.bars"): bars_in_words(contact.bars),
        say("call_list.loss"): _yen(candidates.loss[picked.place]),
        say("call_list.decided_why"): None if decision is None else decision.reason,
        say("call_list.decided_at"): None if decision is None else in_japan(decision.at),
        say("call_list.of_week"): contact.calls_of_week,
        say("call_list.last_at"): None if contact.last is None else in_japan(contact.last.at),
    }


def bars_in_words(bars: Iterable[Bar]) -> str:
    """Return bars as people read them."""
    return "、".join(say(f"bar.{bar}") for bar in bars)


def list_tables(
    rows: Sequence[Mapping[str, CellValue]], barred: Sequence[Mapping[str, CellValue]]
) -> list[TypedTable]:
    """Return the tables that are saved: the list, and those left out."""
    nobody, shares = say("call_list.nobody"), (say("call_list.probability"),)
    return [
        table_of(say("call_list.sheet_list"), rows, shares, nobody),
        table_of(say("call_list.sheet_barred"), barred, nothing=nobody),
    ]


def shown_row(row: Mapping[str, CellValue]) -> dict[str, str | int | float]:
    """Return a row as a page shows it: what is missing is a dash, and a share is in percent.

    An amount that is missing is left out, so that the others stay numbers.
    """
    amounts = {say("call_list.amount"), say("call_list.loss")}
    shown = {
        name: _shown(value)
        for name, value in row.items()
        if value is not None or name not in amounts
    }
    share, promised = say("call_list.probability"), say("call_list.promised_yen")
    if isinstance(found := row.get(share), float):
        shown[share] = 100 * found
    if isinstance(yen := row.get(promised), int):
        # A column of numbers and dashes would be neither.
        shown[promised] = f"{yen:,}"
    return shown


def _shown(value: CellValue) -> str | int | float:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y/%m/%d %H:%M}"
    return f"{value:%Y/%m/%d}" if isinstance(value, date) else value


def reasons_of(candidates: Candidates, place: int) -> str:
    """Return the strongest reasons for a high score of a customer."""
    position = int(candidates.position[place])
    lines = candidates.customers.reasons(position, len(candidates.customers.features))
    raising = [line for line in lines if line.points > 0]
    return " / ".join(_told(line) for line in raising[:_REASONS])


def _told(line: Contribution) -> str:
    if language() == "en":
        return f"{line.label_en} {line.value_text_en} {line.points:+d}"
    return f"{line.label} {line.value_text} {line.points:+d}"


def in_japan(moment: str) -> datetime:
    """Return a moment of the wire as the time on clocks in Japan, without a zone."""
    return datetime.fromisoformat(moment).astimezone(JST).replace(tzinfo=None)


def _yen(amount: float) -> int | None:
    return None if math.isnan(amount) else round(amount)
