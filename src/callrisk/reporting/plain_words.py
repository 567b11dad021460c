"""The results in plain words: counts of a hundred customers, and steps to improve."""

from collections.abc import Iterable
from dataclasses import dataclass

from callrisk.domain.evaluation import Alarm, Evaluation, OutcomeBand, Skill
from callrisk.domain.operation.shares import wilson
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY, Text, high_means
from callrisk.model import RiskModel
from callrisk.model.points_scale import CENTRE

_HUNDRED = 100
# With fewer customers "of 100" would promise more than is known.
_FEW = 20


@dataclass(frozen=True, slots=True)
class Frequency:
    """One category in natural frequencies, out of fold: unpaid of a hundred customers."""

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
        """True if the category has too few customers for a reliable figure."""
        return self.customers < _FEW


def frequencies(evaluation: Evaluation) -> tuple[Frequency, ...]:
    """Return every category, the empty ones too, in the order of the evaluation."""
    return tuple(_frequency(band, evaluation.base_rate) for band in evaluation.bands)


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


def frequency_sentence(band: Frequency) -> Text:
    """Return the sentence about one category: unpaid of a hundred, and the real counts."""
    if not band.customers:
        return Text(
            f"{band.name.ja}に入ったお客様はいません。",
            f"{band.name.en}: no customer fell into it.",
        )
    if band.is_few:
        return Text(
            f"{band.name.ja}のお客様は {band.customers} 人だけで、{band.customers} 人中 "
            f"{band.unpaid} 人が未払い（人数が少なく、参考程度です）",
            f"{band.name.en}: only {band.customers} customers, {band.unpaid} of {band.customers} "
            "did not pay (too few to rely on)",
        )
    return Text(
        f"{band.name.ja}のお客様 100 人中 {band.of_hundred} 人が未払い"
        f"（実際は {band.customers:,} 人中 {band.unpaid:,} 人、"
        f"95 % の幅は {band.low}〜{band.high} 人）",
        f"{band.name.en}: of 100 customers {band.of_hundred} did not pay "
        f"(really {band.unpaid:,} of {band.customers:,}; 95 % interval {band.low}–{band.high})",
    )


def category_caution(evaluation: Evaluation) -> Text | None:
    """Return the caution on categories of an unproven model; None for a demonstrated one."""
    high = sum(band.customers for band in evaluation.bands if band.category == RiskCategory.HIGH)
    if evaluation.verdict is not Skill.UNPROVEN:
        return None
    if high:
        return Text(
            "未検証のモデルによる区分です。人数は参考にとどめてください。",
            "Categories of an unproven model; take the counts as a hint only.",
        )
    return Text(
        "未検証のあいだは、だれも高リスクに入れていません。"
        "スコアは控えめに縮め、高リスクの手前を上限にしています。",
        "While the model is unproven nobody is put into High: scores are shrunk and end below it.",
    )


def scale_sentence(model: RiskModel) -> Text:
    """Return what a score means: the usual, how many points double the odds, and High."""
    centre, double = f"{CENTRE:.0f}", f"{model.points_to_double:.0f}"
    high = high_means(model.high_times)
    return Text(
        f"スコア {centre} が「ふだん」で、{double} 点上がるごとに未払いのオッズが 2 倍になります。"
        f"{high.ja}。",
        f"A score of {centre} is usual, and every {double} points double the odds of not paying. "
        f"{high.en}.",
    )


def blocking_first(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Return the alarms, the blocking ones first."""
    return sorted(alarms, key=lambda alarm: not alarm.blocking)


def improvement_steps(evaluation: Evaluation) -> tuple[Text, ...]:
    """Return steps that could show the skill of an unproven model; empty for others."""
    if evaluation.verdict is not Skill.UNPROVEN:
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
        _more_customers(evaluation),
    )


def _more_customers(evaluation: Evaluation) -> Text:
    if evaluation.groups_needed is None or evaluation.groups_needed <= evaluation.groups:
        return Text(
            f"独立したお客様を増やす（いまは {evaluation.groups:,} 組）",
            f"Add independent customers (now {evaluation.groups:,})",
        )
    return Text(
        f"独立したお客様を増やす（いまは {evaluation.groups:,} 組。"
        f"AUC を ±0.05 の幅で知るには約 {evaluation.groups_needed:,} 組）",
        f"Add independent customers (now {evaluation.groups:,}; about "
        f"{evaluation.groups_needed:,} would pin the AUC down to ±0.05)",
    )
