"""The facts of a run as a list in both languages: population, origin, skill, cautions."""

from dataclasses import dataclass
from datetime import timedelta, timezone
from math import isfinite

from callrisk.domain.evaluation import Evaluation, Interval, Origin, Skill
from callrisk.domain.wording import Text
from callrisk.reporting.run_results import Results

JST = timezone(timedelta(hours=9), "JST")

VERDICT = {
    Skill.DEMONSTRATED: Text("検証済み", "Demonstrated"),
    Skill.UNPROVEN: Text("未検証", "Unproven"),
}
# What the verdict means to somebody who has to work with the scores.
VERDICT_MEANING = {
    Skill.DEMONSTRATED: Text(
        "学習に使っていないお客様でも、未払いになる人を「全員同じ確率」と答えるより確かに見分けました。",
        "On customers it never saw, the model told who would not pay apart better than giving "
        "everyone the same chance.",
    ),
    Skill.UNPROVEN: Text(
        "未払いになる人を見分けられることは、まだデータで確かめられていません。"
        "スコアは控えめに縮めてあります。これだけで判断しないでください。",
        "That the model can tell who will not pay has not been shown by the data. Its scores are "
        "shrunk towards the usual level; do not decide by them.",
    ),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about a run."""

    name: Text
    value: Text


# In the place of a calibration.
CONSTANT = Text(
    "定義されません（全員に同じ確率を答えるモデルです）",
    "not defined (the model gives everyone the same chance)",
)


def interval_text(interval: Interval, format_spec: str) -> str:
    """Return a figure with its interval, 0.72 [0.64, 0.81]; a dash for a missing number."""
    value, low, high = (
        format(number, format_spec) if isfinite(number) else "–"
        for number in (interval.value, interval.low, interval.high)
    )
    return f"{value} [{low}, {high}]"


def facts_of(results: Results) -> tuple[Fact, ...]:
    """Return the facts of a run in reading order."""
    evaluation = results.evaluation
    return (
        *_identity(results),
        *_population(results),
        *_skill(results),
        *_choice(evaluation),
        *_cautions(results),
        *_origin(evaluation.origin),
    )


def _same(ja: str, en: str, value: str) -> Fact:
    return Fact(Text(ja, en), Text(value, value))


def _identity(results: Results) -> list[Fact]:
    demo = Text("DEMO（架空のデータ）", "DEMO (fictional data)")
    kind = demo if results.model.demo else Text("実データ", "Real data")
    made_at = results.made_at.astimezone(JST)
    return [
        Fact(Text("データの種類", "Kind of data"), kind),
        _same("モデルの版", "Model version", results.model.version),
        _same("作成日時", "Made at", f"{made_at:%Y/%m/%d %H:%M} JST"),
        _same("元データ", "Source", results.source),
    ]


def _population(results: Results) -> list[Fact]:
    evaluation = results.evaluation
    return [
        Fact(
            Text("対象", "Population"),
            Text("契約に至ったお客様だけ", "Only people who signed a contract"),
        ),
        *_period(results),
        Fact(
            Text("通話", "Calls"),
            Text(
                f"{evaluation.calls:,} 件（重複 {evaluation.duplicate_calls:,} 行を除く）",
                f"{evaluation.calls:,} ({evaluation.duplicate_calls:,} repeated rows left out)",
            ),
        ),
        _customers(evaluation),
        Fact(
            Text("基準率（未払いの割合）", "Base rate (share that did not pay)"),
            Text(
                f"{evaluation.base_rate:.1%}（支払日が分かるまでは、結果の分かる全員から）",
                f"{evaluation.base_rate:.1%} (from all labelled customers until payment dates "
                "exist)",
            ),
        ),
    ]


def _period(results: Results) -> list[Fact]:
    if results.first_call is None or results.last_call is None:
        return []
    first, last = (day.astimezone(JST) for day in (results.first_call, results.last_call))
    return [_same("通話の期間", "Calls from – to", f"{first:%Y/%m/%d} – {last:%Y/%m/%d}")]


def _customers(evaluation: Evaluation) -> Fact:
    return Fact(
        Text("お客様", "Customers"),
        Text(
            f"{evaluation.customers:,} 人（独立した {evaluation.groups:,} 組、"
            f"未払い {evaluation.unpaid_groups:,} 組、"
            f"結果待ち {evaluation.pending_customers:,} 人）",
            f"{evaluation.customers:,} ({evaluation.groups:,} independent groups, "
            f"{evaluation.unpaid_groups:,} unpaid, "
            f"{evaluation.pending_customers:,} customers pending)",
        ),
    )


def _skill(results: Results) -> list[Fact]:
    evaluation = results.evaluation
    return [
        Fact(Text("判定", "Verdict"), VERDICT[evaluation.verdict]),
        _same("AUC [95 % 区間]", "AUC [95 % interval]", interval_text(evaluation.auc, ".3f")),
        _same(
            "Brier スキル [95 % 区間]",
            "Brier skill [95 % interval]",
            interval_text(evaluation.brier_skill, "+.3f"),
        ),
        Fact(
            Text("校正 [95 % 区間]", "Calibration [95 % interval]"),
            CONSTANT
            if evaluation.is_constant
            else Text(
                f"傾き {interval_text(evaluation.calibration_slope, '.2f')}、"
                f"切片 {interval_text(evaluation.calibration_intercept, '+.2f')}",
                f"slope {interval_text(evaluation.calibration_slope, '.2f')}, "
                f"intercept {interval_text(evaluation.calibration_intercept, '+.2f')}",
            ),
        ),
        Fact(
            Text("ラベル入れ替え検定", "Label shuffling"),
            Text(
                f"p = {evaluation.permutation_p:.3f}（{evaluation.permutations} 回）",
                f"p = {evaluation.permutation_p:.3f} ({evaluation.permutations} shuffles)",
            ),
        ),
        _accuracy(evaluation),
    ]


def _accuracy(evaluation: Evaluation) -> Fact:
    return Fact(
        Text("正解率", "Accuracy"),
        Text(
            f"{evaluation.accuracy:.1%}（全員「支払う」と答えても "
            f"{evaluation.majority_accuracy:.1%}。"
            "この指標では良し悪しは分かりません）",
            f"{evaluation.accuracy:.1%} (saying that everyone pays: "
            f"{evaluation.majority_accuracy:.1%}; "
            "accuracy is not a measure here)",
        ),
    )


def _choice(evaluation: Evaluation) -> list[Fact]:
    """Return the chosen configurations, and the size of the search."""
    chosen = [preset for preset in evaluation.presets if preset.chosen > 0]
    facts, count = [], len(evaluation.presets)
    if chosen:
        facts.append(
            Fact(
                Text("選ばれた設定", "Configurations chosen"),
                Text(
                    "、".join(f"{preset.label}（{preset.chosen:.0%}）" for preset in chosen)
                    + f"。{count} 通りから、最良と 1 標準誤差以内で最も単純なもの",
                    ", ".join(f"{preset.label_en} ({preset.chosen:.0%})" for preset in chosen)
                    + f"; of {count}, the simplest within one standard error",
                ),
            )
        )
    if evaluation.tuning is not None:
        trials, noise = evaluation.tuning.trials, evaluation.tuning.best_of_noise
        facts.append(
            Fact(
                Text("パラメータの探索", "Parameter search"),
                Text(
                    f"{trials:,} 回（でたらめな予想でも、{trials:,} 回の最良は AUC {noise:.3f}）",
                    f"{trials:,} trials (the best of as many random guesses: AUC {noise:.3f})",
                ),
            )
        )
    return facts


def _origin(origin: Origin) -> list[Fact]:
    """Return seed, data hash and software versions, which reproduce the model."""
    versions = ", ".join(f"{name} {number}" for name, number in origin.versions.items())
    return [
        _same("乱数の種", "Random seed", f"{origin.seed}"),
        _same("元データの SHA-256", "SHA-256 of the source", origin.data_sha256),
        _same("ソフトウェアの版", "Versions", versions),
    ]


def _cautions(results: Results) -> list[Fact]:
    thresholds, evaluation = results.model.thresholds, results.evaluation
    high, medium = thresholds.high_risk, thresholds.medium_risk
    double = f"{results.model.points_to_double:.0f}"
    categories = Fact(
        Text("区分", "Categories"),
        Text(
            f"高 {high} 以上、中 {medium}〜{high - 1}、"
            f"低 {medium} 未満（50 = ふだんのオッズ、+{double} で 2 倍）",
            f"high from {high}, medium {medium}–{high - 1}, "
            f"low below {medium} (50 = the usual odds, +{double} = twice the odds)",
        ),
    )
    reasons = zip(evaluation.reasons_unproven, evaluation.reasons_unproven_en, strict=True)
    return [
        categories,
        *(Fact(Text("未検証の理由", "Why unproven"), Text(ja, en)) for ja, en in reasons),
        *(
            Fact(Text("注意", "Note"), Text(alarm.message, alarm.message_en))
            for alarm in evaluation.alarms
        ),
        *(_same("データの注意", "Note on the data", warning) for warning in results.warnings),
    ]
