"""The dozen configurations that are tried, the most stable first.

Stable is what changes little when the customers change: a constant, a strongly regularised line,
the mean of a line and stumps, a line alone, then trees, the more of them and the deeper the later.
"""

from dataclasses import dataclass

from callrisk.domain.wording import Text
from callrisk.model.fitting import BaseRateParams, BlendParams, LogisticParams, Params, TreeParams

# So many groups are what `n_estimators` of config.py is meant for.
_FEW_GROUPS = 300.0
# Trees grow with the fourth root of the groups: sixteen times as many, twice as many trees.
_GROWTH = 0.25


@dataclass(frozen=True, slots=True)
class Preset:
    """One configuration; presets of one `family` are the same trees, stopped earlier or later."""

    name: str
    label: Text
    params: Params
    family: str


def presets(groups: int, trees: int, learning_rate: float, deepest: int) -> tuple[Preset, ...]:
    """Return all presets for a number of groups; the earlier one is preferred when in doubt."""
    grown = round(trees * max(1.0, (groups / _FEW_GROUPS) ** _GROWTH))
    strong, *weaker = (_logistic(*strength) for strength in _STRENGTHS)
    tried = [_base_rate(), strong, _blend(grown, learning_rate), *weaker]
    for depth, shares in _DEPTHS:
        if depth <= deepest:
            tried += [_trees(depth, share, grown, learning_rate) for share in shares]
    return tuple(tried)


_STRENGTHS = (("strong", 0.01), ("medium", 0.1), ("weak", 1.0))
_BLENDED = 0.1
# By depth: which shares of the trees are tried. Shallow trees say less each and need more.
_DEPTHS = ((1, (1.0, 2.0)), (2, (0.5, 1.0)), (3, (1.0,)), (4, (1.0,)), (6, (1.0,)))
_HELD_BACK = {
    "strong": Text("強め", "strong"),
    "medium": Text("中くらい", "medium"),
    "weak": Text("弱め", "weak"),
}


def _base_rate() -> Preset:
    label = Text("全員に同じ確率", "Same chance for all")
    return Preset("base_rate", label, BaseRateParams(), "base_rate")


def _logistic(name: str, strength: float) -> Preset:
    back = _HELD_BACK[name]
    label = Text(
        f"ロジスティック回帰（正則化{back.ja}）", f"Logistic regression ({back.en} penalty)"
    )
    return Preset(f"logistic_{name}", label, LogisticParams(strength), f"logistic_{name}")


def _blend(grown: int, learning_rate: float) -> Preset:
    """Return the mean of a line and stumps, which depends less on the data than trees alone."""
    params = BlendParams(TreeParams(grown, 1, learning_rate), LogisticParams(_BLENDED))
    label = Text(
        f"ロジスティック回帰と XGBoost（深さ 1 × {grown} 本）の平均",
        f"Mean of logistic regression and XGBoost (depth 1 × {grown} trees)",
    )
    return Preset("blend", label, params, "blend")


def _trees(depth: int, share: float, grown: int, learning_rate: float) -> Preset:
    count = max(1, round(grown * share))
    label = Text(f"XGBoost 深さ {depth} × {count} 本", f"XGBoost, depth {depth} × {count} trees")
    params = TreeParams(count, depth, learning_rate)
    return Preset(f"trees_{depth}_{count}", label, params, f"trees_{depth}")
