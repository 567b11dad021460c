"""What the benchmarks of scores in calls count, and what they say of files they cannot read."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness import ROOT
from harness.scripts import module_of

SCENARIO: dict[str, Any] = {
    "id": 1, "history": [["AGENT", "お支払いの件です。"]], "sentence": "払えません。",
    "expect": "up_strong", "why": "inability",
}  # fmt: skip
CALL: dict[str, Any] = {
    "id": "X1", "kind": "worry_then_promise", "final": "medium",
    "turns": [
        ["CUSTOMER", "はい。"], ["AGENT", "ご入金は。"], ["CUSTOMER", "苦しくて。"],
        ["AGENT", "いつごろ。"], ["CUSTOMER", "二十五日に必ず。"],
    ],
    "course": [[2, 2], [4, -1]],
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _benchmarks_on_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        yield


@pytest.fixture(scope="module")
def moves(_benchmarks_on_path: None) -> ModuleType:
    """The benchmark of single sentences."""
    return module_of("benchmarks/moves.py")


@pytest.fixture(scope="module")
def courses(_benchmarks_on_path: None) -> ModuleType:
    """The benchmark of whole calls."""
    return module_of("benchmarks/courses.py")


def moved(moves: ModuleType, expect: str, points: int, why: str = "") -> Any:
    """A scenario that moved the score from 50."""
    return moves.Move(
        moves.Scenario.model_validate(SCENARIO | {"expect": expect, "why": why}), 50, 50 + points
    )


def gone(courses: ModuleType, kind: str, *scores: int) -> Any:
    """A call that began at 50, with these scores after the turns of its customer."""
    call = courses.Call.model_validate(CALL | {"kind": kind})
    return courses.Course(call, 50, dict(zip((0, 2, 4), scores, strict=True)))


def test_pairs_in_order_count_whole_and_equal_ones_half(moves: ModuleType) -> None:
    """Pairs that expect the same do not count."""
    played = [
        moved(moves, "down", -3), moved(moves, "none", 0), moved(moves, "none", 5),
        moved(moves, "up_strong", 0),
    ]  # fmt: skip

    # down < none, down < none, down < up; none = up, none > up.
    assert sorted(moves.concordance(played)) == [0, 0.5, 1, 1, 1]


def test_moves_are_counted_by_what_was_said(moves: ModuleType) -> None:
    """Each group has its own limit and its count."""
    figures = moves.measured(
        [
            moved(moves, "none", 1, "weather"), moved(moves, "none", -2, "weather"),
            moved(moves, "up_strong", 5, "Curt Refusal"),
            moved(moves, "up_strong", 4, "inability, lost income"),
            moved(moves, "up", 9, "refusal of a part"), moved(moves, "up_strong", 9, "seized"),
            moved(moves, "down", -2, "promise after worry"), moved(moves, "down", 0, "promise"),
        ]
    )  # fmt: skip

    assert figures["none_moved"] == {"share": 0.5, "of": 2}
    assert figures["grave_raised"] == {"share": 0.5, "of": 2}
    assert figures["grave"] == {
        "refusal": {"share": 1, "of": 1},
        "inability": {"share": 0, "of": 1},
        "lost income": {"share": 0, "of": 1},
    }
    assert figures["relieved"] == {"share": 1, "of": 1}
    assert figures["why"]["none: weather"] == {"mean": -0.5, "of": 2}
    assert next(iter(figures["why"])) == "down: promise after worry"


@pytest.mark.parametrize(
    ("expect", "why", "points", "misses"),
    [
        ("none", "", 1, False), ("none", "", -2, True), ("up", "", 1, False), ("up", "", 0, True),
        ("up_strong", "", 4, True), ("down", "promise", 0, False), ("down", "promise", 1, True),
        ("down", "promise after worry", -1, True), ("down_strong", "After worry", -2, False),
    ],
)  # fmt: skip
def test_a_scenario_misses(
    moves: ModuleType, expect: str, why: str, points: int, misses: bool
) -> None:
    """What is listed as wrong."""
    assert moved(moves, expect, points, why).misses is misses


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        ("calm", "CALM"), ("small_talk_traps", "CALM"), ("worry_then_promise", "RELIEVED"),
        ("hardship_then_resolved", "RELIEVED"), ("worry_then_refusal", "WORRIED"),
        ("worry_resolved", "RELIEVED"), ("dispute_resolved", None),
        ("promise_then_refusal", "WORRIED"), ("refusal", "WORRIED"), ("inability", "WORRIED"),
        ("late_worry", "WORRIED"), ("dispute", None), ("dispute_then_resolved", None),
    ],
)  # fmt: skip
def test_a_kind_says_how_a_call_ends(courses: ModuleType, kind: str, end: str | None) -> None:
    """The last part decides; nothing is asked of kinds that may end in any way."""
    assert courses.end_of(kind) is (None if end is None else courses.End[end])


@pytest.mark.parametrize(
    ("kind", "scores", "kept"),
    [
        ("calm", (50, 70, 55), True), ("calm", (50, 50, 56), False),
        ("refusal", (50, 50, 58), True), ("refusal", (50, 70, 57), False),
        ("worry_then_promise", (50, 70, 60), True), ("worry_then_promise", (50, 70, 61), False),
        ("worry_then_promise", (50, 50, 45), False), ("dispute", (50, 90, 90), None),
    ],
)  # fmt: skip
def test_calls_end_as_their_kind_should(
    courses: ModuleType, kind: str, scores: tuple[int, ...], kept: bool | None
) -> None:
    """A worry that was never heard is not given back."""
    assert gone(courses, kind, *scores).keeps is kept


def test_levels_hold_until_the_next(courses: ModuleType) -> None:
    """Before the first one nothing is said; unlabelled turns count only at every turn."""
    course = gone(courses, "worry_then_promise", 51, 70, 45)

    assert course.labelled == [(20, 2), (-5, -1)]
    assert course.everywhere == [(1, 0), (20, 2), (-5, -1)]
    assert courses.followed([course.everywhere]) == {
        "pooled": 1.0, "points": 3, "mean": 1.0, "calls": 1,
    }  # fmt: skip


def test_a_score_that_stands_still_follows_nothing(courses: ModuleType) -> None:
    """Where the levels stand still too there is nothing to follow."""
    assert courses.correlation([(0, 1), (0, -1)]) == 0
    assert courses.correlation([(0, 1), (5, 1)]) is None
    assert courses.correlation([]) is None


def test_turns_are_said_at_the_pace_of_speech(moves: ModuleType) -> None:
    """Five characters a second, with a pause before each turn."""
    timed = sys.modules["played_calls"].timed

    first, second = timed([("AGENT", "あ" * 10), ("CUSTOMER", "い" * 5)], 3, 10_000)

    assert (first["segment_id"], second["segment_id"]) == ("t3", "t4")
    assert (first["begin_ms"], first["end_ms"]) == (10_600, 12_600)
    assert (second["begin_ms"], second["end_ms"]) == (13_200, 14_200)


@pytest.mark.parametrize(
    ("program", "line", "said"),
    [
        ("moves", "{", "line 2: Invalid JSON"),
        ("moves", json.dumps(SCENARIO | {"expect": "sideways"}), "line 2: expect"),
        ("moves", json.dumps(SCENARIO | {"sentence": " "}), "line 2: sentence"),
        ("moves", json.dumps(CALL), "line 2: history"),
        ("moves", "", "no rows in"),
        ("courses", json.dumps(CALL | {"turns": [["BOSS", "x"]]}), "line 2: turns.0.0"),
        ("courses", json.dumps(CALL | {"course": [[5, 1]]}), "no such turn"),
        ("courses", json.dumps(CALL | {"course": [[0, 3]]}), "line 2: course.0.1"),
    ],
)
def test_a_bad_file_is_one_line(
    request: pytest.FixtureRequest, tmp_path: Path, program: str, line: str, said: str
) -> None:
    """The file, the line and what is wrong with it."""
    file = tmp_path / "own.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8-sig")

    told = refused(request.getfixturevalue(program), file)

    assert str(file) in told
    assert said in told


def test_a_file_that_is_not_there_is_one_line(moves: ModuleType, tmp_path: Path) -> None:
    """Likewise."""
    assert "none.jsonl: No such file" in refused(moves, tmp_path / "none.jsonl")


def refused(program: ModuleType, file: Path) -> str:
    """What a benchmark says of a file before any server is asked."""
    told, said = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(told), redirect_stdout(said):
        patch.setattr(sys, "argv", ["benchmark", str(file)])
        assert program.main() == 1
    assert said.getvalue() == ""
    (line,) = told.getvalue().splitlines()
    return line
