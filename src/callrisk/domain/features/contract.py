"""The feature contract: the facts about a call that the model may use, and their labels.

A feature is a fact that exists at the moment of scoring. What was known before the call (the
record, earlier calls) and what is said in it are separate blocks, and no feature pools both. How
people talk (`MANNER`) is never scored: offline it is measured what it would add.

A new feature of what is said is an entry in `SAID_DETAIL` here, its column in
`features.columns.said_columns`, and, if it needs a new total, a field of `SaidTotals` in
`domain.language.said`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from callrisk.domain.customer import CustomerField, FieldKind


class Block(StrEnum):
    """A block of features, which a model takes whole or not at all."""

    SAID = "said"
    SAID_DETAIL = "said_detail"
    HISTORY = "history"
    CUSTOMER = "customer"
    MANNER = "manner"


# What was said in this call; all other blocks that are scored were known before it.
SAID_BLOCKS = (Block.SAID, Block.SAID_DETAIL)


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

    `sign` +1 means that more of it is riskier. A `straight` feature has one weight: its effect is
    the same at every value. `field` names the field of the record that the feature is of.
    """

    name: str
    block: Block
    needs: Needs
    label: str
    label_en: str
    unit: str = ""
    unit_en: str = ""
    sign: int = 0
    straight: bool = False
    field: str = ""

    @property
    def is_said(self) -> bool:
        """True for what was said in this call, False for what was known before it."""
        return self.block in SAID_BLOCKS


_CHARS = ("文字", " characters")
_PERCENT = ("%", "%")
_CALLS = ("回", "×")
_POINTS = ("", "")

CONCERN = Feature(
    "said_concern",
    Block.SAID,
    Needs.TEXT,
    "この通話での支払いの懸念",
    "Open concerns of this call",
    sign=1,
    straight=True,
)

SAID: tuple[Feature, ...] = (
    CONCERN,
    *(
        Feature(name, Block.SAID_DETAIL, Needs.TEXT, label, label_en, *unit, sign=sign)
        for name, label, label_en, unit, sign in (
            ("said_strongest", "最も強い懸念", "Strongest open concern", _POINTS, 1),
            ("said_open_kinds", "答えの出ていない懸念の種類", "Kinds of open concern", _CALLS, 1),
            ("said_concern_turns", "懸念が出た発話", "Turns with a concern", _CALLS, 1),
            ("said_promise", "お支払いのお約束", "Promise to pay", _POINTS, -1),
            ("said_last", "支払いについての最後の発言", "Last statement about paying", _POINTS, 1),
        )
    ),
)

MANNER: tuple[Feature, ...] = tuple(
    Feature(name, Block.MANNER, needs, label, label_en, *unit)
    for name, needs, label, label_en, unit in (
        (
            "customer_char_share",
            Needs.TEXT,
            "お客様の発言の割合",
            "Customer's share of the words",
            _PERCENT,
        ),
        (
            "customer_turn_share",
            Needs.TEXT,
            "お客様の発話回数の割合",
            "Customer's share of the turns",
            _PERCENT,
        ),
        (
            "customer_chars_per_turn",
            Needs.TEXT,
            "お客様の1回の発話の長さ",
            "Customer's length of turn",
            _CHARS,
        ),
        (
            "agent_chars_per_turn",
            Needs.TEXT,
            "担当者の1回の発話の長さ",
            "Agent's length of turn",
            _CHARS,
        ),
        (
            "customer_short_share",
            Needs.TEXT,
            "お客様の短い返事の割合",
            "Share of short replies",
            _PERCENT,
        ),
        (
            "customer_talk_share",
            Needs.TIMES,
            "お客様の通話時間の割合",
            "Customer's share of talk time",
            _PERCENT,
        ),
        ("overlap_share", Needs.TIMES, "話の重なりの割合", "Share of overlapping talk", _PERCENT),
        (
            "longest_silence_share",
            Needs.TIMES,
            "最も長い沈黙の割合",
            "Longest silence, share of the call",
            _PERCENT,
        ),
        (
            "customer_negative_share",
            Needs.SENTIMENT,
            "お客様の不満・不安の発話の割合",
            "Share of negative customer turns",
            _PERCENT,
        ),
        (
            "customer_positive_share",
            Needs.SENTIMENT,
            "お客様の前向きな発話の割合",
            "Share of positive customer turns",
            _PERCENT,
        ),
    )
)

# Over the calls before this one.
HISTORY: tuple[Feature, ...] = tuple(
    Feature(name, Block.HISTORY, Needs.HISTORY, label, label_en, *unit, sign=sign)
    for name, label, label_en, unit, sign in (
        ("earlier_calls", "これまでの通話", "Earlier calls", _CALLS, 0),
        (
            "earlier_reached_share",
            "これまでに話せた通話の割合",
            "Earlier calls reached",
            _PERCENT,
            0,
        ),
        (
            "earlier_concern",
            "これまでの通話での支払いの懸念",
            "Concerns in earlier calls",
            _POINTS,
            1,
        ),
        (
            "earlier_concern_latest",
            "前回の通話の終わりの懸念",
            "Concerns at the end of the last call",
            _POINTS,
            1,
        ),
        (
            "earlier_concern_turns",
            "これまでの通話で懸念が出た発話",
            "Turns with a concern, a call before",
            _CALLS,
            1,
        ),
        (
            "earlier_promise_share",
            "支払いを約束した通話の割合",
            "Earlier calls with a promise",
            _PERCENT,
            0,
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
    return Feature(
        name, Block.CUSTOMER, Needs.RECORD, label, label_en, *units, sign, field=field.name
    )


def _days_feature(field: CustomerField) -> Feature:
    return Feature(
        field.name, Block.CUSTOMER, Needs.RECORD, f"{field.label}からの日数",
        f"Days since {field.label_en}", "日", " days", field.sign, field=field.name,
    )  # fmt: skip
