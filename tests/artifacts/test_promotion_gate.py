"""The gate: what a version must show before it takes the place of the one that serves."""

import math
from dataclasses import replace

import pytest

from callrisk.artifacts.promotion_gate import (
    UNKNOWN,
    VersionFigures,
    needs_a_person,
    reasons_not_to_promote,
)
from callrisk.domain.evaluation import Alarm, Interval, Skill

GOOD = VersionFigures(
    Skill.DEMONSTRATED, Interval(0.7, 0.6, 0.8), Interval(0.08, 0.02, 0.14), (), demo=False
)
DEMO = replace(GOOD, demo=True)
UNPROVEN = replace(GOOD, verdict=Skill.UNPROVEN)
BLOCKED = replace(GOOD, alarms=(Alarm("leak", "f", "漏れ", "a leak", blocking=True),))
WARNED = replace(GOOD, alarms=(Alarm("few", None, "少ない", "few", blocking=False),))


def skilled(value: float) -> VersionFigures:
    """As good as this and no better."""
    return replace(GOOD, brier_skill=Interval(value, value - 0.06, value + 0.06))


CASES: dict[str, tuple[VersionFigures, VersionFigures | None, tuple[str, ...]]] = {
    "as good": (GOOD, GOOD, ()),
    "a warning is no obstacle": (WARNED, GOOD, ()),
    "a little worse": (skilled(0.03), GOOD, ()),
    "just at the lower bound": (skilled(0.02), GOOD, ()),
    "clearly worse": (skilled(0.019), GOOD, ("+0.019 lies below +0.020",)),
    "no figure": (skilled(math.nan), GOOD, ("lies below",)),
    "unproven": (UNPROVEN, GOOD, ("not demonstrated",)),
    "unproven after unproven": (UNPROVEN, UNPROVEN, ("not demonstrated",)),
    "blocking alarm": (BLOCKED, GOOD, ("a leak",)),
    "everything at once": (
        replace(BLOCKED, verdict=Skill.UNPROVEN, brier_skill=Interval(-0.1, -0.2, 0.0)),
        GOOD,
        ("not demonstrated", "a leak", "-0.100 lies below"),
    ),
    "first": (GOOD, None, ()),
    "first and unproven": (UNPROVEN, None, ()),
    "real after DEMO": (UNPROVEN, DEMO, ()),
    "DEMO after real": (DEMO, GOOD, ("DEMO",)),
    "DEMO after real and unproven": (DEMO, UNPROVEN, ("DEMO",)),
    "DEMO after DEMO": (DEMO, DEMO, ()),
    "worse DEMO after DEMO": (replace(skilled(0.0), demo=True), DEMO, ("lies below",)),
    "after one that cannot be read": (GOOD, UNKNOWN, ()),
    "unproven after one that cannot be read": (UNPROVEN, UNKNOWN, ("not demonstrated",)),
    "DEMO after one that cannot be read": (DEMO, UNKNOWN, ("cannot be read",)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_gate(case: str) -> None:
    """Each reason is given, in the order of the rule, and no other."""
    new, old, expected = CASES[case]

    reasons = reasons_not_to_promote(new, old)

    assert len(reasons) == len(expected)
    for reason, part in zip(reasons, expected, strict=True):
        assert part in reason.en
        assert reason.ja != reason.en


def test_only_a_real_champion_needs_a_person() -> None:
    """Fiction gives way by itself, and so does nothing at all."""
    assert needs_a_person(GOOD)
    assert needs_a_person(UNKNOWN)
    assert not needs_a_person(DEMO)
    assert not needs_a_person(None)
