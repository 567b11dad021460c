"""The configurations that are tried: their order, their numbers of trees, and how deep they are."""

import pytest

from callrisk.model.fitting import BlendParams, LogisticParams, TreeParams
from callrisk.pipeline.training.presets import presets

STABLE = ["base_rate", "logistic_strong", "blend", "logistic_medium", "logistic_weak"]


def names(groups: int, deepest: int) -> list[str]:
    """The names of the presets with a hundred trees for few groups."""
    return [preset.name for preset in presets(groups, 100, 0.05, deepest)]


@pytest.mark.parametrize(
    ("deepest", "trees"),
    [
        (0, []),
        (1, ["trees_1_100", "trees_1_200"]),
        (2, ["trees_1_100", "trees_1_200", "trees_2_50", "trees_2_100"]),
        (5, ["trees_1_100", "trees_1_200", "trees_2_50", "trees_2_100", "trees_3_100",
             "trees_4_100"]),
        (6, ["trees_1_100", "trees_1_200", "trees_2_50", "trees_2_100", "trees_3_100",
             "trees_4_100", "trees_6_100"]),
    ],
)  # fmt: skip
def test_the_stable_ones_come_first_then_trees_as_deep_as_is_asked(
    deepest: int, trees: list[str]
) -> None:
    """Of each depth the smaller ones first."""
    assert names(300, deepest) == [*STABLE, *trees]


@pytest.mark.parametrize(("groups", "count"), [(1, 100), (300, 100), (301, 100), (4_800, 200)])
def test_trees_grow_with_the_fourth_root_of_the_groups(groups: int, count: int) -> None:
    """But never below what was asked for."""
    assert names(groups, 1)[-2:] == [f"trees_1_{count}", f"trees_1_{2 * count}"]


def test_one_tree_is_the_least() -> None:
    """Half of one is one."""
    assert [preset.name for preset in presets(1, 1, 0.05, 2)][-2:] == ["trees_2_1", "trees_2_1"]


def test_each_has_its_parameters() -> None:
    """The penalties as they are named, the blend of stumps and the medium one."""
    found = {preset.name: preset.params for preset in presets(300, 100, 0.05, 3)}

    assert [found[f"logistic_{name}"] for name in ("strong", "medium", "weak")] == [
        LogisticParams(0.01), LogisticParams(0.1), LogisticParams(1.0),
    ]  # fmt: skip
    assert found["blend"] == BlendParams(TreeParams(100, 1, 0.05), LogisticParams(0.1))
    assert found["trees_3_100"] == TreeParams(100, 3, 0.05)
    assert len({preset.family for preset in presets(300, 100, 0.05, 3)}) == 8
