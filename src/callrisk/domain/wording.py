"""The sentences about a score that people read, in Japanese and in English."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from callrisk.domain.assessment import Contribution, Recommendation
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
LISTENING = Text("聞き取り中", "Listening")
OTHER = Text("その他", "Other")
CAP = Text("上限・下限の調整", "Kept within its limits")
MODEL_CHANGED = Text("モデルの更新", "Another model")
START = Text("ふだんの水準", "Usual level")
MISSING_VALUE = Text("不明", "unknown")
TRAIN_COMMAND = "python src/main.py"
NO_MODEL = Text("モデルがありません", "There is no model")


def number_text(value: float | None, feature: Feature) -> Text:
    """Return a value with its unit: 45,000 円; one-hot features read はい, いいえ."""
    if value is None:
        return MISSING_VALUE
    if "=" in feature.name:
        return Text("はい", "yes") if value else Text("いいえ", "no")
    shown = _digits(value, feature)
    space = "" if feature.unit in ("%", "文字", "日", "回", "年", "か月") else " "
    return Text(f"{shown}{space}{feature.unit}", f"{shown}{feature.unit_en}")


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
    return Text(
        f"{feature.label}が{shown.ja}（ふつうは{usual.ja}）",
        f"{feature.label_en}: {shown.en} (usually {usual.en})",
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
        f"高リスク＝ふだんの{shown}倍以上の見込み", f"High risk = at least {shown}× the usual odds"
    )


_LISTEN = Recommendation(
    "listen",
    "お話をよく伺い、本人確認とご要望の確認から始めてください",
    "Listen first: confirm identity and what the customer wishes",
    "本日はお電話ありがとうございます。まずはご希望からお聞かせいただけますか。",
    "Thank you for your call. May I first ask what you are looking for?",
    1,
)

# By category: what to do next, the most important first.
_ADVICE: dict[RiskCategory, tuple[Recommendation, ...]] = {
    RiskCategory.HIGH: (
        Recommendation(
            "confirm_payment_plan",
            "毎月の支払い計画と引き落とし日をお客様と一緒に確認してください",
            "Go through the monthly payments and the debit date together",
            "毎月のお支払い日とご用意の方法を、一緒に確認させていただいてもよろしいでしょうか。",
            "May we go through the monthly payment date and how you will prepare for it together?",
            1,
        ),
        Recommendation(
            "offer_lower_plan",
            "負担の小さいプランや頭金など、無理のない条件をご案内してください",
            "Offer a smaller plan or other terms that are easier to keep",
            "ご負担の少ないプランもございます。比べながらご説明いたしましょうか。",
            "There are plans with a smaller burden. Shall I explain them side by side?",
            2,
        ),
        Recommendation(
            "escalate",
            "判断に迷うときは上長に相談してください",
            "When in doubt, bring in a supervisor",
            "より良いご案内のため、担当の者に確認いたします。少々お待ちください。",
            "To advise you better I will check with a colleague. One moment, please.",
            3,
        ),
    ),
    RiskCategory.MEDIUM: (
        Recommendation(
            "confirm_payment_method",
            "支払方法と月々の金額を確認し、不安な点を伺ってください",
            "Confirm the payment method and the monthly amount; ask for any worry",
            "お支払い方法と月々の金額について、気になる点はございませんか。",
            "Is there anything about the payment method or the monthly amount that worries you?",
            1,
        ),
        Recommendation(
            "explain_obligations",
            "契約期間と途中解約の条件を説明してください",
            "Explain the contract period and the terms of leaving early",
            "ご契約の期間と、途中で解約される場合の条件をご説明いたします。",
            "Let me explain the contract period and what leaving early would mean.",
            2,
        ),
    ),
    RiskCategory.LOW: (
        Recommendation(
            "proceed",
            "通常どおり手続きを進め、次の日程を決めてください",
            "Proceed as usual and settle the next date",
            "それではお手続きを進めます。次回のご連絡はいつがよろしいでしょうか。",
            "Then let us proceed. When may we contact you next?",
            1,
        ),
    ),
}

# What a strong reason adds to the advice, by feature.
_FOR_REASON: dict[str, Recommendation] = {
    "said_concern": Recommendation(
        "address_worry",
        "支払いへの不安の言葉が出ています。何が心配かを具体的に伺ってください",
        "Words of payment worry were heard: ask what exactly worries the customer",
        "お支払いについてご心配な点を、もう少し詳しくお聞かせいただけますか。",
        "Could you tell me a little more about what worries you about the payments?",
        1,
    ),
    "earlier_late_payments": Recommendation(
        "prefer_direct_debit",
        "過去に支払いの遅れがあります。口座振替と引き落とし日をご案内してください",
        "There were late payments before: suggest direct debit and a fitting date",
        "お支払い忘れのない口座振替をご利用いただけます。引き落とし日のご希望はございますか。",
        "Direct debit keeps payments from being forgotten. Which day would suit you?",
        1,
    ),
}
_MOST_ADVICE = 3


def recommendations(
    category: RiskCategory, listening: bool, contributions: Sequence[Contribution]
) -> tuple[Recommendation, ...]:
    """Return the next steps: for the strongest reasons first, then those of the category."""
    if listening:
        return (_LISTEN,)
    chosen = [
        _FOR_REASON[line.feature]
        for line in contributions
        # Where the value is unknown nothing was heard and nothing is on record.
        if line.points > 0 and line.value and line.feature in _FOR_REASON
        if category is not RiskCategory.LOW
    ]
    chosen += _ADVICE[category]
    return tuple(
        replace(advice, priority=priority)
        for priority, advice in enumerate(chosen[:_MOST_ADVICE], start=1)
    )
