"""The account of a score: whole lines that add up, and that nothing said later can change."""

from dataclasses import replace

import numpy as np
import pytest

from callrisk.domain.score.account import (
    Account,
    Moved,
    SaidPoints,
    ToldAccount,
    account_of,
    moved,
)
from callrisk.domain.score.score_lines import half_up, score_lines

CEILINGS = (100.0, 69.0)
INTENTS = ("hardship", "promise", "dispute")


def total(account: Account) -> int:
    """The sum of its lines."""
    return account.start + sum(account.known) + sum(account.said) + account.cap


def random_points(rng: np.random.Generator) -> tuple[float, np.ndarray, list[float], float]:
    """Start, known points with zeros among them, a path, and a ceiling; many are capped."""
    spread = 10 ** rng.uniform(-1, 1.8)
    known = rng.normal(0, spread, 12) * (rng.random(12) > 0.4)
    path = np.cumsum(rng.normal(0, spread, int(rng.integers(0, 9)))).tolist()
    return float(rng.normal(50, 5)), known, path, CEILINGS[int(rng.integers(2))]


def test_the_lines_are_the_score() -> None:
    """For ten thousand random accounts, a good part of them capped at either end."""
    rng = np.random.default_rng(3)
    capped = {"above": 0, "below": 0}
    for _ in range(10_000):
        start, known, path, ceiling = random_points(rng)
        account = account_of(start, known, path, ceiling)
        real = start + known.sum() + (path[-1] if path else 0.0)

        assert total(account) == account.score
        assert 0 <= account.score <= ceiling
        # Two parts are rounded, each by half a point at most.
        assert abs(account.score - min(max(real, 0), ceiling)) <= 1 + 1e-9
        assert len(account.said) == len(path)
        assert np.abs(np.array(account.known) - known).max() < 1 + 1e-9
        assert all(whole == 0 for whole, exact in zip(account.known, known, strict=True)
                   if exact == 0)  # fmt: skip
        assert account.known_points == sum(account.known)
        assert account.said_points == sum(account.said)
        capped["above"] += account.cap < 0
        capped["below"] += account.cap > 0

    assert min(capped.values()) > 500


def test_the_score_is_that_of_the_lines_by_feature() -> None:
    """An account and the lines of the same points end at one score and begin at one start."""
    rng = np.random.default_rng(4)
    for _ in range(3_000):
        start, known, path, ceiling = random_points(rng)
        points = np.array([[*known, path[-1] if path else 0.0]])
        [lines] = score_lines(np.array([start]), points, ceiling, said=(len(known),))
        account = account_of(start, known, path, ceiling)

        assert (account.score, account.start) == (lines.score, lines.start)


def test_known_lines_depend_on_nothing_said() -> None:
    """Whatever the path, however far beyond the scale it goes."""
    rng = np.random.default_rng(5)
    for _ in range(2_000):
        start, known, path, ceiling = random_points(rng)
        silent, loud = (account_of(start, known, one, ceiling) for one in ([], path))

        assert (silent.start, silent.known) == (loud.start, loud.known)


def test_a_further_statement_changes_no_line_before_it() -> None:
    """Only its own line, the score and the cap come anew."""
    rng = np.random.default_rng(6)
    for _ in range(2_000):
        start, known, path, ceiling = random_points(rng)
        accounts = [account_of(start, known, path[:n], ceiling) for n in range(len(path) + 1)]
        for number, account in enumerate(accounts):
            assert account.said == accounts[-1].said[:number]


def test_what_the_scale_cuts_off_is_the_cap_and_nothing_else() -> None:
    """Statements keep the points that they moved, also beyond the end of the scale."""
    account = account_of(48.6, np.array([30.2, 0.0]), [40.0, 20.0], 100.0)

    assert account == Account(score=99, start=49, known=(30, 0), said=(40, -20), cap=0)
    assert account_of(48.6, np.array([30.2, 0.0]), [40.0], 100.0).cap == -19
    assert account_of(48.6, np.array([30.2, 0.0]), [-90.0], 100.0).cap == 11
    assert account_of(48.6, np.array([30.2, 0.0]), [], 69.0).cap == -10


def random_told(rng: np.random.Generator, version: str) -> ToldAccount:
    """An account as it is kept, over features and statements of which some recur."""
    start, known, path, ceiling = random_points(rng)
    account = account_of(start, known, path, ceiling)
    places = sorted(rng.choice(12, len(path), replace=False).tolist())
    return ToldAccount(
        model_version=version,
        score=account.score,
        start=account.start,
        known=tuple((f"f{n}", points) for n, points in enumerate(account.known) if points),
        said=tuple(
            SaidPoints(f"s{place}", 0, 4, INTENTS[place % 3], points)
            for place, points in zip(places, account.said, strict=True)
        ),
        cap=account.cap,
    )


def test_what_moved_adds_up() -> None:
    """For any two accounts, of one model or of two, the lines are the difference of the scores."""
    rng = np.random.default_rng(7)
    for _ in range(5_000):
        before = random_told(rng, "a")
        after = random_told(rng, "ab"[int(rng.integers(2))])
        lines = moved(before, after)

        assert sum(line.points for line in lines) == after.score - before.score
        assert all(line.points for line in lines)
        if before.model_version != after.model_version:
            assert {line.feature for line in lines} <= {"model"}
        else:
            assert len({(line.feature, line.said and line.said.key) for line in lines}) == len(
                lines
            )


TOLD = ToldAccount(
    "a", 71, 50, (("late", 9),), (SaidPoints("s1", 0, 4, "hardship", 12),), 0
)  # fmt: skip


def test_nothing_moved_is_no_line() -> None:
    """The same account, and another model that says the same."""
    assert moved(TOLD, TOLD) == []
    assert moved(TOLD, replace(TOLD, model_version="b", start=40, known=(), said=())) == []


def test_each_line_names_what_moved() -> None:
    """A feature that appears, one that goes, a statement that goes and one that comes."""
    new = SaidPoints("s2", 3, 9, "promise", -5)
    after = ToldAccount("a", 52, 50, (("age", 7),), (new,), 0)

    assert moved(TOLD, after) == [
        Moved("age", 7),
        Moved("late", -9),
        Moved("said.hardship", -12, TOLD.said[0]),
        Moved("said.promise", -5, new),
    ]


def test_a_statement_that_is_read_otherwise_moves_both_ways() -> None:
    """At one place of a turn one kind goes and another comes."""
    after = replace(TOLD, score=64, said=(SaidPoints("s1", 0, 4, "delay_request", 5),))

    assert [(line.feature, line.points) for line in moved(TOLD, after)] == [
        ("said.hardship", -12),
        ("said.delay_request", 5),
    ]


def test_another_model_moves_the_score_as_a_whole() -> None:
    """Lines of two models cannot be compared."""
    assert moved(TOLD, replace(TOLD, model_version="b", score=60)) == [Moved("model", -11)]


@pytest.mark.parametrize("field", ["start", "cap"])
def test_start_and_cap_are_lines_of_their_own(field: str) -> None:
    """They move by what they moved."""
    after = replace(TOLD, score=TOLD.score - 4, **{field: getattr(TOLD, field) - 4})

    assert moved(TOLD, after) == [Moved(field, -4)]


def test_a_half_is_rounded_upwards_in_scores_and_lines_alike() -> None:
    """Not to the even number, so that 50.5 and 51.5 do not meet."""
    halves = (-1.5, -0.5, 0.5, 1.5, 2.5)
    assert [half_up(value) for value in halves] == [-1, 0, 1, 2, 3]
    starts = np.array([50.5, 51.5, 52.5])
    lines = score_lines(starts, np.zeros((3, 2)))

    assert [line.score for line in lines] == [line.start for line in lines] == [51, 52, 53]
    accounts = [account_of(start, np.zeros(2), [0.5, 1.5], 100.0) for start in starts.tolist()]
    assert [(one.start, one.said, one.score) for one in accounts] == [
        (51, (1, 1), 53), (52, (1, 1), 54), (53, (1, 1), 55),
    ]  # fmt: skip
