"""The members of an ensemble: boosted trees, a logistic regression or the base rate alone.

Every member answers in log-odds and explains itself exactly: contributions of shape
(rows, features + 1), the bias last, whose sum over a row is the margin of that row.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

_ROWS_FOR_THREADS = 50_000


@dataclass(frozen=True, slots=True)
class TreeMember:
    """Boosted trees on the features at positions `columns`; TreeSHAP in XGBoost explains them."""

    columns: tuple[int, ...]
    booster: xgb.Booster


@dataclass(frozen=True, slots=True)
class LinearMember:
    """Log-odds = bias + sum of weight x (value - centre), values kept within `low`..`high`.

    A missing value counts as the centre, and nothing is said about values beyond those that were
    learnt from. For a linear model the contributions are SHAP values (Lundberg and Lee 2017, of
    independent features) when `centre` is the mean, which it is. `bias` alone is the base rate.
    """

    columns: tuple[int, ...]
    weight: tuple[float, ...]
    centre: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    bias: float


@dataclass(frozen=True, slots=True)
class BlendMember:
    """The mean of two members in log-odds, and so of their contributions."""

    trees: TreeMember
    linear: LinearMember

    @property
    def columns(self) -> tuple[int, ...]:
        """Both see the same features."""
        return self.trees.columns


Member = TreeMember | LinearMember | BlendMember


def threads_for(rows: int) -> int:
    """Threads that pay off; 0 = all cores: waking others costs forty times the work of one row."""
    return 1 if rows < _ROWS_FOR_THREADS else 0


def member_contributions(members: Sequence[Member], x: Matrix) -> Matrix:
    """Contributions in log-odds, shape (members, rows, features + 1), the bias last."""
    answers = np.zeros((len(members), len(x), x.shape[1] + 1))
    # Members of one block of features share one copy of the rows.
    shared: dict[tuple[int, ...], xgb.DMatrix] = {}
    for answer, member in zip(answers, members, strict=True):
        trees, linear = parts_of(member)
        if trees is not None:
            _add_trees(answer, trees, x, shared)
        if linear is not None:
            _add_linear(answer, linear, x)
    blends = [isinstance(member, BlendMember) for member in members]
    answers[blends] /= 2
    return answers


def _add_trees(
    answer: Matrix, member: TreeMember, x: Matrix, shared: dict[tuple[int, ...], xgb.DMatrix]
) -> None:
    if member.columns not in shared:
        shared[member.columns] = _rows(x, member.columns)
    found = member.booster.predict(shared[member.columns], pred_contribs=True)
    answer[:, list(member.columns)] += found[:, :-1]
    answer[:, -1] += found[:, -1]


def _add_linear(answer: Matrix, member: LinearMember, x: Matrix) -> None:
    columns = list(member.columns)
    answer[:, columns] += _linear(member, x[:, columns])
    answer[:, -1] += member.bias


def _rows(x: Matrix, columns: tuple[int, ...]) -> xgb.DMatrix:
    whole = len(columns) == x.shape[1]
    part = x if whole else np.ascontiguousarray(x[:, list(columns)])
    # Not QuantileDMatrix: building one takes sixty times as long for a few rows.
    return xgb.DMatrix(part, missing=np.nan, nthread=threads_for(len(x)))


def _linear(member: LinearMember, x: Matrix) -> Matrix:
    kept = np.clip(x, np.array(member.low), np.array(member.high))
    distance = np.nan_to_num(kept - np.array(member.centre), nan=0.0)
    return np.asarray(distance * np.array(member.weight))


def member_margins(member: Member, x: Matrix, trees: int = 0) -> NDArray[np.float64]:
    """Log-odds before calibration, shape (rows,); of the first `trees` trees only, 0 = of all."""
    if isinstance(member, BlendMember):
        return (member_margins(member.trees, x) + member_margins(member.linear, x)) / 2
    part = np.ascontiguousarray(x[:, list(member.columns)])
    if isinstance(member, LinearMember):
        return np.asarray(member.bias + _linear(member, part).sum(axis=1))
    predicted = member.booster.inplace_predict(
        part, predict_type="margin", missing=np.nan, iteration_range=(0, trees)
    )
    return np.asarray(predicted, dtype=np.float64)


def save_members(members: Sequence[Member], folder: Path) -> list[dict[str, Any]]:
    """Write the boosters as UBJ; what JSON must know beside them."""
    described: list[dict[str, Any]] = []
    for number, member in enumerate(members):
        trees, linear = parts_of(member)
        one: dict[str, Any] = {}
        if trees is not None:
            name = f"member_{number:02d}.ubj"
            trees.booster.save_model(folder / name)
            one["trees"] = {"columns": list(trees.columns), "file": name}
        if linear is not None:
            one["linear"] = asdict(linear)
        described.append(one)
    return described


def parts_of(member: Member) -> tuple[TreeMember | None, LinearMember | None]:
    """The trees and the linear part of a member, None for what it lacks."""
    if isinstance(member, BlendMember):
        return member.trees, member.linear
    return (member, None) if isinstance(member, TreeMember) else (None, member)


def read_members(described: Sequence[dict[str, Any]], folder: Path) -> tuple[Member, ...]:
    """What `save_members` wrote; the caller has checked the hashes of the files before."""
    return tuple(_member(one, folder) for one in described)


def _member(described: dict[str, Any], folder: Path) -> Member:
    if "linear" not in described:
        return _trees(described["trees"], folder)
    if "trees" not in described:
        return _read_linear(described["linear"])
    return BlendMember(_trees(described["trees"], folder), _read_linear(described["linear"]))


def _trees(described: dict[str, Any], folder: Path) -> TreeMember:
    # A plain name: the file lies beside the description, never elsewhere.
    path = folder / Path(described["file"]).name
    columns = tuple(int(position) for position in described["columns"])
    return TreeMember(columns, xgb.Booster({"nthread": 1}, model_file=path))


def _read_linear(described: dict[str, Any]) -> LinearMember:
    columns = tuple(int(position) for position in described["columns"])
    weight, centre, low, high = (
        tuple(map(float, described[name])) for name in ("weight", "centre", "low", "high")
    )
    return LinearMember(columns, weight, centre, low, high, float(described["bias"]))


def described_bytes(members: Sequence[Member]) -> bytes:
    """The members as bytes that are equal when the members are."""
    found = []
    for trees, linear in map(parts_of, members):
        found.append(b"" if trees is None else bytes(trees.booster.save_raw("ubj")))
        found.append(b"" if linear is None else json.dumps(asdict(linear)).encode("utf-8"))
    return b"\0".join(found)
