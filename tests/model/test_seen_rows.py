"""Contributions that are remembered are those that the trees give."""

import numpy as np
import pytest
import xgboost as xgb

from callrisk.model.members import LinearMember, Matrix, Member, TreeMember, member_contributions
from callrisk.model.seen_rows import SeenRows


def trees(seed: int, columns: tuple[int, ...]) -> TreeMember:
    """A few trees on some of four columns."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(200, len(columns)))
    matrix = xgb.DMatrix(x, label=x.sum(axis=1) > 0)
    parameters = {"max_depth": 2, "objective": "binary:logistic", "nthread": 1}
    return TreeMember(columns, xgb.train(parameters, matrix, 5))


@pytest.fixture(scope="module")
def members() -> list[Member]:
    """Trees on two blocks of columns, and a linear member."""
    linear = LinearMember((0, 3), (1.0, -2.0), (0.0, 0.0), (-9.0, -9.0), (9.0, 9.0), 0.5)
    return [trees(1, (1, 2)), trees(2, (1, 2)), trees(3, (0, 1, 2, 3)), linear]


def some_rows(seed: int, count: int) -> Matrix:
    """Rows of four columns, some of them missing."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 4))
    x[rng.random(size=x.shape) < 0.2] = np.nan
    return x


def test_remembered_contributions_are_bit_for_bit_those_of_the_trees(members: list[Member]) -> None:
    """In any company: rows come alone, twice in a batch, and among others."""
    seen, x = SeenRows(), some_rows(1, 30)
    batches = [x[:7], x[3:4], x[[5, 5, 20, 6]], x[::-1], x]

    for batch in batches:
        expected = member_contributions(members, batch)
        assert np.array_equal(member_contributions(members, batch, seen), expected)


def test_trees_are_asked_once_for_a_row() -> None:
    """However often it comes; a row of missing values is a row, too."""
    asked: list[Matrix] = []

    def predict(rows: Matrix) -> np.ndarray:
        asked.append(rows)
        return np.zeros((1, len(rows), 3), dtype=np.float32)

    seen, rows = SeenRows(), np.array([[1.0, np.nan], [2.0, 3.0]])
    for _ in range(3):
        seen.parts((0, 1), rows, predict)
    seen.parts((0, 1), np.array([[2.0, 3.0], [2.0, 4.0]]), predict)

    assert [len(one) for one in asked] == [2, 1]


def test_rows_are_not_remembered_without_end() -> None:
    """Neither those of a large batch nor more than so many of small ones."""
    asked: list[int] = []

    def predict(rows: Matrix) -> np.ndarray:
        asked.append(len(rows))
        return np.zeros((1, len(rows), 2), dtype=np.float32)

    seen = SeenRows()
    for _ in range(2):
        seen.parts((0,), some_rows(1, 501)[:, :1], predict)
    for begin in range(0, 11_000, 500):
        seen.parts((0,), np.arange(begin, begin + 500, dtype=float)[:, np.newaxis], predict)

    assert asked == [501, 501, *[500] * 22]
    assert len(seen._parts) <= 10_000
