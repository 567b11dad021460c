"""Why a score moved: its strongest lines, and the others as one."""

import pytest

from callrisk.domain.score.account import Moved, ToldAccount
from callrisk.domain.score.score_changes import strongest_changes


def told(cap: int = 0, **known: int) -> ToldAccount:
    """An account of known lines that starts at 50."""
    return ToldAccount("v1", 50 + sum(known.values()) + cap, 50, tuple(known.items()), (), cap)


@pytest.mark.parametrize(
    ("points", "rest"),
    [
        ((9, -8, 7, -3, 1), [Moved("other", -2)]),
        ((9, -8, 7, 3, -1), [Moved("other", 2)]),
        ((9, -8, 7, 3, -3), []),
        ((9, -8, 7), []),
    ],
)
def test_three_lines_and_the_others_as_one_add_up(
    points: tuple[int, ...], rest: list[Moved]
) -> None:
    """Whatever the sign of the others; what the scale cut off is a line of its own."""
    before, after = told(), told(-2, **{f"f{n}": one for n, one in enumerate(points)})
    lines = strongest_changes(before, after)

    named = [Moved(f"f{n}", one) for n, one in enumerate(points[:3])]
    assert lines == (*named, *rest, Moved("cap", -2))
    assert sum(line.points for line in lines) == after.score - before.score
    assert strongest_changes(None, after) == ()
