"""The sentences about a score that people read, in Japanese and in English."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from callrisk.domain.assessment import Contribution
from callrisk.domain.features.contract import Feature
from callrisk.domain.risk_category import RiskCategory


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or word in both languages."""

    ja: str
    en: str


CATEGORY: dict[RiskCategory, Text] = {
    RiskCategory.HIGH: Text("高リスク", "High risk"),
    RiskCategory.MEDIUM: Text("中リスク", "Medium risk"),
    RiskCategory.LOW: Text("低リスク", "Low risk"),
}
LISTENING = Text("会話を確認中", "Following the call")
OTHER = Text("その他", "Other")
CAP = Text("0〜100点に収めた分", "Kept within 0 to 100")
MODEL_CHANGED = Text("モデルの更新", "Another model")
START = Text("話す前の水準", "Before a word")
MISSING_VALUE = Text("不明", "unknown")
TRAIN_COMMAND = "python src/main.py"
NO_MODEL = Text("モデルがありません", "There is no model")


def number_text(value: float | None, feature: Feature) -> Text:
    """Return a value with its unit: 45,000円; one-hot features read はい, いいえ."""
    if value is None:
        return MISSING_VALUE
    if "=" in feature.name:
        return Text("はい", "yes") if value else Text("いいえ", "no")
    shown = _digits(value, feature)
    return Text(f"{shown}{feature.unit}", f"{shown}{feature.unit_en}")


def _digits(value: float, feature: Feature) -> str:
    if float(value).is_integer() or abs(value) >= 10:  # noqa: PLR2004 - two digits say enough
        return f"{value:,.0f}"
    return f"{value:.1f}"


def reason(feature: Feature, value: float | None, typical: float | None) -> Text:
    """Return the sentence of a score line: the value beside the typical value."""
    if value is None:
        return Text(f"{feature.label}が不明", f"{feature.label_en}: unknown")
    if "=" in feature.name:
        return _choice_reason(feature, bool(value))
    shown, usual = number_text(value, feature), number_text(typical, feature)
    if feature.name in _LENGTHS and typical is not None:
        return _length_reason(_LENGTHS[feature.name][value < typical], shown, usual)
    return Text(
        f"{feature.label}が{shown.ja}（ふつうは{usual.ja}）",
        f"{feature.label_en}: {shown.en} (usually {usual.en})",
    )


# A length of turn says little as a number: (longer than usual, shorter).
_LENGTHS = {
    "customer_chars_per_turn": (
        Text("お客様が長めに話されています", "The customer speaks at length"),
        Text("お客様のお話が短めです", "The customer speaks briefly"),
    ),
    "agent_chars_per_turn": (
        Text("担当者が長めに話しています", "The agent speaks at length"),
        Text("担当者の話が短めです", "The agent speaks briefly"),
    ),
}


def _length_reason(sentence: Text, shown: Text, usual: Text) -> Text:
    return Text(
        f"{sentence.ja}（1回に{shown.ja}、ふつうは{usual.ja}）",
        f"{sentence.en} ({shown.en} a turn, usually {usual.en})",
    )


def _choice_reason(feature: Feature, holds: bool) -> Text:
    field, _, choice = feature.label.partition("：")
    field_en, _, choice_en = feature.label_en.partition(": ")
    if holds:
        return Text(f"{field}が{choice}", f"{field_en} is {choice_en}")
    return Text(f"{field}が{choice}ではない", f"{field_en} is not {choice_en}")


def contribution(
    feature: Feature, points: int, value: float | None, typical: float | None
) -> Contribution:
    """Return one line under the score with its texts."""
    shown, sentence = number_text(value, feature), reason(feature, value, typical)
    return Contribution(
        feature=feature.name,
        group=str(feature.block),
        part="said" if feature.is_said else "known",
        label=feature.label,
        label_en=feature.label_en,
        points=points,
        value=value,
        value_text=shown.ja,
        value_text_en=shown.en,
        typical=typical,
        reason=sentence.ja,
        reason_en=sentence.en,
    )


def field_lines(
    features: Sequence[Feature],
    points: Sequence[int],
    values: Sequence[float],
    typical: Sequence[float | None],
) -> list[Contribution]:
    """Return the lines of a row of features, the strongest first: one a field, none of 0 points.

    A value that is the usual one explains nothing, so it has no line.
    """
    of_field: dict[str, list[int]] = {}
    for number, feature in enumerate(features):
        of_field.setdefault(feature.name.partition("=")[0], []).append(number)
    lines = []
    for numbers in of_field.values():
        parts = [
            (features[n], points[n], None if math.isnan(values[n]) else values[n], typical[n])
            for n in numbers
        ]
        line = _field_line(parts)
        if line is not None and line.points:
            lines.append(line)
    return sorted(lines, key=lambda line: -abs(line.points))


_Part = tuple[Feature, int, float | None, float | None]


def _field_line(parts: Sequence[_Part]) -> Contribution | None:
    feature, points, value, typical = parts[0]
    if "=" not in feature.name:
        if value is not None and value == typical:
            return None
        return contribution(feature, points, value, typical)
    total = sum(each[1] for each in parts)
    chosen = next((part for part in parts if part[2]), None)
    usual = next((part for part in parts if part[3]), None)
    if chosen is not None and chosen is usual:
        return None
    return _choice_line(feature, total, chosen, usual)


def _choice_line(
    feature: Feature, points: int, chosen: _Part | None, usual: _Part | None
) -> Contribution:
    """Return the line of a choice field, whose features are one a choice."""
    name = feature.name.partition("=")[0]
    label, label_en = feature.label.partition("：")[0], feature.label_en.partition(": ")[0]
    value = MISSING_VALUE if chosen is None else _choice_of(chosen[0])
    sentence = Text(f"{label}が{value.ja}", f"{label_en}: {value.en}")
    if chosen is not None and usual is not None:
        often = _choice_of(usual[0])
        sentence = Text(
            f"{sentence.ja}（多いのは{often.ja}）", f"{sentence.en} (mostly {often.en})"
        )
    return Contribution(
        feature=name, group=str(feature.block), part="known", label=label, label_en=label_en,
        points=points, value=None, value_text=value.ja, value_text_en=value.en, typical=None,
        reason=sentence.ja, reason_en=sentence.en,
    )  # fmt: skip


def _choice_of(feature: Feature) -> Text:
    return Text(feature.label.partition("：")[2], feature.label_en.partition(": ")[2])


def said_line(name: str, label: Text, phrase: str, points: int) -> Contribution:
    """Return the line of a statement; `name` is unique among the lines of its assessment."""
    return Contribution(
        feature=name, group="said", part="said", label=label.ja, label_en=label.en, points=points,
        value=None, value_text=f"「{phrase}」", value_text_en=f"“{phrase}”", typical=None,
        reason=f"{label.ja}：「{phrase}」", reason_en=f"{label.en}: “{phrase}”",
    )  # fmt: skip


_NO_RECORD = Text(
    "お客様の記録がないため、発言だけで判断しています", "No record: judged by what is said alone"
)
_NOT_HEARD = Text(
    "このモデルでは発言は点数に入りません（データから効果を確かめられませんでした）",
    "What is said moves no points: the data showed this model no effect of it",
)


def no_record_line() -> Contribution:
    """Return the one line of a caller of whom nothing is known."""
    return _bare_line(
        "record", "customer", "known", Text("お客様の記録", "Customer record"), _NO_RECORD
    )


def not_heard_line() -> Contribution:
    """Return the line of a model to which the data gave no weight for what is said."""
    return _bare_line(
        "said", "said", "said", Text("この通話での発言", "Said in this call"), _NOT_HEARD
    )


def _bare_line(name: str, group: str, part: str, label: Text, sentence: Text) -> Contribution:
    return Contribution(
        feature=name, group=group, part=part, label=label.ja, label_en=label.en, points=0,
        value=None, value_text="―", value_text_en="–", typical=None,
        reason=sentence.ja, reason_en=sentence.en,
    )  # fmt: skip


def high_means(times: float) -> Text:
    """Return what the lowest High score means: how many times the usual odds."""
    shown = f"{times:.1f}".removesuffix(".0")
    return Text(
        f"高リスク＝平均的なお客様の{shown}倍以上の見込み",
        f"High risk = at least {shown}× the odds of an average customer",
    )
