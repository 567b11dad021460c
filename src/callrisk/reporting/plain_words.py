"""What results mean to somebody who works with customers: counts of a hundred, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from callrisk.charts.outcomes import wilson
from callrisk.domain.assessment import RiskCategory
from callrisk.domain.evaluation import Alarm, Evaluation, OutcomeBand, Skill
from callrisk.domain.wording import CATEGORY, Text

_HUNDRED = 100
# With fewer customers "of 100" would promise more than is known.
_FEW = 20


@dataclass(frozen=True, slots=True)
class Frequency:
    """One category in natural frequencies, out of fold: of a hundred customers, so many."""

    category: RiskCategory
    name: Text
    customers: int
    unpaid: int
    of_hundred: int
    low: int
    high: int
    times_usual: float | None

    @property
    def is_few(self) -> bool:
        """Whether so few customers fell into it that the figure is a hint at best."""
        return self.customers < _FEW


def frequencies(found: Evaluation) -> tuple[Frequency, ...]:
    """Every category, the empty ones too, in the order of the evaluation."""
    return tuple(_frequency(band, found.base_rate) for band in found.bands)


def _frequency(band: OutcomeBand, base_rate: float) -> Frequency:
    category = RiskCategory(band.category)
    share = band.unpaid / band.customers if band.customers else 0.0
    low, high = wilson(band.unpaid, band.customers)
    return Frequency(
        category=category,
        name=CATEGORY[category],
        customers=band.customers,
        unpaid=band.unpaid,
        of_hundred=round(_HUNDRED * share),
        low=round(_HUNDRED * low),
        high=round(_HUNDRED * high),
        times_usual=share / base_rate if band.customers and base_rate > 0 else None,
    )


def of_hundred(one: Frequency) -> Text:
    """The sentence about one category: how many of a hundred, and how many they really were."""
    if not one.customers:
        return Text(
            f"{one.name.ja}に入ったお客様はいません。", f"{one.name.en}: no customer fell into it."
        )
    if one.is_few:
        return Text(
            f"{one.name.ja}のお客様は {one.customers} 人だけで、{one.customers} 人中 "
            f"{one.unpaid} 人が未払い（人数が少なく、参考程度です）",
            f"{one.name.en}: only {one.customers} customers, {one.unpaid} of {one.customers} did "
            "not pay (too few to rely on)",
        )
    return Text(
        f"{one.name.ja}のお客様 100 人中 {one.of_hundred} 人が未払い"
        f"（実際は {one.customers:,} 人中 {one.unpaid:,} 人、"
        f"95 % の幅は {one.low}〜{one.high} 人）",
        f"{one.name.en}: of 100 customers {one.of_hundred} did not pay "
        f"(really {one.unpaid:,} of {one.customers:,}; 95 % interval {one.low}–{one.high})",
    )


def nobody_in_high(found: Evaluation) -> Text | None:
    """An unproven model that calls nobody high says so; None where there is nothing to say."""
    high = sum(band.customers for band in found.bands if band.category == RiskCategory.HIGH)
    if found.verdict is not Skill.UNPROVEN:
        return None
    if high:
        return Text(
            "未実証のモデルによる区分です。人数は参考にとどめてください。",
            "Categories of an unproven model; take the counts as a hint only.",
        )
    return Text(
        "未実証のあいだは、だれも高リスクに入れていません。"
        "スコアは控えめに縮め、高リスクの手前を上限にしています。",
        "While the model is unproven nobody is put into High: scores are shrunk and end below it.",
    )


def blocking_first(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Alarms in the order in which they must be read."""
    return sorted(alarms, key=lambda alarm: not alarm.blocking)


def ways_out(found: Evaluation) -> tuple[Text, ...]:
    """What would let the skill of an unproven model be shown; empty for a demonstrated one."""
    if found.verdict is not Skill.UNPROVEN:
        return ()
    return (
        Text(
            "支払期日と入金日を加える（まだ結果の出ていない契約を「支払い済み」と数えずに済みます）",
            "Add due dates and payment dates, so that young contracts are not counted as paid",
        ),
        Text(
            "CRM にある過去の支払い履歴（延滞回数、支払方法など）を加える",
            "Add earlier payment history from the CRM (late payments, payment method)",
        ),
        _more_customers(found),
    )


def _more_customers(found: Evaluation) -> Text:
    if found.groups_needed is None or found.groups_needed <= found.groups:
        return Text(
            f"独立したお客様を増やす（いまは {found.groups:,} 組）",
            f"Add independent customers (now {found.groups:,})",
        )
    return Text(
        f"独立したお客様を増やす（いまは {found.groups:,} 組。"
        f"AUC を ±0.05 の幅で知るには約 {found.groups_needed:,} 組）",
        f"Add independent customers (now {found.groups:,}; about {found.groups_needed:,} would pin "
        "the AUC down to ±0.05)",
    )
