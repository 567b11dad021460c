"""The scorecard of an additive model: the points of each value of each feature, as one table.

A model is additive when none of its trees asks for two features: its score is then start + the sum
of one function a feature. Those are steps (trees) and straight lines within bounds (regression), so
a table of segments says them whole: points at a value and points for each unit beyond it.

Two rules stand beside the table, as `RiskModel` has them: the points of the known features are 0
where none of them is known, and known and said points are rounded apart before they are added.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.score.score_lines import ScoreLines, score_lines
from callrisk.domain.wording import Text
from callrisk.model.members import BlendMember, LinearMember, Matrix, Member, parts_of
from callrisk.model.points_scale import CENTRE
from callrisk.model.risk_model import RiskModel
from callrisk.model.stumps import Steps

# Bounds of a feature that has the same weight everywhere.
_UNBOUNDED = 1e9
# XGBoost compares in single precision; a number of so many digits is the same in both.
_SHORT_DIGITS, _EXACT_INTEGERS = 6, 2**24
_SAME = 1e-12


class NotAdditiveError(ValueError):
    """The model has trees of several features; the message says which settings make none."""

    def __init__(self, deep: int, members: int, version: str) -> None:
        self.text = Text(
            f"{version}: 複数の項目を同時に見る木があるため（{members} 個中 {deep} 個）、点数表には"
            'できません。config.py の MODEL_PARAMS で "max_depth" を 1 にして学習し直してください',
            f"{deep} of {members} members of {version} have trees that ask for several "
            "features at once, so no table of points per value gives its score; set "
            '"max_depth": 1 in MODEL_PARAMS of config.py and train again',
        )
        super().__init__(self.text.en)


@dataclass(frozen=True, slots=True)
class PointsCurve:
    """The points of one feature.

    Segment i holds the values from `begins[i]` to below `begins[i + 1]`, the first one all below.
    Its points are `points[i] + slopes[i] * (value - anchors[i])`; `missing` those of no value.
    """

    begins: NDArray[np.float64]
    anchors: NDArray[np.float64]
    points: NDArray[np.float64]
    slopes: NDArray[np.float64]
    missing: float

    def at(self, column: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the points of each value of a column."""
        place = np.searchsorted(self.begins[1:], column, side="right")
        found = self.points[place] + self.slopes[place] * (column - self.anchors[place])
        return np.where(np.isnan(column), self.missing, found)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The curves of all features of a model, in its order, and the points before all of them."""

    start: float
    curves: tuple[PointsCurve, ...]
    said: tuple[int, ...]
    ceiling: float

    def points(self, x: Matrix) -> Matrix:
        """Return the points of each feature, shape (rows, features)."""
        found = np.column_stack(
            [curve.at(column) for curve, column in zip(self.curves, x.T, strict=True)]
        )
        known = [number for number in range(x.shape[1]) if number not in self.said]
        if known:
            unknown = np.isnan(x[:, known]).all(axis=1)
            found[np.outer(unknown, ~np.isin(np.arange(x.shape[1]), self.said))] = 0.0
        return found

    def lines(self, points: Matrix) -> list[ScoreLines]:
        """Return the score of each row with its lines, in whole points."""
        start = np.full(len(points), self.start)
        return score_lines(start, points, self.ceiling, self.said)


def scorecard_of(model: RiskModel) -> Scorecard:
    """Return the scorecard of an additive model; NotAdditiveError for any other."""
    parts = [parts_of(member)[0] for member in model.members]
    deep = sum(trees is not None and trees.stumps is None for trees in parts)
    if deep:
        raise NotAdditiveError(deep, len(parts), model.version)
    k, slope, offset = model.points_of_log_odds
    factor = k * slope
    curves = [_curve(model.members, number, factor) for number in range(len(model.features))]
    # What is said counts from a call in which nothing is said.
    unsaid = {number: float(curves[number].at(np.zeros(1))[0]) for number in model.said}
    start = CENTRE + k * offset + factor * _bias(model.members) + sum(unsaid.values())
    shifted = [_lowered(curve, unsaid.get(n, 0.0)) for n, curve in enumerate(curves)]
    return Scorecard(start, tuple(shifted), model.said, model.ceiling)


def _bias(members: Sequence[Member]) -> float:
    return float(np.mean([_member_bias(member) for member in members]))


def _member_bias(member: Member) -> float:
    trees, linear = parts_of(member)
    share = member.share if isinstance(member, BlendMember) else 1.0
    of_trees = trees.stumps.bias if trees is not None and trees.stumps is not None else 0.0
    return share * of_trees + (0.0 if linear is None else linear.bias)


def _curve(members: Sequence[Member], feature: int, factor: float) -> PointsCurve:
    """Return the mean curve of all members for one feature, in points."""
    parts = [_parts(member, feature) for member in members]
    scale = factor / len(members)
    thresholds = {_written(t) for steps, _, _ in parts if steps for t in steps.thresholds.tolist()}
    bounds = {end for _, _, line in parts if line for end in line[2:] if abs(end) < _UNBOUNDED}
    begins = np.array([-np.inf, *sorted(thresholds | bounds)])
    ends = np.append(begins[1:], np.inf)
    anchors = np.where(np.isfinite(begins), begins, np.where(np.isfinite(ends), ends, 0.0))
    inside = _inside(begins, ends)
    points, slopes, missing = np.zeros(len(begins)), np.zeros(len(begins)), 0.0
    for steps, share, line in parts:
        if steps is not None:
            points += scale * share * steps.at(inside)
            missing += scale * share * steps.missing
        if line is not None:
            weight, centre, low, high = line
            points += scale * weight * (np.clip(anchors, low, high) - centre)
            slopes += scale * weight * ((low <= inside) & (inside <= high))
    return _merged(PointsCurve(begins, anchors, points, slopes, missing))


def _inside(begins: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a value inside each segment, which tells its steps and its slope."""
    low = np.where(np.isfinite(begins), begins, ends - 2)
    high = np.where(np.isfinite(ends), ends, begins + 2)
    either = np.isfinite(low) & np.isfinite(high)
    return np.where(either, (np.where(either, low, 0.0) + np.where(either, high, 0.0)) / 2, 0.0)


def _parts(
    member: Member, feature: int
) -> tuple[Steps | None, float, tuple[float, float, float, float] | None]:
    """Return steps, their share, and weight, centre and bounds of a line, of one feature."""
    trees, linear = parts_of(member)
    share = member.share if isinstance(member, BlendMember) else 1.0
    steps = None
    if trees is not None and trees.stumps is not None and feature in trees.columns:
        steps = trees.stumps.columns.get(trees.columns.index(feature))
    return steps, share, None if linear is None else _line(linear, feature)


def _line(linear: LinearMember, feature: int) -> tuple[float, float, float, float] | None:
    if feature not in linear.columns:
        return None
    at = linear.columns.index(feature)
    return linear.weight[at], linear.centre[at], linear.low[at], linear.high[at]


def _written(threshold: float) -> float:
    """Return the lowest number that XGBoost takes to lie on the right of a threshold.

    A short number lies there by itself; of a long one a value of double precision may round up.
    """
    single = np.float32(threshold)
    short = np.format_float_scientific(single, unique=True, trim="-")
    digits = len(short.partition("e")[0].replace(".", "").replace("-", ""))
    is_whole = float(single).is_integer() and abs(single) < _EXACT_INTEGERS
    if digits <= _SHORT_DIGITS or is_whole:
        return float(short)
    below = np.nextafter(single, np.float32(-np.inf))
    middle = (float(single) + float(below)) / 2
    # Halves are rounded to the even one.
    return middle if np.float32(middle) == single else float(np.nextafter(middle, np.inf))


def _merged(curve: PointsCurve) -> PointsCurve:
    """Return the curve without borders at which nothing changes."""
    before = curve.points[:-1] + curve.slopes[:-1] * (curve.begins[1:] - curve.anchors[:-1])
    after = curve.points[1:] + curve.slopes[1:] * (curve.begins[1:] - curve.anchors[1:])
    changes = (np.abs(after - before) > _SAME) | (np.abs(np.diff(curve.slopes)) > _SAME)
    kept = np.append(True, changes)
    return PointsCurve(
        curve.begins[kept], curve.anchors[kept], curve.points[kept], curve.slopes[kept],
        curve.missing,
    )  # fmt: skip


def _lowered(curve: PointsCurve, by: float) -> PointsCurve:
    return PointsCurve(
        curve.begins, curve.anchors, curve.points - by, curve.slopes, curve.missing - by
    )
