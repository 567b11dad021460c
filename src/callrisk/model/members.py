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


Member = TreeMember | LinearMember


def threads_for(rows: int) -> int:
    """Threads that pay off; 0 = all cores: waking others costs forty times the work of one row."""
    return 1 if rows < _ROWS_FOR_THREADS else 0


def member_contributions(members: Sequence[Member], x: Matrix) -> Matrix:
    """Contributions in log-odds, shape (members, rows, features + 1), the bias last."""
    answers = np.zeros((len(members), len(x), x.shape[1] + 1))
    # Members of one block of features share one copy of the rows.
    shared: dict[tuple[int, ...], xgb.DMatrix] = {}
    for answer, member in zip(answers, members, strict=True):
        columns = list(member.columns)
        if isinstance(member, TreeMember):
            if member.columns not in shared:
                shared[member.columns] = _rows(x, member.columns)
            found = member.booster.predict(shared[member.columns], pred_contribs=True)
            answer[:, columns], answer[:, -1] = found[:, :-1], found[:, -1]
        else:
            answer[:, columns] = _linear(member, x[:, columns])
            answer[:, -1] = member.bias
    return answers


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
        if isinstance(member, LinearMember):
            described.append(asdict(member))
            continue
        name = f"member_{number:02d}.ubj"
        member.booster.save_model(folder / name)
        described.append({"columns": list(member.columns), "file": name})
    return described


def read_members(described: Sequence[dict[str, Any]], folder: Path) -> tuple[Member, ...]:
    """What `save_members` wrote; the caller has checked the hashes of the files before."""
    return tuple(_member(one, folder) for one in described)


def _member(described: dict[str, Any], folder: Path) -> Member:
    columns = tuple(int(position) for position in described["columns"])
    if "file" in described:
        # A plain name: the file lies beside the description, never elsewhere.
        path = folder / Path(described["file"]).name
        return TreeMember(columns, xgb.Booster({"nthread": 1}, model_file=path))
    numbers = {
        name: tuple(map(float, described[name])) for name in ("weight", "centre", "low", "high")
    }
    return LinearMember(columns, **numbers, bias=float(described["bias"]))


def described_bytes(members: Sequence[Member]) -> bytes:
    """The members as bytes that are equal when the members are."""
    parts = [
        bytes(member.booster.save_raw("ubj"))
        if isinstance(member, TreeMember)
        else json.dumps(asdict(member)).encode("utf-8")
        for member in members
    ]
    return b"\0".join(parts)
