"""The notes under pictures: one or two sentences with figures of this run."""

import numpy as np

from callrisk.charts.reasons import most_important
from callrisk.domain.evaluation import Evaluation, Interval
from callrisk.domain.wording import Text
from callrisk.reporting.calibration_error import calibration_error
from callrisk.reporting.call_sentences import call_sentences, settled_sentence
from callrisk.reporting.facts import interval_text
from callrisk.reporting.run_results import ScoredCustomers


def notes_of(
    evaluation: Evaluation, customers: ScoredCustomers | None
) -> dict[str, tuple[Text, ...]]:
    """Return notes by picture name; an absent picture has a note with the reason."""
    return {
        "calibration": _calibration(evaluation, customers),
        "forward": (_forward(evaluation),),
        "learning": _learning(evaluation),
        "presets": _presets(evaluation),
        "blocks": _blocks(evaluation),
        "importance": () if customers is None or is_used(customers) else (_ABSENT_REASONS,),
        "share": _share(evaluation),
    }


_ABSENT_BLOCKS = Text(
    "情報の種類が 1 つしかないため、比べられません。",
    "There is only one kind of facts, so there is nothing to compare.",
)
_ABSENT_REASONS = Text(
    "どの項目もスコアを動かしていません。全員に同じ確率を答えるのが最も確かだと判断されたためです。",
    "No fact moves a score: giving everyone the same chance was found to be the surest answer.",
)
_NO_SLOPE = Text(
    "全員に同じ確率を答えるモデルなので、傾きと切片は定義されません。",
    "The model gives everyone the same chance, so slope and intercept are not defined.",
)
_TOO_FEW = Text(
    "お客様が少なく、人数を減らして学び直す余地がありません。",
    "There are too few customers to learn again from fewer.",
)
_NOTHING_LEARNT = Text(
    "多くの分割で「全員に同じ確率」が選ばれたため、人数を増やしても変わる成績がありません。",
    "In most folds the same chance for all was chosen, so there is no skill that more customers "
    "would change.",
)
_ABSENT_SHARE = Text(
    "通話の途中で区切った成績がないため、描けません。",
    "The skill was not measured on parts of calls.",
)


def is_used(customers: ScoredCustomers) -> bool:
    """Return True if any feature moves any score."""
    return bool(most_important(customers.points, 1))


def _share(evaluation: Evaluation) -> tuple[Text, ...]:
    if not evaluation.by_share:
        return (_ABSENT_SHARE,)
    settled = settled_sentence(evaluation)
    return () if settled is None else (settled,)


def _blocks(evaluation: Evaluation) -> tuple[Text, ...]:
    absent = () if evaluation.blocks else (_ABSENT_BLOCKS,)
    return (*absent, *call_sentences(evaluation))


def _calibration(evaluation: Evaluation, customers: ScoredCustomers | None) -> tuple[Text, ...]:
    error = () if customers is None else _error(customers)
    if evaluation.is_constant:
        return (_NO_SLOPE, *error)
    slope, intercept = evaluation.calibration_slope, evaluation.calibration_intercept
    ideal = _held(slope, 1.0) and _held(intercept, 0.0)
    verdict = Text(
        "どちらの幅も理想の値を含みます。" if ideal else "理想の値から外れています。",
        "Both intervals hold the ideal." if ideal else "They are off the ideal.",
    )
    lines = Text(
        f"傾き {interval_text(slope, '.2f')}（理想は 1）、"
        f"切片 {interval_text(intercept, '+.2f')}（理想は 0）。{verdict.ja}",
        f"Slope {interval_text(slope, '.2f')} (ideal 1), "
        f"intercept {interval_text(intercept, '+.2f')} (ideal 0). {verdict.en}",
    )
    return (lines, *error)


def _held(interval: Interval, ideal: float) -> bool:
    return interval.low <= ideal <= interval.high


def _error(customers: ScoredCustomers) -> tuple[Text, ...]:
    known = ~np.isnan(customers.unpaid)
    error = calibration_error(customers.probability[known], customers.unpaid[known])
    if error is None:
        return ()
    words = Text(
        f"平均のずれ（ECE）は {error.value:.3f}。完全に正しい確率でも、この人数では偶然だけで"
        f"ふつう {error.usual:.3f}、20 回に 1 回は {error.rare:.3f} を超えます。",
        f"The mean error (ECE) is {error.value:.3f}. With so many customers perfect probabilities "
        f"usually show {error.usual:.3f} by chance alone, one time in 20 over {error.rare:.3f}.",
    )
    return (words,)


def _forward(evaluation: Evaluation) -> Text:
    if evaluation.forward is None:
        return Text(
            "契約月が足りないため、過去の月から次の月を当てる評価はできません。",
            "There are too few contract months to learn from earlier months and test on later "
            "ones.",
        )
    auc, brier = evaluation.forward.auc, evaluation.forward.brier_skill
    return Text(
        f"全体で AUC {interval_text(auc, '.3f')}、Brier スキル {interval_text(brier, '+.3f')}。"
        "実際に使い始めたときに見込める成績です。",
        f"Pooled AUC {interval_text(auc, '.3f')}, Brier skill {interval_text(brier, '+.3f')}: what "
        "to expect in use.",
    )


def _learning(evaluation: Evaluation) -> tuple[Text, ...]:
    chosen = max(evaluation.presets, key=lambda preset: preset.chosen, default=None)
    is_base_rate = chosen is not None and chosen.name == "base_rate"
    absent = _NOTHING_LEARNT if is_base_rate else _TOO_FEW
    needed = evaluation.groups_needed
    if needed is None:
        return () if evaluation.learning_curve else (absent,)
    enough = needed <= evaluation.groups
    words = Text(
        f"AUC を ±0.05 の幅で知るには、独立したお客様が約 {needed:,} 組必要です。いまは "
        f"{evaluation.groups:,} 組で、{'足りています' if enough else '足りません'}。",
        f"To know the AUC to ±0.05 takes about {needed:,} independent customers; there are "
        f"{evaluation.groups:,}, which is {'enough' if enough else 'not enough'}.",
    )
    return (words,) if evaluation.learning_curve else (absent, words)


def _presets(evaluation: Evaluation) -> tuple[Text, ...]:
    if not evaluation.presets:
        return (
            Text(
                "設定は 1 つだけで、選んでいません。", "There was one configuration and no choice."
            ),
        )
    if evaluation.tuning is None:
        return ()
    return (_tuning(evaluation.tuning.trials, evaluation.tuning.best_of_noise),)


def _tuning(trials: int, best_of_noise: float) -> Text:
    return Text(
        f"ほかに {trials:,} 通りの設定を探しました。でたらめな予想でも、{trials:,} 回試すと"
        f"一番良いものは AUC {best_of_noise:.3f} に見えます。",
        f"{trials:,} further settings were searched. The luckiest of {trials:,} random guesses "
        f"would look like AUC {best_of_noise:.3f}.",
    )
