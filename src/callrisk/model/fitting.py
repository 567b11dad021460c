"""The fitting of members: boosted trees, logistic regression, or the base rate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from callrisk.domain.features.contract import Feature
from callrisk.model.booster_library import xgb
from callrisk.model.learning import Learning, tree_matrix
from callrisk.model.log_odds import log_odds
from callrisk.model.members import (
    BlendMember,
    LinearMember,
    Matrix,
    Member,
    TreeMember,
    added,
    member_margins,
    scaled,
)

_NEWTON_STEPS, _CONVERGED = 60, 1e-10
_RAREST = 1e-3
# A line drawn through the few largest amounts would say little about all others, in percent.
_KEPT = (1.0, 99.0)
# Beyond any value of a feature; JSON has no infinity.
_UNBOUNDED = 1e9


@dataclass(frozen=True, slots=True)
class TreeParams:
    """The XGBoost parameters of one member, strongly regularised for few customers."""

    n_estimators: int
    max_depth: int
    learning_rate: float
    min_child_weight: float = 3.0
    reg_lambda: float = 5.0
    subsample: float = 0.6
    colsample_bytree: float = 0.5


@dataclass(frozen=True, slots=True)
class LogisticParams:
    """Logistic regression with a ridge penalty; `strength` is its inverse, as C elsewhere."""

    strength: float


@dataclass(frozen=True, slots=True)
class BaseRateParams:
    """The base rate for every row."""


@dataclass(frozen=True, slots=True)
class BlendParams:
    """The mean of trees and a logistic regression."""

    trees: TreeParams
    logistic: LogisticParams


# The weights of straight features beside trees are those of such a regression.
_LINE = LogisticParams(0.1)

Params = TreeParams | LogisticParams | BlendParams | BaseRateParams


@dataclass(frozen=True, slots=True)
class Scheme:
    """The inputs of a member: feature positions, what is certain of each feature, and a seed.

    `signs` and `said` have one entry a feature of the matrix. Features that were `said` in the call
    and others never share a tree. Those at the positions `straight` have one weight each and stand
    in no tree.
    """

    columns: tuple[int, ...]
    signs: tuple[int, ...]
    seed: int
    said: tuple[bool, ...] = ()
    straight: tuple[int, ...] = ()

    @classmethod
    def of(cls, features: Sequence[Feature], columns: Sequence[int], seed: int) -> Self:
        """Return the scheme of these columns of the matrix of these features."""
        return cls(
            columns=tuple(columns),
            signs=tuple(feature.sign for feature in features),
            seed=seed,
            said=tuple(feature.is_said for feature in features),
            straight=tuple(n for n, feature in enumerate(features) if feature.straight),
        )

    @property
    def in_trees(self) -> tuple[int, ...]:
        """The positions of the features that trees may ask for."""
        return tuple(column for column in self.columns if column not in self.straight)

    def kept_apart(self) -> list[list[int]]:
        """Return the features of the trees in groups that never share one, by place in the tree."""
        said = [bool(self.said) and self.said[column] for column in self.in_trees]
        groups = [[n for n, each in enumerate(said) if each is kind] for kind in (False, True)]
        return [group for group in groups if group]


def fit_member(rows: Learning, params: Params, scheme: Scheme) -> Member:
    """Fit one member; equal input and seed give an equal member.

    Without columns the member is the base rate, whatever `params` are.
    """
    if not scheme.columns:
        return _base_rate(rows)
    if isinstance(params, BaseRateParams):
        return _base_rate(rows)
    if isinstance(params, LogisticParams):
        return _fit_logistic(rows, params, scheme)
    logistic = params.logistic if isinstance(params, BlendParams) else _LINE
    linear = _fit_logistic(rows, logistic, scheme)
    if not scheme.in_trees:
        # A weight for each feature is all that there is to learn.
        return linear
    line = _only(linear, scheme.straight)
    if isinstance(params, BlendParams):
        trees = _fit_trees(rows, params.trees, scheme, line)
        return BlendMember(trees, scaled(added(linear, line), 0.5))
    trees = _fit_trees(rows, params, scheme, line)
    return BlendMember(trees, line, share=1.0) if any(line.weight) else trees


def _only(member: LinearMember, columns: Sequence[int]) -> LinearMember:
    """Return the part of a linear member that these columns contribute, without its bias."""
    weight = [
        weight if column in columns else 0.0
        for column, weight in zip(member.columns, member.weight, strict=True)
    ]
    return replace(member, weight=tuple(weight), bias=0.0)


def _base_rate(rows: Learning) -> LinearMember:
    return LinearMember((), (), (), (), (), float(log_odds(_mean(rows))))


def _mean(rows: Learning) -> float:
    mean = float(np.average(rows.y, weights=rows.weight))
    return min(max(mean, _RAREST), 1 - _RAREST)


def _fit_trees(
    rows: Learning, params: TreeParams, scheme: Scheme, line: LinearMember
) -> TreeMember:
    """Fit trees on what the line beside them leaves to explain."""
    signs = [scheme.signs[column] for column in scheme.in_trees]
    offset = rows.offset + member_margins(line, rows.x)
    data = tree_matrix(rows, scheme.in_trees, offset)
    apart = scheme.kept_apart()
    settings = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        # Stands for the offset while serving, where it is unknown.
        "base_score": _mean(rows),
        "max_depth": params.max_depth,
        "eta": params.learning_rate,
        # Row weights average well below one; hessians shrink with them.
        "min_child_weight": params.min_child_weight * float(rows.weight.mean()),
        "lambda": params.reg_lambda * float(rows.weight.mean()),
        "subsample": params.subsample,
        "colsample_bytree": params.colsample_bytree,
        "monotone_constraints": f"({','.join(map(str, signs))})" if any(signs) else None,
        "interaction_constraints": str(apart) if len(apart) > 1 else None,
        "seed": scheme.seed,
        # One thread a fit: equal bits on every machine; several fits run side by side instead.
        "nthread": 1,
    }
    chosen = {name: value for name, value in settings.items() if value is not None}
    booster = xgb.train(chosen, data, num_boost_round=params.n_estimators)
    return TreeMember(scheme.in_trees, booster)


def _fit_logistic(rows: Learning, params: LogisticParams, scheme: Scheme) -> LinearMember:
    """Fit a ridge-penalised logistic regression on standardised columns by Newton's method."""
    x, low, high = _within(rows.x[:, list(scheme.columns)], scheme)
    centre, spread = _moments(x, rows.weight)
    z = np.nan_to_num((x - centre) / spread, nan=0.0)
    beta, intercept = ridge_logistic(z, rows, params.strength)
    # A weight against the certain sign is noise; refitting the others would gain little.
    signs = np.array([scheme.signs[column] for column in scheme.columns])
    beta = np.where(signs * beta < 0, 0.0, beta)
    return LinearMember(
        columns=scheme.columns,
        weight=tuple((beta / spread).tolist()),
        centre=tuple(centre.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        bias=intercept,
    )


def _within(x: Matrix, scheme: Scheme) -> tuple[Matrix, Matrix, Matrix]:
    """Return the values clipped to the 1st and 99th percentile of each column, and these bounds.

    Straight features have the same weight everywhere, so they are not clipped.
    """
    blank = np.isnan(x).all(axis=0)
    bounds = np.zeros((2, x.shape[1]))
    if not blank.all():
        bounds[:, ~blank] = np.nanpercentile(x[:, ~blank], _KEPT, axis=0)
    straight = [column in scheme.straight for column in scheme.columns]
    bounds[:, straight] = [[-_UNBOUNDED], [_UNBOUNDED]]
    return np.clip(x, *bounds), bounds[0], bounds[1]


def _moments(x: Matrix, weight: NDArray[np.float64]) -> tuple[Matrix, Matrix]:
    """Return the weighted mean and standard deviation of the known values of each column."""
    known = ~np.isnan(x)
    total = np.maximum((known * weight[:, None]).sum(axis=0), 1e-12)
    filled = np.nan_to_num(x, nan=0.0)
    centre = (filled * weight[:, None]).sum(axis=0) / total
    variance = ((filled - centre) ** 2 * known * weight[:, None]).sum(axis=0) / total
    # A constant column has nothing to say; any spread keeps it silent.
    return centre, np.where(variance > 0, np.sqrt(variance), 1.0)


def ridge_logistic(z: Matrix, rows: Learning, strength: float) -> tuple[Matrix, float]:
    """Return weights and intercept that maximise likelihood - |weights|^2 / (2 strength).

    The objective of scikit-learn's LogisticRegression with C = `strength`, and an offset beside it.
    The intercept is that of a mean offset, so that it can serve where no offset is known.
    """
    design = np.column_stack([z, np.ones(len(z))])
    ridge = np.diag([*np.full(z.shape[1], 1 / strength), 1e-9])
    level = float(np.average(rows.offset, weights=rows.weight))
    offset = rows.offset - level
    beta = np.zeros(design.shape[1])
    beta[-1] = level
    for _ in range(_NEWTON_STEPS):
        p = expit(np.clip(design @ beta + offset, -30, 30))
        gradient = design.T @ (rows.weight * (rows.y - p)) - ridge @ beta
        curvature = rows.weight * np.maximum(p * (1 - p), 1e-9)
        hessian = (design * curvature[:, None]).T @ design + ridge
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step
        if float(np.abs(step).max()) < _CONVERGED:
            break
    return beta[:-1], float(beta[-1])


def without_offset(y: NDArray[np.float64], x: Matrix, weight: Sequence[float]) -> Learning:
    """Return rows to learn from without an offset of their own: it is the base rate's log-odds."""
    weights = np.asarray(weight, dtype=np.float64)
    bare = Learning(x, y, weights, np.zeros(len(y)))
    return Learning(x, y, weights, np.full(len(y), float(log_odds(_mean(bare)))))
