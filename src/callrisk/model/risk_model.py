"""The risk model: an ensemble of members, an affine calibration and a points scale, as one object.

The margin of the ensemble is the mean of its members' margins, and calibration is affine, so SHAP
values turn into points without loss: `score = 50 + k (A sum(C) + B - L0)` with the contributions C,
the calibration A, B, the log-odds L0 of the base rate and k of the points scale.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb
from numpy.typing import NDArray
from scipy.special import expit

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.evaluation import Calibration, Skill
from callrisk.domain.risk_category import Thresholds
from callrisk.domain.score_lines import ScoreLines, score_lines
from callrisk.model.log_odds import log_odds
from callrisk.model.members import (
    Matrix,
    Member,
    member_contributions,
    read_members,
    save_members,
)
from callrisk.model.points_scale import CENTRE, POINTS_PER_LOG_ODDS

# What `save` writes; a model of another format is refused.
FORMAT = 2

# The middle 80 % of the members, in points.
_INTERVAL = (10.0, 90.0)


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a batch of rows, one entry a row.

    `lines` are integers; `points`, shape (rows, features), are the same before rounding;
    `interval`, shape (rows, 2), is in points.
    """

    lines: tuple[ScoreLines, ...]
    probability: NDArray[np.float64]
    interval: NDArray[np.int64]
    points: Matrix


@dataclass(frozen=True, slots=True)
class RiskModel:
    """The served model: `assess_many` turns feature rows into scores with their reasons."""

    version: str
    features: tuple[str, ...]
    typical: tuple[float | None, ...]
    fields: tuple[CustomerField, ...]
    members: tuple[Member, ...]
    calibration: Calibration
    base_rate: float
    thresholds: Thresholds
    skill: str
    demo: bool
    last_contract_date: str | None = None
    # The version of the language in which the turns were read that it learnt from.
    language: str | None = None

    def assess_many(self, x: Matrix) -> Scores:
        """Return the scores of feature rows, shape (rows, features), in the order of `features`."""
        return self.assess_contributions(member_contributions(self.members, x))

    @property
    def ceiling(self) -> float:
        """The highest possible score; a model without demonstrated skill calls nobody High."""
        return 100.0 if self.skill == Skill.DEMONSTRATED else self.thresholds.high_risk - 1.0

    def assess_contributions(self, of_members: Matrix) -> Scores:
        """Return scores from the members' contributions, shape (members, rows, features + 1)."""
        mean = of_members.mean(axis=0)
        k = POINTS_PER_LOG_ODDS
        slope, intercept = self.calibration.slope, self.calibration.intercept
        offset = intercept - float(log_odds(self.base_rate))
        # The bias is one number a booster: equal in every row that the same members answer.
        start = CENTRE + k * (slope * mean[:, -1] + offset)
        points = k * slope * mean[:, :-1]
        raw = start + points.sum(axis=1)
        member_raw = CENTRE + k * (slope * of_members.sum(axis=2) + offset)
        low, high = np.percentile(member_raw, _INTERVAL, axis=0)
        return Scores(
            tuple(score_lines(start, points, self.ceiling)),
            expit((raw - CENTRE) / k + float(log_odds(self.base_rate))),
            _interval(np.minimum(low, raw), np.maximum(high, raw), self.ceiling),
            points,
        )

    def save(self, folder: Path) -> None:
        """Write UBJ boosters and one JSON file into an existing, empty folder."""
        described: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("version", "features", "typical", "base_rate", "skill", "demo")
        }
        described |= {
            "last_contract_date": self.last_contract_date,
            "language": self.language,
            "format": FORMAT,
            "members": save_members(self.members, folder),
            "calibration": asdict(self.calibration),
            "thresholds": asdict(self.thresholds),
            "fields": [asdict(field) for field in self.fields],
            "xgboost": xgb.__version__,
        }
        text = json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / "model.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "RiskModel":
        """Return the model that `save` wrote; raise ValueError for another format.

        The caller has checked the hashes of the files before.
        """
        described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if described.get("format") != FORMAT:
            raise ValueError(f"format {described.get('format')}, expected {FORMAT}")
        return cls(
            version=described["version"],
            features=tuple(described["features"]),
            typical=tuple(described["typical"]),
            fields=tuple(_field(field) for field in described["fields"]),
            members=read_members(described["members"], folder),
            calibration=Calibration(**described["calibration"]),
            base_rate=described["base_rate"],
            thresholds=Thresholds(**described["thresholds"]),
            skill=described["skill"],
            demo=described["demo"],
            last_contract_date=described["last_contract_date"],
            # Versions of before have none.
            language=described.get("language"),
        )


def _field(described: dict[str, Any]) -> CustomerField:
    choices = tuple(described["choices"])
    return CustomerField(**(described | {"kind": FieldKind(described["kind"]), "choices": choices}))


def _interval(
    low: NDArray[np.float64], high: NDArray[np.float64], ceiling: float
) -> NDArray[np.int64]:
    both = np.clip(np.column_stack([low, high]), 0.0, ceiling)
    return np.floor(both + 0.5).astype(np.int64)
