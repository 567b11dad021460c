"""The customers that a model learnt from, as counts: the measure of all that is scored later."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.features.contract import Feature
from callrisk.domain.portfolio.stability import Bins

FILE = "reference.json"
SCORE = "risk_score"


@dataclass(frozen=True, slots=True)
class ColumnReference:
    """One column: its lowest and highest known value (NaN for none), its bins and their counts."""

    low: float
    high: float
    bins: Bins
    counts: Floats


@dataclass(frozen=True, slots=True)
class TrainingReference:
    """The columns of a training, the features and the out-of-fold score, one row a customer.

    `independent` are the components of connected customers as a part of the customers. It
    holds counts and, of each column, the lowest and highest value and the edges of bins: values of
    single customers, without a name.
    """

    has_calls: bool
    independent: float
    columns: Mapping[str, ColumnReference]

    @classmethod
    def of(
        cls, features: Sequence[Feature], facts: Floats, score: Ints, component: Ints,
        has_calls: bool,
    ) -> "TrainingReference":  # fmt: skip
        """Return the reference of customers; `facts` has shape (customers, features)."""
        named = {feature.name: facts[:, number] for number, feature in enumerate(features)}
        named[SCORE] = score.astype(np.float64)
        columns = {name: _reference(values) for name, values in named.items()}
        return cls(has_calls, len(np.unique(component)) / max(1, len(component)), columns)

    def to_json(self) -> str:
        """Return the text of reference.json."""
        columns = {
            name: {
                "low": None if np.isnan(column.low) else column.low,
                "high": None if np.isnan(column.high) else column.high,
                "edges": list(column.bins.edges),
                "counts": column.counts.astype(int).tolist(),
            }
            for name, column in self.columns.items()
        }
        described = {
            "has_calls": self.has_calls, "independent": self.independent, "columns": columns,
        }  # fmt: skip
        return json.dumps(described, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "TrainingReference":
        """Return what `to_json` wrote; ValueError, KeyError or TypeError for anything else."""
        described: dict[str, Any] = json.loads(text)
        columns = {
            str(name): ColumnReference(
                low=_number(column["low"]), high=_number(column["high"]),
                bins=Bins(tuple(map(float, column["edges"]))),
                counts=np.array(column["counts"], dtype=np.float64),
            )
            for name, column in described["columns"].items()
        }  # fmt: skip
        return cls(bool(described["has_calls"]), float(described["independent"]), columns)


def _reference(values: Floats) -> ColumnReference:
    bins = Bins.of(values)
    known = values[~np.isnan(values)]
    low, high = (known.min(), known.max()) if len(known) else (np.nan, np.nan)
    return ColumnReference(float(low), float(high), bins, bins.counts(values))


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
