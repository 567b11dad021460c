"""Figures about what a model knows: skill with its interval, against what anyone could guess."""

from collections.abc import Mapping, Sequence

from callrisk.charts.lanes import Lane, Measure, lanes
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
    Block.CONVERSATION: Text("会話", "Conversation"),
    Block.HISTORY: Text("履歴", "History"),
    Block.CUSTOMER: Text("顧客情報", "Customer record"),
}
_BLOCK_BY_KEY = {str(block): text for block, text in BLOCKS.items()}
_MODEL = Text("このモデル", "This model")
_COIN = 0.5


def baseline_name(key: str) -> Text:
    """What a simple guess is called; one that has no name of ours keeps its own."""
    return BASELINES.get(key, Text(key, key))


def block_name(key: str) -> Text:
    """What a block of facts is called; one that has no name of ours keeps its own."""
    return _BLOCK_BY_KEY.get(key, Text(key, key))


def auc(found: Interval, baselines: Mapping[str, float], look: Theme) -> Chart:
    """The model's AUC with its interval, and what simple guesses reach."""
    title = look.say("AUC（0.5 = 当て推量、1.0 = 完全）", "AUC (0.5 = guessing, 1.0 = perfect)")
    guesses = [
        _guess(look.word(baseline_name(key)), value, look.palette.muted)
        for key, value in baselines.items()
    ]
    return lanes([_model(found, look), *guesses], Measure(title, _COIN, ".2f"), look)


def brier(found: Interval, blocks: Mapping[str, float], look: Theme) -> Chart:
    """The model's Brier skill with its interval, and what each block of facts reaches alone."""
    title = look.say("基準率に対する Brier スキル（0 = 差なし）", "Brier skill (0 = base rate)")
    only = look.say("だけ", " only")
    alone = [
        _guess(look.word(block_name(key)) + only, value, _block_colour(key, look))
        for key, value in blocks.items()
    ]
    return lanes([_model(found, look), *alone], Measure(title, 0.0, "+.2f"), look)


def blocks(reports: Sequence[BlockReport], look: Theme) -> Chart:
    """What each block of facts adds to all the others, and how often it was let in."""
    title = look.say(
        "ほかの情報に加わると増える Brier スキル（0 = 増えない）",
        "Brier skill added to all the others (0 = nothing)",
    )
    rows = [
        Lane(
            look.word(block_name(one.block)),
            one.adds.value,
            one.adds.low,
            one.adds.high,
            _block_colour(one.block, look),
            look.say(f"採用 {one.admitted:.0%}", f"let in {one.admitted:.0%}"),
        )
        for one in reports
    ]
    return lanes(rows, Measure(title, 0.0, "+.3f"), look)


def presets(reports: Sequence[PresetReport], look: Theme) -> Chart:
    """How far each configuration stays behind the best, what it costs, how often it was chosen."""
    title = look.say(
        "最良との対数損失の差（0 = 最良。線は ±1 標準誤差）",
        "Log loss behind the best (0 = best; ±1 standard error)",
    )
    rows = [
        Lane(
            look.say(one.label, one.label_en),
            one.behind,
            one.behind - one.standard_error,
            one.behind + one.standard_error,
            look.palette.accent if one.chosen > 0 else look.palette.muted,
            _cost(one, look),
        )
        for one in reports
    ]
    return lanes(rows, Measure(title, 0.0, ".4f"), look)


def _cost(one: PresetReport, look: Theme) -> str:
    told = [look.say(f"選択 {one.chosen:.0%}", f"chosen {one.chosen:.0%}")] if one.chosen else []
    # A preset that is never served was never timed.
    told += [f"{one.serving_ms:.2f} ms"] if one.serving_ms > 0 else []
    return " · ".join(told)


def _model(found: Interval, look: Theme) -> Lane:
    name, colour = look.word(_MODEL), look.palette.accent
    return Lane(name, found.value, found.low, found.high, colour)


def _guess(name: str, value: float, colour: str) -> Lane:
    return Lane(name, value, value, value, colour)


def _block_colour(key: str, look: Theme) -> str:
    return {str(g): colour for g, colour in look.palette.blocks.items()}.get(
        key, look.palette.muted
    )
