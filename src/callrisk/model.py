"""The risk model: an ensemble of boosters, an affine calibration and a scale, as one object.

The margin of the ensemble is the mean of its members' margins, and calibration is affine, so SHAP
values turn into points without loss: `score = 50 + k (A sum(C) + B - L0)` with the contributions C,
the calibration A, B, the log-odds L0 of the base rate and k = 20 / ln 2.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb
from numpy.typing import NDArray

from callrisk.domain.assessment import ScoreLines, Thresholds, score_lines
from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.evaluation import Calibration

Matrix = NDArray[np.float64]

CENTRE = 50.0
POINTS_TO_DOUBLE_THE_ODDS = 20.0
_ROWS_FOR_THREADS = 50_000
# The middle 80 % of the members, in points.
_INTERVAL = (10.0, 90.0)


@dataclass(frozen=True, slots=True)
class BoosterParams:
    """The XGBoost parameters of one member."""

    n_estimators: int
    max_depth: int
    learning_rate: float
    random_state: int
    min_child_weight: float = 3.0
    reg_lambda: float = 5.0
    subsample: float = 0.6
    colsample_bytree: float = 0.5


@dataclass(frozen=True, slots=True)
class Learning:
    """Rows to learn from: X (rows, features), y 0/1, and the weight of each row."""

    x: Matrix
    y: NDArray[np.float64]
    weight: NDArray[np.float64]


def fit_member(rows: Learning, params: BoosterParams, signs: Sequence[int] = ()) -> xgb.Booster:
    """Fit one booster; equal input and seed give an equal booster."""
    threads = _threads(len(rows.y))
    # Not QuantileDMatrix: building one takes sixty times as long for a few hundred customers.
    data = xgb.DMatrix(rows.x, rows.y, weight=rows.weight, missing=np.nan, nthread=threads)
    mean = float(np.average(rows.y, weights=rows.weight))
    settings = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "base_score": min(max(mean, 1e-3), 1 - 1e-3),
        "max_depth": params.max_depth,
        "eta": params.learning_rate,
        # Row weights average well below one; hessians shrink with them.
        "min_child_weight": params.min_child_weight * float(rows.weight.mean()),
        "lambda": params.reg_lambda * float(rows.weight.mean()),
        "subsample": params.subsample,
        "colsample_bytree": params.colsample_bytree,
        "monotone_constraints": f"({','.join(map(str, signs))})" if any(signs) else None,
        "seed": params.random_state,
        "nthread": threads or None,
    }
    chosen = {name: value for name, value in settings.items() if value is not None}
    return xgb.train(chosen, data, num_boost_round=params.n_estimators)


def _threads(rows: int) -> int:
    # Waking a second thread costs more than it saves until there is a lot to share; 0 = all cores.
    return 1 if rows < _ROWS_FOR_THREADS else 0


def contributions(booster: xgb.Booster, x: Matrix) -> Matrix:
    """SHAP values in log-odds, shape (rows, features + 1), the bias last; TreeSHAP in XGBoost."""
    data = xgb.DMatrix(x, missing=np.nan, nthread=_threads(len(x)))
    return np.asarray(booster.predict(data, pred_contribs=True), dtype=np.float64)


def margins(booster: xgb.Booster, x: Matrix) -> NDArray[np.float64]:
    """Log-odds before calibration, shape (rows,)."""
    predicted = booster.inplace_predict(x, predict_type="margin", missing=np.nan)
    return np.asarray(predicted, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Scores:
    """Answers for a batch of rows; everything real-valued is in points or a probability."""

    lines: tuple[ScoreLines, ...]
    probability: NDArray[np.float64]
    interval: NDArray[np.int64]
    points: Matrix


@dataclass(frozen=True, slots=True)
class RiskModel:
    """What is served: `assess_many` turns feature rows into scores with their reasons."""

    version: str
    features: tuple[str, ...]
    typical: tuple[float | None, ...]
    fields: tuple[CustomerField, ...]
    members: tuple[xgb.Booster, ...]
    calibration: Calibration
    base_rate: float
    thresholds: Thresholds
    skill: str
    demo: bool
    last_contract_date: str | None = None

    def assess_many(self, x: Matrix) -> Scores:
        """Score feature rows, shape (rows, features), in the order of `features`."""
        return self.assess_contributions(np.stack([contributions(m, x) for m in self.members]))

    def assess_contributions(self, of_members: Matrix) -> Scores:
        """Scores from the members' contributions, shape (members, rows, features + 1)."""
        mean = of_members.mean(axis=0)
        k = POINTS_TO_DOUBLE_THE_ODDS / math.log(2)
        slope, intercept = self.calibration.slope, self.calibration.intercept
        offset = intercept - _logit(self.base_rate)
        # The bias is one number a booster: equal in every row that the same members answer.
        start = CENTRE + k * (slope * mean[:, -1] + offset)
        points = k * slope * mean[:, :-1]
        raw = start + points.sum(axis=1)
        member_raw = CENTRE + k * (slope * of_members.sum(axis=2) + offset)
        low, high = np.percentile(member_raw, _INTERVAL, axis=0)
        return Scores(
            tuple(score_lines(start, points)),
            _probability((raw - CENTRE) / k + _logit(self.base_rate)),
            _interval(np.minimum(low, raw), np.maximum(high, raw)),
            points,
        )

    def save(self, folder: Path) -> None:
        """Write UBJ boosters and one JSON file into an existing, empty folder."""
        for number, member in enumerate(self.members):
            member.save_model(folder / f"member_{number:02d}.ubj")
        described = {
            name: getattr(self, name)
            for name in ("version", "features", "typical", "base_rate", "skill", "demo")
        }
        described |= {
            "last_contract_date": self.last_contract_date,
            "members": len(self.members),
            "calibration": asdict(self.calibration),
            "thresholds": asdict(self.thresholds),
            "fields": [asdict(field) for field in self.fields],
            "xgboost": xgb.__version__,
        }
        text = json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / "model.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "RiskModel":
        """Read what `save` wrote; the caller has checked the hashes of the files before."""
        described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return cls(
            version=described["version"],
            features=tuple(described["features"]),
            typical=tuple(described["typical"]),
            fields=tuple(_field(field) for field in described["fields"]),
            members=tuple(
                _member(folder / f"member_{number:02d}.ubj")
                for number in range(described["members"])
            ),
            calibration=Calibration(**described["calibration"]),
            base_rate=described["base_rate"],
            thresholds=Thresholds(**described["thresholds"]),
            skill=described["skill"],
            demo=described["demo"],
            last_contract_date=described["last_contract_date"],
        )


def _member(path: Path) -> xgb.Booster:
    # One thread: waking others costs forty times the work of one row.
    return xgb.Booster({"nthread": 1}, model_file=path)


def _field(described: dict[str, Any]) -> CustomerField:
    choices = tuple(described["choices"])
    return CustomerField(**(described | {"kind": FieldKind(described["kind"]), "choices": choices}))


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _probability(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def _interval(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.int64]:
    both = np.clip(np.column_stack([low, high]), 0.0, 100.0)
    return np.floor(both + 0.5).astype(np.int64)
