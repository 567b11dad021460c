"""A run in a list of facts, in both languages: who it speaks about, what it rests on, its skill."""

from dataclasses import dataclass
from datetime import timedelta, timezone
from math import isfinite

from callrisk.domain.evaluation import Evaluation, Interval, Origin, Skill
from callrisk.domain.wording import Text
from callrisk.reporting.run_results import Results

JST = timezone(timedelta(hours=9), "JST")

VERDICT = {
    Skill.DEMONSTRATED: Text("実証済み", "Demonstrated"),
    Skill.UNPROVEN: Text("未実証", "Unproven"),
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


def interval_text(found: Interval, form: str) -> str:
    """A figure with its interval, 0.72 [0.64, 0.81]; a dash where it could not be measured."""
    value, low, high = (
        format(number, form) if isfinite(number) else "–"
        for number in (found.value, found.low, found.high)
    )
    return f"{value} [{low}, {high}]"


def facts_of(results: Results) -> tuple[Fact, ...]:
    """Everything worth knowing about a run, in the order in which one would ask."""
    found = results.evaluation
    return (
        *_identity(results),
        *_population(results),
        *_skill(results),
        *_choice(found),
        *_cautions(results),
        *_origin(found.origin),
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
    found = results.evaluation
    return [
        Fact(
            Text("対象", "Population"),
            Text("契約に至ったお客様だけ", "Only people who signed a contract"),
        ),
        *_period(results),
        Fact(
            Text("通話", "Calls"),
            Text(
                f"{found.calls:,} 件（重複 {found.duplicate_calls:,} 行を除く）",
                f"{found.calls:,} ({found.duplicate_calls:,} repeated rows left out)",
            ),
        ),
        _customers(found),
        Fact(
            Text("基準率（未払いの割合）", "Base rate (share that did not pay)"),
            Text(
                f"{found.base_rate:.1%}（支払日が分かるまでは、結果の分かる全員から）",
                f"{found.base_rate:.1%} (from all labelled customers until payment dates exist)",
            ),
        ),
    ]


def _period(results: Results) -> list[Fact]:
    if results.first_call is None or results.last_call is None:
        return []
    first, last = (day.astimezone(JST) for day in (results.first_call, results.last_call))
    return [_same("通話の期間", "Calls from – to", f"{first:%Y/%m/%d} – {last:%Y/%m/%d}")]


def _customers(found: Evaluation) -> Fact:
    return Fact(
        Text("お客様", "Customers"),
        Text(
            f"{found.customers:,} 人（独立した {found.groups:,} 組、"
            f"未払い {found.unpaid_groups:,} 組、結果待ち {found.pending_customers:,} 人）",
            f"{found.customers:,} ({found.groups:,} independent groups, {found.unpaid_groups:,} "
            f"unpaid, {found.pending_customers:,} customers pending)",
        ),
    )


def _skill(results: Results) -> list[Fact]:
    found = results.evaluation
    return [
        Fact(Text("判定", "Verdict"), VERDICT[found.verdict]),
        _same("AUC [95 % 区間]", "AUC [95 % interval]", interval_text(found.auc, ".3f")),
        _same(
            "Brier スキル [95 % 区間]",
            "Brier skill [95 % interval]",
            interval_text(found.brier_skill, "+.3f"),
        ),
        Fact(
            Text("校正 [95 % 区間]", "Calibration [95 % interval]"),
            Text(
                f"傾き {interval_text(found.calibration_slope, '.2f')}、"
                f"切片 {interval_text(found.calibration_intercept, '+.2f')}",
                f"slope {interval_text(found.calibration_slope, '.2f')}, "
                f"intercept {interval_text(found.calibration_intercept, '+.2f')}",
            ),
        ),
        Fact(
            Text("ラベル入れ替え検定", "Label shuffling"),
            Text(
                f"p = {found.permutation_p:.3f}（{found.permutations} 回）",
                f"p = {found.permutation_p:.3f} ({found.permutations} shuffles)",
            ),
        ),
        _accuracy(found),
    ]


def _accuracy(found: Evaluation) -> Fact:
    return Fact(
        Text("正解率", "Accuracy"),
        Text(
            f"{found.accuracy:.1%}（全員「支払う」と答えても {found.majority_accuracy:.1%}。"
            "この指標では良し悪しは分かりません）",
            f"{found.accuracy:.1%} (saying that everyone pays: {found.majority_accuracy:.1%}; "
            "accuracy is not a measure here)",
        ),
    )


def _choice(found: Evaluation) -> list[Fact]:
    """How the configuration was found, and how much looking around that took."""
    chosen = [one for one in found.presets if one.chosen > 0]
    facts = []
    if chosen:
        facts.append(
            Fact(
                Text("選ばれた設定", "Configurations chosen"),
                Text(
                    "、".join(f"{one.label}（{one.chosen:.0%}）" for one in chosen)
                    + f"。{len(found.presets)} 通りから、最良と 1 標準誤差以内で最も単純なもの",
                    ", ".join(f"{one.label_en} ({one.chosen:.0%})" for one in chosen)
                    + f"; of {len(found.presets)}, the simplest within one standard error",
                ),
            )
        )
    if found.tuning is not None:
        trials, noise = found.tuning.trials, found.tuning.best_of_noise
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
    """What it takes to make the same model again."""
    versions = ", ".join(f"{name} {number}" for name, number in origin.versions.items())
    return [
        _same("乱数の種", "Random seed", f"{origin.seed}"),
        _same("元データの SHA-256", "SHA-256 of the source", origin.data_sha256),
        _same("ソフトウェアの版", "Versions", versions),
    ]


def _cautions(results: Results) -> list[Fact]:
    cuts, found = results.model.thresholds, results.evaluation
    categories = Fact(
        Text("区分", "Categories"),
        Text(
            f"高 {cuts.high_risk} 以上、中 {cuts.medium_risk}〜{cuts.high_risk - 1}、"
            f"低 {cuts.medium_risk} 未満（50 = ふだんのオッズ、+20 で 2 倍）",
            f"high from {cuts.high_risk}, medium {cuts.medium_risk}–{cuts.high_risk - 1}, "
            f"low below {cuts.medium_risk} (50 = the usual odds, +20 = twice the odds)",
        ),
    )
    reasons = zip(found.reasons_unproven, found.reasons_unproven_en, strict=True)
    return [
        categories,
        *(Fact(Text("未実証の理由", "Why unproven"), Text(ja, en)) for ja, en in reasons),
        *(
            Fact(Text("注意", "Note"), Text(alarm.message, alarm.message_en))
            for alarm in found.alarms
        ),
        *(_same("データの注意", "Note on the data", warning) for warning in results.warnings),
    ]
