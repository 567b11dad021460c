"""Feature columns from totals, histories and customer records, one row a call.

Offline tables and live calls run this same code, and no row depends on another. Missing is NaN.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.call import TOTALS_FIELDS, CallTotals
from callrisk.domain.customer import JST, Customer, CustomerField, FieldKind, FieldValue
from callrisk.domain.features.history import HISTORY_FIELDS, CallHistory
from callrisk.domain.language.said import HUNDREDTHS, SAID_FIELDS, SaidTotals

Column = NDArray[np.float64]
ColumnTable = Mapping[str, Column]

# More turns with a concern than this say no more. Measured on samples of 5,000 customers: a cut
# at three costs half a point of AUC in a hundred.
_MOST_TURNS = 8.0


def totals_table(totals: Sequence[CallTotals]) -> ColumnTable:
    """Return one column a field of `CallTotals`, one row a call."""
    return {
        name: np.array([getattr(row, name) for row in totals], dtype=np.float64)
        for name in TOTALS_FIELDS
    }


def said_table(path: Sequence[SaidTotals]) -> ColumnTable:
    """Return one column a field of `SaidTotals`, one row a statement."""
    return {
        name: np.array([getattr(row, name) for row in path], dtype=np.float64)
        for name in SAID_FIELDS
    }


def history_table(histories: Sequence[CallHistory | None]) -> ColumnTable:
    """Return one column a field of `CallHistory`, one row a call; NaN without a known customer."""
    return {
        name: np.array([_number(history, name) for history in histories], dtype=np.float64)
        for name in HISTORY_FIELDS
    }


def _number(history: CallHistory | None, name: str) -> float:
    value = None if history is None else getattr(history, name)
    return np.nan if value is None else float(value)


def said_columns(totals: ColumnTable) -> dict[str, Column]:
    """Return the features of what was said about paying in this call, one row a call.

    Amounts are in weights. Nothing said is 0, not missing.
    """
    return {
        "said_concern": totals["said_concern"] / HUNDREDTHS,
        "said_strongest": totals["said_strongest"] / HUNDREDTHS,
        "said_open_kinds": totals["said_open_kinds"],
        "said_concern_turns": np.minimum(totals["said_concern_turns"], _MOST_TURNS),
        "said_promise": totals["said_promise"],
        "said_last": totals["said_last"],
    }


def manner_columns(totals: ColumnTable) -> dict[str, Column]:
    """Return how people talk as shares and lengths, one row a call; never part of a live score.

    NaN for empty denominators.
    """
    customer, agent = totals["customer_chars"], totals["agent_chars"]
    customer_turns, agent_turns = totals["customer_turns"], totals["agent_turns"]
    columns = {
        "customer_char_share": _share(customer, customer + agent),
        "customer_turn_share": _share(customer_turns, customer_turns + agent_turns),
        "customer_chars_per_turn": _ratio(customer, customer_turns),
        "agent_chars_per_turn": _ratio(agent, agent_turns),
        "customer_short_share": _share(totals["customer_short_turns"], customer_turns),
    }
    return columns | _time_columns(totals) | _sentiment_columns(totals)


def _time_columns(totals: ColumnTable) -> dict[str, Column]:
    # One turn without times makes every sum of milliseconds too small.
    turns = totals["agent_turns"] + totals["customer_turns"]
    complete = (turns > 0) & (totals["timed_turns"] == turns)
    talk = totals["agent_talk_ms"] + totals["customer_talk_ms"]
    elapsed = totals["elapsed_ms"]
    shares = {
        "customer_talk_share": _share(totals["customer_talk_ms"], talk),
        "overlap_share": _share(totals["overlap_ms"], elapsed),
        "longest_silence_share": _share(totals["longest_silence_ms"], elapsed),
    }
    return {name: np.where(complete, share, np.nan) for name, share in shares.items()}


def _sentiment_columns(totals: ColumnTable) -> dict[str, Column]:
    negative, positive = totals["customer_negative"], totals["customer_positive"]
    labelled = negative + totals["customer_neutral"] + positive
    return {
        "customer_negative_share": _share(negative, labelled),
        "customer_positive_share": _share(positive, labelled),
    }


def history_columns(history: ColumnTable) -> dict[str, Column]:
    """Return the features of the customer's earlier calls, one row a call.

    NaN where unknown.
    """
    reached = history["reached_calls"]
    return {
        "earlier_calls": history["earlier_calls"],
        "earlier_reached_share": _share(reached, history["earlier_calls"]),
        "earlier_concern": _ratio(history["concern"], HUNDREDTHS * reached),
        "earlier_concern_latest": history["concern_latest"] / HUNDREDTHS,
        "earlier_concern_turns": _ratio(history["concern_turns"], reached),
        "earlier_promise_share": _share(history["promising_calls"], reached),
    }


def customer_columns(
    customers: Sequence[Customer | None],
    declared: Sequence[CustomerField],
    moments: Sequence[datetime | None],
) -> dict[str, Column]:
    """Return the declared fields of the record as of each call's start, one row a call.

    NaN if unknown.
    """
    columns: dict[str, Column] = {}
    for field in declared:
        values = [
            None if customer is None else customer.values.get(field.name) for customer in customers
        ]
        if field.kind is FieldKind.CHOICE:
            columns |= _choice_columns(field, values)
        elif field.kind is FieldKind.DATE:
            days = [_days_since(*pair) for pair in zip(values, moments, strict=True)]
            columns[field.name] = np.array(days, dtype=np.float64)
        else:
            amounts = [_amount(value, field) for value in values]
            columns[field.name] = np.array(amounts, dtype=np.float64)
    return columns


def _choice_columns(field: CustomerField, values: Sequence[FieldValue]) -> dict[str, Column]:
    # What is not on the list is unknown, not "none of these".
    listed = [value if value in field.choices else None for value in values]
    return {
        f"{field.name}={choice}": np.array(
            [np.nan if value is None else float(value == choice) for value in listed],
            dtype=np.float64,
        )
        for choice in field.choices
    }


def _amount(value: FieldValue, field: CustomerField) -> float:
    if not isinstance(value, (int, float, str)) or field.is_unknown(float(value)):
        return np.nan
    return float(value)


def _days_since(value: FieldValue, moment: datetime | None) -> float:
    if not isinstance(value, date) or moment is None:
        return np.nan
    days = (moment.astimezone(JST).date() - value).days
    # A date after the call does not exist yet at the call.
    return float(days) if days >= 0 else np.nan


def matrix(columns: Mapping[str, Column], features: Sequence[str]) -> NDArray[np.float64]:
    """Return the named columns as an array, shape (rows, features).

    KeyError for an unknown name.
    """
    rows = len(next(iter(columns.values())))
    return (
        np.column_stack([columns[name] for name in features]) if features else np.zeros((rows, 0))
    )


def _divide(part: Column, whole: Column) -> Column:
    ratio = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return np.asarray(ratio)


def _share(part: Column, whole: Column) -> Column:
    return 100.0 * _divide(part, whole)


def _ratio(part: Column, whole: Column) -> Column:
    return _divide(part, whole)
