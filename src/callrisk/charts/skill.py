"""Figures of model skill with its interval, against baselines."""

from collections.abc import Mapping, Sequence

from callrisk.charts.interval_plot import IntervalRow, ValueAxis, interval_plot
from callrisk.charts.theme import Chart, Theme
from callrisk.domain.evaluation import BlockReport, Interval, PresetReport
from callrisk.domain.features.contract import Block
from callrisk.domain.wording import Text

BASELINES = {
    "base_rate": Text("全員に同じ答え", "Same answer for all"),
    "contract_month": Text("契約月だけ", "Contract month only"),
    "call_length": Text("通話の長さだけ", "Call length only"),
    "three_features": Text("3 項目だけのロジスティック回帰", "Logistic regression on three facts"),
    "champion": Text("いま使われているモデル", "The model now serving"),
}
BLOCKS = {
    Block.SAID: Text("発言（懸念の合計）", "Said (open concerns)"),
    Block.SAID_DETAIL: Text("発言の詳細", "Said in detail"),
    Block.HISTORY: Text("履歴", "History"),
    Block.CUSTOMER: Text("顧客情報", "Customer record"),
    Block.MANNER: Text("話し方（点数には使わない）", "Manner (never scored)"),
}
# A block of older versions, by which they are still named.
_FORMER = {"conversation": Text("会話", "Conversation")}
_BLOCK_BY_KEY = _FORMER | {str(block): text for block, text in BLOCKS.items()}
_NEVER = Text("対象外", "never let in")
_MODEL = Text("このモデル", "This model")
_CHANCE_AUC = 0.5


def baseline_name(key: str) -> Text:
    """Return the name of a baseline; one without a name of ours keeps its key."""
    return BASELINES.get(key, Text(key, key))


def block_name(key: str) -> Text:
    """Return the name of a block of features; one without a name of ours keeps its key."""
    return _BLOCK_BY_KEY.get(key, Text(key, key))


def admission(report: BlockReport) -> Text:
    """Return how often a block was admitted; one that is never scored was never asked for."""
    if report.block == Block.MANNER:
        return _NEVER
    return Text(f"{report.admitted:.0%}", f"{report.admitted:.0%}")


def auc(interval: Interval, baselines: Mapping[str, float], theme: Theme) -> Chart:
    """Return the figure of the model's AUC with its interval, and of the baselines."""
    title = theme.say("AUC（0.5 = 当て推量、1.0 = 完全）", "AUC (0.5 = guessing, 1.0 = perfect)")
    guesses = [
        _point(theme.word(baseline_name(key)), value, theme.palette.muted)
        for key, value in baselines.items()
    ]
    return interval_plot(
        [_model(interval, theme), *guesses], ValueAxis(title, _CHANCE_AUC, ".2f"), theme
    )


def brier(interval: Interval, blocks: Mapping[str, float], theme: Theme) -> Chart:
    """Return the figure of the model's Brier skill, and of each block alone."""
    title = theme.say("基準率に対する Brier スキル（0 = 差なし）", "Brier skill (0 = base rate)")
    only = theme.say("だけ", " only")
    alone = [
        _point(theme.word(block_name(key)) + only, value, _block_colour(key, theme))
        for key, value in blocks.items()
    ]
    return interval_plot([_model(interval, theme), *alone], ValueAxis(title, 0.0, "+.2f"), theme)


def blocks(reports: Sequence[BlockReport], theme: Theme) -> Chart:
    """Return the figure of the skill that each block adds to the others."""
    title = theme.say(
        "ほかの情報に加わると増える Brier スキル（0 = 増えない）",
        "Brier skill added to all the others (0 = nothing)",
    )
    rows = [
        IntervalRow(
            theme.word(block_name(report.block)),
            report.adds.value,
            report.adds.low,
            report.adds.high,
            _block_colour(report.block, theme),
            _admission_line(report, theme),
        )
        for report in reports
    ]
    return interval_plot(rows, ValueAxis(title, 0.0, "+.3f"), theme)


def _admission_line(report: BlockReport, theme: Theme) -> str:
    if report.block == Block.MANNER:
        return theme.word(_NEVER)
    return theme.say(f"採用 {report.admitted:.0%}", f"let in {report.admitted:.0%}")


def presets(reports: Sequence[PresetReport], theme: Theme) -> Chart:
    """Return the figure of each preset's loss above the best, with its cost and choice rate."""
    title = theme.say(
        "最良との対数損失の差（0 = 最良。線は ±1 標準誤差）",
        "Log loss behind the best (0 = best; ±1 standard error)",
    )
    rows = [
        IntervalRow(
            theme.say(report.label, report.label_en),
            report.behind,
            report.behind - report.standard_error,
            report.behind + report.standard_error,
            theme.palette.accent if report.chosen > 0 else theme.palette.muted,
            _cost(report, theme),
        )
        for report in reports
    ]
    return interval_plot(rows, ValueAxis(title, 0.0, ".4f"), theme)


def _cost(report: PresetReport, theme: Theme) -> str:
    parts = (
        [theme.say(f"選択 {report.chosen:.0%}", f"chosen {report.chosen:.0%}")]
        if report.chosen
        else []
    )
    # A preset that is never served was never timed.
    parts += [f"{report.serving_ms:.2f} ms"] if report.serving_ms > 0 else []
    return " · ".join(parts)


def _model(interval: Interval, theme: Theme) -> IntervalRow:
    name, colour = theme.word(_MODEL), theme.palette.accent
    return IntervalRow(name, interval.value, interval.low, interval.high, colour)


def _point(name: str, value: float, colour: str) -> IntervalRow:
    return IntervalRow(name, value, value, value, colour)


def _block_colour(key: str, theme: Theme) -> str:
    return {str(block): colour for block, colour in theme.palette.blocks.items()}.get(
        key, theme.palette.muted
    )
