"""The feature contract: which facts about a call the model may use, and how they are computed.

A feature is a fact that exists at the moment of scoring. `matrix` turns tables of totals, histories
and customers, one row a call each, into numbers; a million rows offline and one live call run the
same code. Shares and rates stand before totals, so that a call half way through looks like a call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.call import TOTALS_FIELDS, CallTotals
from callrisk.domain.customer import Customer, CustomerField, FieldKind
from callrisk.domain.history import HISTORY_FIELDS, CallHistory
from callrisk.domain.lexicon import PhraseClass

Column = NDArray[np.float64]
Table = Mapping[str, Column]

# A rate over few characters jumps; this many more characters steady the first minute of a call.
_STEADYING_CHARS = 200.0


class Group(StrEnum):
    """The block that a feature belongs to."""

    CONVERSATION = "conversation"
    HISTORY = "history"
    CUSTOMER = "customer"


class Needs(StrEnum):
    """What a source must carry for the feature to exist."""

    TEXT = "text"
    TIMES = "times"
    SENTIMENT = "sentiment"
    HISTORY = "history"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the matrix. Missing stays NaN; `sign` +1 means that more of it is riskier."""

    name: str
    group: Group
    needs: Needs
    label: str
    label_en: str
    unit: str = ""
    unit_en: str = ""
    sign: int = 0


def _conversation(
    name: str, needs: Needs, label: str, label_en: str, unit: tuple[str, str] = ("%", "%")
) -> Feature:
    return Feature(name, Group.CONVERSATION, needs, label, label_en, *unit)


_CHARS = ("文字", " characters")
_PER_1000 = ("回/千字", " per 1,000 characters")
_PERCENT = ("%", "%")
_CALLS = ("回", "×")

_PHRASES: dict[PhraseClass, tuple[str, str]] = {
    PhraseClass.PAYMENT_WORRY: ("支払いへの不安の言葉", "Words of payment worry"),
    PhraseClass.HESITATION: ("ためらいの言葉", "Words of hesitation"),
    PhraseClass.PROMISE: ("確約の言葉", "Words of commitment"),
    PhraseClass.EVASION: ("はぐらかしの言葉", "Words of evasion"),
}

CONVERSATION: tuple[Feature, ...] = (
    _conversation(
        "customer_char_share", Needs.TEXT, "お客様の発言の割合", "Customer's share of the words"
    ),
    _conversation(
        "customer_turn_share", Needs.TEXT, "お客様の発話回数の割合", "Customer's share of the turns"
    ),
    _conversation(
        "customer_chars_per_turn",
        Needs.TEXT,
        "お客様の一言の長さ",
        "Customer's length of turn",
        _CHARS,
    ),
    _conversation(
        "agent_chars_per_turn", Needs.TEXT, "担当者の一言の長さ", "Agent's length of turn", _CHARS
    ),
    _conversation(
        "customer_short_share", Needs.TEXT, "お客様の短い返事の割合", "Share of short replies"
    ),
    *(
        _conversation(f"customer_{key}_rate", Needs.TEXT, label, label_en, _PER_1000)
        for key, (label, label_en) in _PHRASES.items()
    ),
    _conversation(
        "customer_talk_share",
        Needs.TIMES,
        "お客様の通話時間の割合",
        "Customer's share of talk time",
    ),
    _conversation("overlap_share", Needs.TIMES, "話の重なりの割合", "Share of overlapping talk"),
    _conversation(
        "longest_silence_share",
        Needs.TIMES,
        "最も長い沈黙の割合",
        "Longest silence, share of the call",
    ),
    _conversation(
        "customer_negative_share",
        Needs.SENTIMENT,
        "お客様の否定的な発話の割合",
        "Share of negative customer turns",
    ),
    _conversation(
        "customer_positive_share",
        Needs.SENTIMENT,
        "お客様の肯定的な発話の割合",
        "Share of positive customer turns",
    ),
)

# Over all calls of a customer so far, this one included: what a customer is like shows the better
# the more was heard.
_ALL_CALLS = ("これまでの全通話での", " in all calls so far")

HISTORY: tuple[Feature, ...] = tuple(
    Feature(name, Group.HISTORY, Needs.HISTORY, label, label_en, *unit)
    for name, label, label_en, unit in (
        ("earlier_calls", "これまでの通話", "Earlier calls", _CALLS),
        ("earlier_reached_share", "これまでに話せた通話の割合", "Earlier calls reached", _PERCENT),
        (
            "all_calls_customer_char_share",
            f"{_ALL_CALLS[0]}お客様の発言の割合",
            f"Customer's share of the words{_ALL_CALLS[1]}",
            _PERCENT,
        ),
        *(
            (
                f"all_calls_{key}_rate",
                f"{_ALL_CALLS[0]}{label}",
                f"{label_en}{_ALL_CALLS[1]}",
                _PER_1000,
            )
            for key, (label, label_en) in _PHRASES.items()
        ),
    )
)


def customer_features(declared: Sequence[CustomerField]) -> tuple[Feature, ...]:
    """Features of the customer record: one a number, one a choice of each choice field."""
    return tuple(feature for field in declared for feature in _field_features(field))


def _field_features(field: CustomerField) -> list[Feature]:
    if field.kind is FieldKind.NUMBER:
        return [_record_feature(field, field.name, field.label, field.label_en, field.sign)]
    return [
        _record_feature(field, f"{field.name}={choice}", f"{field.label}：{choice}",
                        f"{field.label_en}: {choice}", 0)
        for choice in field.choices
    ]  # fmt: skip


def _record_feature(
    field: CustomerField, name: str, label: str, label_en: str, sign: int
) -> Feature:
    units = (field.unit, field.unit_en)
    return Feature(name, Group.CUSTOMER, Needs.RECORD, label, label_en, *units, sign)


def totals_table(totals: Sequence[CallTotals]) -> Table:
    """One column a field of `CallTotals`, one row a call."""
    return {
        name: np.array([getattr(row, name) for row in totals], dtype=np.float64)
        for name in TOTALS_FIELDS
    }


def history_table(histories: Sequence[CallHistory | None]) -> Table:
    """One column a field of `CallHistory`; a call without a known customer has no history: NaN."""
    return {
        name: np.array([_number(history, name) for history in histories], dtype=np.float64)
        for name in HISTORY_FIELDS
    }


def _number(history: CallHistory | None, name: str) -> float:
    value = None if history is None else getattr(history, name)
    return np.nan if value is None else float(value)


def conversation_columns(totals: Table) -> dict[str, Column]:
    """What was said so far, as shares and rates; NaN until there is something to divide by."""
    customer, agent = totals["customer_chars"], totals["agent_chars"]
    customer_turns, agent_turns = totals["customer_turns"], totals["agent_turns"]
    columns = {
        "customer_char_share": _share(customer, customer + agent),
        "customer_turn_share": _share(customer_turns, customer_turns + agent_turns),
        "customer_chars_per_turn": _ratio(customer, customer_turns),
        "agent_chars_per_turn": _ratio(agent, agent_turns),
        "customer_short_share": _share(totals["customer_short_turns"], customer_turns),
    }
    for key in PhraseClass:
        columns[f"customer_{key}_rate"] = _rate(totals[f"customer_{key}"], customer)
    return columns | _time_columns(totals) | _sentiment_columns(totals)


def _time_columns(totals: Table) -> dict[str, Column]:
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


def _sentiment_columns(totals: Table) -> dict[str, Column]:
    negative, positive = totals["customer_negative"], totals["customer_positive"]
    labelled = negative + totals["customer_neutral"] + positive
    return {
        "customer_negative_share": _share(negative, labelled),
        "customer_positive_share": _share(positive, labelled),
    }


def history_columns(totals: Table, history: Table) -> dict[str, Column]:
    """What all calls of the customer so far tell; NaN where nothing was heard, or for nobody."""
    customer = totals["customer_chars"] + history["customer_chars"]
    agent = totals["agent_chars"] + history["agent_chars"]
    columns = {
        "earlier_calls": history["earlier_calls"],
        "earlier_reached_share": _share(history["reached_calls"], history["earlier_calls"]),
        "all_calls_customer_char_share": _share(customer, customer + agent),
    }
    for key in PhraseClass:
        counts = totals[f"customer_{key}"] + history[f"customer_{key}"]
        columns[f"all_calls_{key}_rate"] = _rate(counts, customer)
    return columns


def customer_columns(
    customers: Sequence[Customer | None], declared: Sequence[CustomerField]
) -> dict[str, Column]:
    """The declared fields of the record; NaN where there is no record or the field is blank."""
    columns: dict[str, Column] = {}
    for field in declared:
        values = [None if one is None else one.values.get(field.name) for one in customers]
        if field.kind is FieldKind.NUMBER:
            columns[field.name] = np.array(
                [np.nan if value is None else float(value) for value in values], dtype=np.float64
            )
            continue
        for choice in field.choices:
            columns[f"{field.name}={choice}"] = np.array(
                [np.nan if value is None else float(value == choice) for value in values],
                dtype=np.float64,
            )
    return columns


def matrix(columns: Mapping[str, Column], features: Sequence[str]) -> NDArray[np.float64]:
    """The named columns side by side, shape (rows, features); KeyError for an unknown name."""
    return np.column_stack([columns[name] for name in features])


def _divide(part: Column, whole: Column) -> Column:
    ratio = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return np.asarray(ratio)


def _share(part: Column, whole: Column) -> Column:
    return 100.0 * _divide(part, whole)


def _ratio(part: Column, whole: Column) -> Column:
    return _divide(part, whole)


def _rate(count: Column, characters: Column) -> Column:
    rate = 1000.0 * count / (characters + _STEADYING_CHARS)
    return np.where(characters > 0, rate, np.nan)
