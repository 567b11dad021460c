"""The integer lines of a score: real points rounded so that the lines add up to the score."""

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
    rounded = _integers(_largest_remainder(lines, scores - first))
    return [
        ScoreLines(score, begin, tuple(row[:-1]), row[-1])
        for score, begin, row in zip(_integers(scores), _integers(first), rounded, strict=True)
    ]


def _half_up(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.floor(values + 0.5)


def _integers(values: NDArray[np.float64]) -> list[Any]:
    return list(values.astype(np.int64).tolist())


def _largest_remainder(
    lines: NDArray[np.float64], totals: NDArray[np.float64]
) -> NDArray[np.float64]:
    floors = np.floor(lines)
    remainders = lines - floors
    # An exact zero stays zero: a feature without a say, or no capping, must show no point.
    remainders[lines == 0.0] = -1.0
    upwards = totals - floors.sum(axis=1)
    rank = np.argsort(np.argsort(-remainders, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(floors + (rank < upwards[:, None]))


def changed_points(before: ScoreLines | None, after: ScoreLines) -> ScoreLines:
    """Return the difference of two assessments of one model, line by line.

    Zeros if none came before.
    """
    if before is None:
        return ScoreLines(0, 0, (0,) * len(after.by_feature), 0)
    return ScoreLines(
        after.score - before.score,
        after.start - before.start,
        tuple(b - a for a, b in zip(before.by_feature, after.by_feature, strict=True)),
        after.cap - before.cap,
    )


def strongest(lines: Sequence[int], most: int) -> list[int]:
    """Return the positions of the `most` largest lines by absolute value; zeros are left out."""
    order = sorted(range(len(lines)), key=lambda position: (-abs(lines[position]), position))
    return [position for position in order[:most] if lines[position] != 0]
