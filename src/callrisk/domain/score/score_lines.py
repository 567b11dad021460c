"""The integer lines of a score: real points rounded so that the lines add up to the score."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ScoreLines:
    """The integer lines of one score, in points: start + sum(by_feature) + cap = score."""

    score: int
    start: int
    by_feature: tuple[int, ...]
    cap: int


def score_lines(
    start: NDArray[np.float64], points: NDArray[np.float64], ceiling: float = 100.0,
    said: Sequence[int] = (),
) -> list[ScoreLines]:  # fmt: skip
    """Round real points, shape (rows, features), to integer lines whose sum is the score.

    `start` has one entry a row, in points; `said` are the positions of what is said in the call.
    Known and said points are rounded apart, so that neither moves the lines of the other: the score
    is the rounded sum of start and known points and the rounded sum of the said ones, clipped to
    0..`ceiling`. What clipping removes is a line of its own (`cap`). Each part is rounded by the
    largest remainder method (Hamilton): every line is rounded down, then those with the largest
    remainders go up by one until the sum is right, so no line moves by a whole point.
    """
    is_said = np.isin(np.arange(points.shape[1]), list(said))
    first, before = _half_up(start), _half_up(start + points[:, ~is_said].sum(axis=1))
    spoken = _half_up(points[:, is_said].sum(axis=1))
    whole = before + spoken
    scores = np.clip(whole, 0.0, half_up(ceiling))
    lines = np.zeros_like(points)
    lines[:, ~is_said] = largest_remainder(points[:, ~is_said], before - first)
    lines[:, is_said] = largest_remainder(points[:, is_said], spoken)
    caps = _integers(scores - whole)
    return [
        ScoreLines(score, begin, tuple(row), cap)
        for score, begin, row, cap in zip(
            _integers(scores), _integers(first), _integers(lines), caps, strict=True
        )
    ]


def half_up(value: float) -> float:
    """Return a number rounded to the nearest whole one, a half upwards."""
    return math.floor(value + 0.5)


def _half_up(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.floor(values + 0.5)


def _integers(values: NDArray[np.float64]) -> list[Any]:
    return list(values.astype(np.int64).tolist())


def largest_remainder(
    lines: NDArray[np.float64], totals: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return lines, shape (rows, lines), rounded so that each row sums to its whole total."""
    floors = np.floor(lines)
    remainders = lines - floors
    # An exact zero stays zero: a feature without a say, or no capping, must show no point.
    remainders[lines == 0.0] = -1.0
    upwards = totals - floors.sum(axis=1)
    rank = np.argsort(np.argsort(-remainders, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(floors + (rank < upwards[:, None]))
