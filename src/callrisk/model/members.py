"""The members of an ensemble: boosted trees, a logistic regression or the base rate alone.

Every member predicts log-odds and explains them exactly: contributions of shape (rows, features +
1), the bias last, whose sum over a row is the margin of that row.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.model.booster_library import xgb
from callrisk.model.seen_rows import Parts, SeenRows
from callrisk.model.stumps import Stumps, stumps_of

Matrix = NDArray[np.float64]

_ROWS_FOR_THREADS = 50_000


@dataclass(frozen=True, slots=True)
class TreeMember:
    """Boosted trees on the features at positions `columns`, explained by XGBoost's TreeSHAP."""

    columns: tuple[int, ...]
    booster: xgb.Booster
    # Once they were looked for: a booster is read through for them.
    _found: list[Stumps | None] = field(init=False, repr=False, compare=False, default_factory=list)

    @property
    def stumps(self) -> Stumps | None:
        """The trees as steps of single columns; None where one asks for more than one."""
        if not self._found:
            self._found.append(stumps_of(self.booster))
        return self._found[0]


@dataclass(frozen=True, slots=True)
class LinearMember:
    """Log-odds = bias + sum of weight x (value - centre), values clipped to `low`..`high`.

    A missing value counts as the centre, and values beyond those that were learnt from do not
    extrapolate. For a linear model the contributions are SHAP values (Lundberg and Lee 2017, of
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
    """A weighted mean of two members in log-odds, and so of their contributions.

    With a `share` of 1/2 it is their mean; with 1 the linear part stands beside all of the trees.
    """

    trees: TreeMember
    linear: LinearMember
    share: float = 0.5


Member = TreeMember | LinearMember | BlendMember


def threads_for(rows: int) -> int:
    """Return the threads that pay off for so many rows; 0 means all cores.

    Starting threads costs forty times the work of one row.
    """
    return 1 if rows < _ROWS_FOR_THREADS else 0


def member_contributions(
    members: Sequence[Member], x: Matrix, seen: SeenRows | None = None
) -> Matrix:
    """Return contributions in log-odds, shape (members, rows, features + 1), the bias last.

    `seen` remembers those of trees; it belongs to these members alone.
    """
    contributions = np.zeros((len(members), len(x), x.shape[1] + 1))
    _add_all_trees(contributions, members, x, seen)
    for number, member in enumerate(members):
        linear = parts_of(member)[1]
        if isinstance(member, BlendMember):
            contributions[number] *= member.share
        if linear is not None:
            _add_linear(contributions[number], linear, x)
    return contributions


def _add_all_trees(
    contributions: Matrix, members: Sequence[Member], x: Matrix, seen: SeenRows | None
) -> None:
    # Members of one block of features share one copy of the rows.
    sharing: dict[tuple[int, ...], list[int]] = {}
    for number, member in enumerate(members):
        trees, _ = parts_of(member)
        if trees is None:
            continue
        if trees.stumps is None:
            sharing.setdefault(trees.columns, []).append(number)
            continue
        part = trees.stumps.contributions(_part(x, trees.columns))
        contributions[number][:, [*trees.columns, -1]] += part
    for columns, numbers in sharing.items():
        boosters = [trees.booster for n in numbers if (trees := parts_of(members[n])[0])]
        predict = partial(_predicted, boosters)
        rows = _part(x, columns)
        parts = predict(rows) if seen is None else seen.parts(columns, rows, predict)
        for number, part in zip(numbers, parts, strict=True):
            contributions[number][:, list(columns)] += part[:, :-1]
            contributions[number][:, -1] += part[:, -1]


def _predicted(boosters: Sequence[xgb.Booster], rows: Matrix) -> Parts:
    shared = _rows(rows)
    return np.stack([booster.predict(shared, pred_contribs=True) for booster in boosters])


def speaks(member: Member, columns: Sequence[int]) -> bool:
    """Return True if a value of these features can change the margin of a member."""
    trees, linear = parts_of(member)
    if trees is not None and set(trees.columns) & set(columns):
        return True
    if linear is None:
        return False
    weights = dict(zip(linear.columns, linear.weight, strict=True))
    return any(weights.get(column) for column in columns)


def said_contributions(
    members: Sequence[Member], x: Matrix, said: Sequence[int]
) -> NDArray[np.float64]:
    """Return the mean contribution of these features together, in log-odds, shape (rows,).

    Parts of members that do not ask for them are not run: trees that know nothing of what is said
    cost nothing however much was said.
    """
    total = np.zeros(len(x))
    for member in members:
        trees, linear = parts_of(member)
        part = np.zeros((len(x), x.shape[1] + 1))
        if trees is not None and set(trees.columns) & set(said):
            _add_all_trees(part[np.newaxis], [trees], x, None)
            part *= member.share if isinstance(member, BlendMember) else 1.0
        if linear is not None:
            _add_linear(part, linear, x)
        total += part[:, list(said)].sum(axis=1)
    return total / max(len(members), 1)


def _add_linear(contribution: Matrix, member: LinearMember, x: Matrix) -> None:
    columns = list(member.columns)
    contribution[:, columns] += _linear(member, x[:, columns])
    contribution[:, -1] += member.bias


def _part(x: Matrix, columns: tuple[int, ...]) -> Matrix:
    return x if len(columns) == x.shape[1] else np.ascontiguousarray(x[:, list(columns)])


def _rows(part: Matrix) -> xgb.DMatrix:
    # Not QuantileDMatrix: building one takes sixty times as long for a few rows.
    return xgb.DMatrix(part, missing=np.nan, nthread=threads_for(len(part)))


def _linear(member: LinearMember, x: Matrix) -> Matrix:
    kept = np.clip(x, np.array(member.low), np.array(member.high))
    distance = np.nan_to_num(kept - np.array(member.centre), nan=0.0)
    return np.asarray(distance * np.array(member.weight))


def member_margins(member: Member, x: Matrix, trees: int = 0) -> NDArray[np.float64]:
    """Return log-odds before calibration, shape (rows,).

    Only the first `trees` trees count, all of them for 0.
    """
    if isinstance(member, BlendMember):
        of_trees = member_margins(member.trees, x, trees)
        return member.share * of_trees + member_margins(member.linear, x)
    part = np.ascontiguousarray(x[:, list(member.columns)])
    if isinstance(member, LinearMember):
        return np.asarray(member.bias + _linear(member, part).sum(axis=1))
    predicted = member.booster.inplace_predict(
        part, predict_type="margin", missing=np.nan, iteration_range=(0, trees)
    )
    return np.asarray(predicted, dtype=np.float64)


def scaled(member: LinearMember, factor: float) -> LinearMember:
    """Return a member of `factor` times the log-odds."""
    weight = tuple(factor * each for each in member.weight)
    return replace(member, weight=weight, bias=factor * member.bias)


def added(first: LinearMember, second: LinearMember) -> LinearMember:
    """Return the sum of two members on the same columns, clipped and centred alike."""
    weight = tuple(a + b for a, b in zip(first.weight, second.weight, strict=True))
    return replace(first, weight=weight, bias=first.bias + second.bias)


def save_members(members: Sequence[Member], folder: Path) -> list[dict[str, Any]]:
    """Write the boosters as UBJ; return the description of all members for JSON."""
    described: list[dict[str, Any]] = []
    for number, member in enumerate(members):
        trees, linear = parts_of(member)
        description: dict[str, Any] = {}
        if trees is not None:
            name = f"member_{number:02d}.ubj"
            # Not by its own writer, whose error is none of the system.
            (folder / name).write_bytes(trees.booster.save_raw("ubj"))
            description["trees"] = {"columns": list(trees.columns), "file": name}
        if linear is not None:
            description["linear"] = asdict(linear)
        if isinstance(member, BlendMember):
            description["share"] = member.share
        described.append(description)
    return described


def parts_of(member: Member) -> tuple[TreeMember | None, LinearMember | None]:
    """Return the trees and the linear part of a member, None for a part that it lacks."""
    if isinstance(member, BlendMember):
        return member.trees, member.linear
    return (member, None) if isinstance(member, TreeMember) else (None, member)


def read_members(described: Sequence[dict[str, Any]], folder: Path) -> tuple[Member, ...]:
    """Return the members that `save_members` wrote; the caller has checked the hashes before."""
    return tuple(_member(description, folder) for description in described)


def _member(described: dict[str, Any], folder: Path) -> Member:
    if "linear" not in described:
        return _trees(described["trees"], folder)
    if "trees" not in described:
        return _read_linear(described["linear"])
    trees, linear = _trees(described["trees"], folder), _read_linear(described["linear"])
    if "share" in described:
        return BlendMember(trees, linear, float(described["share"]))
    # Format 2 kept the linear part of a mean whole.
    return BlendMember(trees, scaled(linear, 0.5))


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
