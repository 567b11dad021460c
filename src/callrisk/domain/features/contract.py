"""The feature contract: the facts about a call that the model may use, and their labels.

A feature is a fact that exists at the moment of scoring. Shares and rates stand before totals, so
that a call half way through looks like a call.

A new feature of the transcript is an entry in `CONVERSATION` here, its column in
`features.columns.conversation_columns`, and, if it needs a new count, a total in `domain.call`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.language.lexicon import PhraseClass


class Block(StrEnum):
    """A block of features: conversation, history of earlier calls, or customer record."""

    CONVERSATION = "conversation"
    HISTORY = "history"
    CUSTOMER = "customer"


class Needs(StrEnum):
    """The input that a feature requires from its source."""

    TEXT = "text"
    TIMES = "times"
    SENTIMENT = "sentiment"
    HISTORY = "history"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the feature matrix. Missing is NaN.

    `sign` +1 means that more of it is riskier.
    """

    name: str
    block: Block
    needs: Needs
    label: str
    label_en: str
    unit: str = ""
    unit_en: str = ""
    sign: int = 0


def _conversation(
    name: str, needs: Needs, label: str, label_en: str, unit: tuple[str, str] = ("%", "%")
) -> Feature:
    return Feature(name, Block.CONVERSATION, needs, label, label_en, *unit)


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
    Feature(name, Block.HISTORY, Needs.HISTORY, label, label_en, *unit)
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
    """Return the features of the record: one a number or date, one a choice of a choice field."""
    return tuple(feature for field in declared for feature in _field_features(field))


def _field_features(field: CustomerField) -> list[Feature]:
    if field.kind is FieldKind.NUMBER:
        return [_record_feature(field, field.name, field.label, field.label_en, field.sign)]
    if field.kind is FieldKind.DATE:
        return [_days_feature(field)]
    return [
        _record_feature(field, f"{field.name}={choice}", f"{field.label}：{choice}",
                        f"{field.label_en}: {choice}", 0)
        for choice in field.choices
    ]  # fmt: skip


def _record_feature(
    field: CustomerField, name: str, label: str, label_en: str, sign: int
) -> Feature:
    units = (field.unit, field.unit_en)
    return Feature(name, Block.CUSTOMER, Needs.RECORD, label, label_en, *units, sign)


def _days_feature(field: CustomerField) -> Feature:
    return Feature(
        field.name, Block.CUSTOMER, Needs.RECORD, f"{field.label}からの日数",
        f"Days since {field.label_en}", "日", " days", field.sign,
    )  # fmt: skip
