"""The risk model: an ensemble of members, an affine calibration and a points scale, as one object.

The margin of the ensemble is the mean of its members' margins, and calibration is affine, so SHAP
values turn into points without loss: `score = 50 + k (A sum(C) + B - L0)` with the contributions C,
the calibration A, B, the log-odds L0 of the base rate and k of the points scale. What was known
before the call and what is said in it share no tree, so the points of one never move the other's.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.evaluation import Calibration, Skill
from callrisk.domain.features.contract import SAID
from callrisk.domain.risk_category import Thresholds
from callrisk.domain.score.account import Account, account_of
from callrisk.domain.score.score_lines import ScoreLines, score_lines
from callrisk.model.booster_library import xgb
from callrisk.model.log_odds import log_odds
from callrisk.model.members import (
    Matrix,
    Member,
    member_contributions,
    read_members,
    said_contributions,
    save_members,
    speaks,
)
from callrisk.model.points_scale import CENTRE, points_per_log_odds
from callrisk.model.seen_rows import SeenRows

# What `save` writes. A model of format 2 has a scale of 20 points for a doubling.
FORMAT = 3
_OLDER_FORMATS = {2: 20.0}

# The middle 80 % of the members, in points.
_INTERVAL = (10.0, 90.0)
_SAID = frozenset(feature.name for feature in SAID)


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a batch of rows, one entry a row.

    `lines` are integers; `points`, shape (rows, features), are the same before rounding, `start`
    the points of a call without any; `interval`, shape (rows, 2), is in points.
    """

    lines: tuple[ScoreLines, ...]
    probability: NDArray[np.float64]
    interval: NDArray[np.int64]
    points: Matrix
    start: NDArray[np.float64]


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
    # How many points the score rises when the odds double.
    points_to_double: float = 20.0
    # A model made of this one by other members has its own.
    _seen: SeenRows = field(init=False, repr=False, compare=False, default_factory=SeenRows)

    @property
    def said(self) -> tuple[int, ...]:
        """The positions of the features of what is said in the call."""
        return tuple(n for n, name in enumerate(self.features) if name in _SAID)

    @property
    def hears(self) -> bool:
        """True if what is said can move the score: some member gives it weight."""
        return any(speaks(member, self.said) for member in self.members)

    @property
    def ceiling(self) -> float:
        """The highest possible score; a model without demonstrated skill calls nobody High."""
        return 100.0 if self.skill == Skill.DEMONSTRATED else self.thresholds.high_risk - 1.0

    @property
    def high_times(self) -> float:
        """The odds of the lowest High score as a multiple of the usual odds."""
        return float(2.0 ** ((self.thresholds.high_risk - CENTRE) / self.points_to_double))

    def assess_many(self, x: Matrix) -> Scores:
        """Return the scores of feature rows, shape (rows, features), in the order of `features`."""
        nothing = nothing_said(x[:1], self.said)
        contributions = member_contributions(self.members, np.vstack([x, nothing]), self._seen)
        return self.assess_contributions(x, contributions[:, :-1], contributions[:, -1:])

    def assess_contributions(self, x: Matrix, of_members: Matrix, unsaid: Matrix) -> Scores:
        """Return scores of rows from the members' contributions, (members, rows, features + 1).

        `unsaid` are the contributions of the same rows, or of any one, with nothing said. The
        points of what is said are the difference to them, so a call in which nothing is said shows
        none; the start has what they leave. Where nothing is known of a customer, nothing known
        counts.
        """
        k, slope, offset = self.points_of_log_odds
        apart = self._relative(x, of_members, unsaid)
        mean = apart.mean(axis=0)
        start = CENTRE + k * (slope * mean[:, -1] + offset)
        points = k * slope * mean[:, :-1]
        raw = start + points.sum(axis=1)
        member_raw = CENTRE + k * (slope * apart.sum(axis=2) + offset)
        low, high = np.percentile(member_raw, _INTERVAL, axis=0)
        lines = tuple(score_lines(start, points, self.ceiling, self.said))
        return Scores(
            lines,
            expit((raw - CENTRE) / k + float(log_odds(self.base_rate))),
            _interval(low, high, np.array([line.score for line in lines])),
            points,
            start,
        )

    def said_points(self, moments: Matrix) -> NDArray[np.float64]:
        """Return the points of what is said at each moment, beside a call in which nothing is.

        `moments` are feature rows, shape (moments, features), of which only what is said matters.
        """
        if not len(moments):
            return np.zeros(0)
        k, slope, _ = self.points_of_log_odds
        both = np.vstack([moments, np.zeros((1, len(self.features)))])
        of_members = said_contributions(self.members, both, self.said)
        return np.asarray(k * slope * (of_members[:-1] - of_members[-1]))

    def accounts(self, scores: Scores, paths: Sequence[Sequence[float]]) -> list[Account]:
        """Return the account of each row; `paths` are its `said_points` after each statement."""
        said = list(self.said)
        accounts = []
        for row, path in enumerate(paths):
            known = scores.points[row].copy()
            known[said] = 0.0
            accounts.append(account_of(float(scores.start[row]), known, path, self.ceiling))
        return accounts

    @property
    def points_of_log_odds(self) -> tuple[float, float, float]:
        """Points per log-odds, the slope, and the log-odds that the calibration adds."""
        k = points_per_log_odds(self.points_to_double)
        offset = self.calibration.intercept - float(log_odds(self.base_rate))
        return k, self.calibration.slope, offset

    def _relative(self, x: Matrix, of_members: Matrix, unsaid: Matrix) -> Matrix:
        said = list(self.said)
        known = [n for n in range(len(self.features)) if n not in self.said]
        apart = of_members.copy()
        apart[:, :, said] -= unsaid[:, :, said]
        apart[:, :, -1] += unsaid[:, :, said].sum(axis=2)
        if known:
            unknown = np.asarray(np.isnan(x[:, known]).all(axis=1))
            columns = np.array([n not in self.said for n in range(len(self.features))] + [False])
            apart[:, np.outer(unknown, columns)] = 0.0
        return apart

    def save(self, folder: Path) -> None:
        """Write UBJ boosters and one JSON file into an existing, empty folder."""
        described: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("version", "features", "typical", "base_rate", "skill", "demo")
        }
        described |= {
            "last_contract_date": self.last_contract_date,
            "language": self.language,
            "points_to_double": self.points_to_double,
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
        written = described.get("format")
        if written != FORMAT and written not in _OLDER_FORMATS:
            raise ValueError(f"format {written}, expected {FORMAT}")
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
            points_to_double=described.get("points_to_double", _OLDER_FORMATS.get(written, 20.0)),
        )


def _field(described: dict[str, Any]) -> CustomerField:
    typed: dict[str, Any] = {
        "kind": FieldKind(described["kind"]), "choices": tuple(described["choices"]),
    }  # fmt: skip
    unknown = described.get("unknown_values")
    typed |= {"unknown_values": None if unknown is None else tuple(unknown)}
    return CustomerField(**(described | typed))


def nothing_said(x: Matrix, said: Sequence[int]) -> Matrix:
    """Return the rows as they were before anything was said."""
    before = x.copy()
    before[:, list(said)] = 0.0
    return before


def _interval(
    low: NDArray[np.float64], high: NDArray[np.float64], score: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return whole intervals that hold the score; those of a capped score reach beyond it."""
    both = np.floor(np.column_stack([low, high]) + 0.5).astype(np.int64)
    return np.column_stack([np.minimum(both[:, 0], score), np.maximum(both[:, 1], score)])
