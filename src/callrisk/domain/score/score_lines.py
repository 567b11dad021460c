"""The integer lines of a score: real points rounded so that the lines add up to the score."""

import math
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
    start: NDArray[np.float64], points: NDArray[np.float64], ceiling: float = 100.0
) -> list[ScoreLines]:
    """Round real points, shape (rows, features), to integer lines whose sum is the rounded score.

    `start` has one entry a row, in points. The score is clipped to 0..`ceiling`; what clipping
    removes is a line of its own (`cap`). The start is rounded once, half up; the rest is rounded by
    the largest remainder method (Hamilton): every line is rounded down, then those with the largest
    remainders go up by one until the sum is right, so no line moves by a whole point.
    """
    raw = start + points.sum(axis=1)
    clipped = np.clip(raw, 0.0, ceiling)
    first, scores = _half_up(start), _half_up(clipped)
    lines = np.column_stack([points, clipped - raw])
    rounded = _integers(largest_remainder(lines, scores - first))
    return [
        ScoreLines(score, begin, tuple(row[:-1]), row[-1])
        for score, begin, row in zip(_integers(scores), _integers(first), rounded, strict=True)
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
