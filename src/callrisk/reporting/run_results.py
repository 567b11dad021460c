"""The results of a finished run as values, for the report, card, workbook and app."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.arrays import Floats, Ints, Texts
from callrisk.domain.assessment import Contribution
from callrisk.domain.evaluation import Evaluation
from callrisk.domain.features.contract import Block, Feature, Needs
from callrisk.domain.risk_category import RiskCategory, Thresholds
from callrisk.domain.wording import field_lines
from callrisk.model import RiskModel
from callrisk.reporting.plain_json import from_plain


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Customers with a known outcome, one entry each: 1 for unpaid, and the probability of it.

    The probability is out of fold. `component` numbers the customers who are connected.
    """

    y: Floats
    probability: Floats
    component: Ints


@dataclass(frozen=True, slots=True)
class ScoredCustomers:
    """One entry a customer, the riskiest first; `lines`, `points` and `facts` are (n, features).

    `start + sum(lines) + cap = score`, all integers; `points` are the same before rounding.
    `unpaid` is NaN while pending, `facts` are NaN where unknown, `contract_month` is empty where
    unknown.
    """

    customer_id: Texts
    call_id: Texts
    began_at: Texts
    contract_month: Texts
    unpaid: Floats
    score: Ints
    low: Ints
    high: Ints
    probability: Floats
    start: Ints
    cap: Ints
    lines: Ints
    points: Floats
    facts: Floats
    typical: Floats
    features: tuple[Feature, ...]
    thresholds: Thresholds
    # The number of the component of connected customers; None in files of older versions.
    component: Ints | None = None

    def outcomes(self) -> "Outcomes":
        """Return the customers whose outcome is known."""
        known = ~np.isnan(self.unpaid)
        component = np.arange(len(known)) if self.component is None else self.component
        return Outcomes(self.unpaid[known], self.probability[known], component[known])

    def category(self, number: int) -> RiskCategory:
        """Return the category of one customer."""
        return RiskCategory.of(int(self.score[number]), self.thresholds)

    def reasons(self, number: int, most: int) -> tuple[Contribution, ...]:
        """Return the strongest reasons of one customer's score."""
        lines = [int(points) for points in self.lines[number]]
        typical = [_known(value) for value in self.typical]
        facts = self.facts[number].tolist()
        return tuple(field_lines(self.features, lines, facts, typical)[:most])

    def other(self, number: int, reasons: Sequence[Contribution]) -> int:
        """Return the sum of all lines but these reasons."""
        return int(self.lines[number].sum()) - sum(reason.points for reason in reasons)

    def months(self) -> list[tuple[str, int, int]]:
        """Return (contract month, labelled customers, unpaid), the earliest first."""
        labelled = ~np.isnan(self.unpaid) & (self.contract_month != "")
        return [
            (str(month), int(of_month.sum()), int(self.unpaid[of_month].sum()))
            for month in np.unique(self.contract_month[labelled])
            for of_month in [labelled & (self.contract_month == month)]
        ]

    def labels(self) -> list[bool | None]:
        """Return the label of each customer, True for unpaid, None while pending."""
        return [None if np.isnan(value) else bool(value) for value in self.unpaid]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a run."""

    evaluation: Evaluation
    model: RiskModel
    customers: ScoredCustomers
    source: str
    made_at: datetime
    # None for a table of customers without calls.
    first_call: datetime | None
    last_call: datetime | None
    warnings: tuple[str, ...]


def to_bytes(customers: ScoredCustomers) -> bytes:
    """Return the arrays as a compressed NumPy archive with the texts as JSON in it."""
    texts = {
        "features": [_described(feature) for feature in customers.features],
        "thresholds": asdict(customers.thresholds),
    }
    archive = io.BytesIO()
    np.savez_compressed(
        archive, allow_pickle=False, words=np.array(json.dumps(texts)), **_arrays(customers)
    )
    return archive.getvalue()


def _arrays(customers: ScoredCustomers) -> dict[str, NDArray[Any]]:
    named = {field.name: getattr(customers, field.name) for field in fields(customers)}
    return {name: value for name, value in named.items() if isinstance(value, np.ndarray)}


def read_customers(path: Path) -> ScoredCustomers:
    """Return the customers that `to_bytes` wrote; nothing in the file is ever executed."""
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files if name != "words"}
        texts = json.loads(str(archive["words"]))
    return ScoredCustomers(
        **arrays,
        features=tuple(_feature(described) for described in texts["features"]),
        thresholds=Thresholds(**texts["thresholds"]),
    )


# The archive calls the block of a feature its "group", as `contributions` of the API do.
def _described(feature: Feature) -> dict[str, Any]:
    return {("group" if key == "block" else key): value for key, value in asdict(feature).items()}


def _feature(described: dict[str, Any]) -> Feature:
    kinds = {"block": Block(described["group"]), "needs": Needs(described["needs"])}
    return Feature(**({k: v for k, v in described.items() if k != "group"} | kinds))


def read_evaluation(described: dict[str, Any]) -> Evaluation:
    """Return a parsed evaluation.json; KeyError, TypeError or ValueError for anything else.

    What files of older versions lack is unknown. Their AUC by share has no intervals and is of
    features that pooled what was known and said, so it is left out.
    """
    known: dict[str, Any] = {"said_adds": None, "hears": None} | described
    if isinstance(known["by_share"], dict):
        known["by_share"] = []
    evaluation: Evaluation = from_plain(Evaluation, known)
    return evaluation
