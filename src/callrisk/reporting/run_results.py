"""What a finished run knows, as values: the report, the card, the workbook and the app show it."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.assessment import Contribution, RiskCategory, Thresholds, strongest
from callrisk.domain.evaluation import Evaluation
from callrisk.domain.features.contract import Block, Feature, Needs
from callrisk.domain.wording import contribution
from callrisk.model import RiskModel, Scores
from callrisk.pipeline.dataset import Dataset, Floats, Ints
from callrisk.reporting.plain_json import from_plain

Texts = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class ScoredCustomers:
    """One entry a customer, the riskiest first; `lines`, `points` and `facts` are (n, features).

    `start + lines + cap` add up to `score`; `points` are the same before rounding. `unpaid` is NaN
    while pending, `facts` are NaN where unknown, `contract_month` is empty where unknown.
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

    def category(self, number: int) -> RiskCategory:
        """The category of one customer."""
        return RiskCategory.of(int(self.score[number]), self.thresholds)

    def reasons(self, number: int, most: int) -> tuple[Contribution, ...]:
        """The strongest reasons of one customer's score, ready to be read."""
        line = [int(points) for points in self.lines[number]]
        return tuple(
            contribution(
                self.features[position],
                line[position],
                _known(self.facts[number, position]),
                _known(self.typical[position]),
            )
            for position in strongest(line, most)
        )

    def other(self, number: int, reasons: Sequence[Contribution]) -> int:
        """What all lines but these reasons add."""
        return int(self.lines[number].sum()) - sum(reason.points for reason in reasons)

    def months(self) -> list[tuple[str, int, int]]:
        """(contract month, labelled customers, unpaid), the earliest first."""
        labelled = ~np.isnan(self.unpaid) & (self.contract_month != "")
        return [
            (str(month), int(of_month.sum()), int(self.unpaid[of_month].sum()))
            for month in np.unique(self.contract_month[labelled])
            for of_month in [labelled & (self.contract_month == month)]
        ]

    def labels(self) -> list[bool | None]:
        """Whether each customer did not pay, None while pending."""
        return [None if np.isnan(value) else bool(value) for value in self.unpaid]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that a run can tell about itself."""

    evaluation: Evaluation
    model: RiskModel
    customers: ScoredCustomers
    source: str
    made_at: datetime
    # None for a table of customers without calls.
    first_call: datetime | None
    last_call: datetime | None
    warnings: tuple[str, ...]


def scored_customers(
    dataset: Dataset, rows: Ints, scores: Scores, model: RiskModel
) -> ScoredCustomers:
    """The scores of the given rows of the dataset, put in order."""
    calls = [dataset.prepared.calls[int(call)] for call in dataset.call[rows]]
    groups = [dataset.prepared.groups[int(group)] for group in dataset.group[rows]]
    ids = np.array([call.customer_id for call in calls])
    order = np.lexsort((ids, -scores.probability))
    lines = scores.lines
    return ScoredCustomers(
        customer_id=ids[order],
        call_id=np.array([call.shown_id for call in calls])[order],
        began_at=np.array([call.began_text for call in calls])[order],
        contract_month=np.array([group.contract_month or "" for group in groups])[order],
        unpaid=dataset.y[rows][order],
        score=np.array([line.score for line in lines])[order],
        low=scores.interval[order, 0],
        high=scores.interval[order, 1],
        probability=scores.probability[order],
        start=np.array([line.start for line in lines])[order],
        cap=np.array([line.cap for line in lines])[order],
        lines=np.array([line.by_feature for line in lines])[order],
        points=scores.points[order],
        facts=dataset.x[rows][order],
        typical=np.array([np.nan if one is None else one for one in model.typical]),
        features=dataset.features,
        thresholds=model.thresholds,
    )


def to_bytes(customers: ScoredCustomers) -> bytes:
    """The arrays as a compressed NumPy archive; the words beside them as JSON in it."""
    words = {
        "features": [_described(feature) for feature in customers.features],
        "thresholds": asdict(customers.thresholds),
    }
    archive = io.BytesIO()
    np.savez_compressed(
        archive, allow_pickle=False, words=np.array(json.dumps(words)), **_arrays(customers)
    )
    return archive.getvalue()


def _arrays(customers: ScoredCustomers) -> dict[str, NDArray[Any]]:
    named = {field.name: getattr(customers, field.name) for field in fields(customers)}
    return {name: value for name, value in named.items() if isinstance(value, np.ndarray)}


def read_customers(path: Path) -> ScoredCustomers:
    """What `to_bytes` made; nothing in the file is ever executed."""
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files if name != "words"}
        words = json.loads(str(archive["words"]))
    return ScoredCustomers(
        **arrays,
        features=tuple(_feature(described) for described in words["features"]),
        thresholds=Thresholds(**words["thresholds"]),
    )


# The archive calls the block of a feature its "group", as `contributions` of the API do.
def _described(feature: Feature) -> dict[str, Any]:
    return {("group" if key == "block" else key): value for key, value in asdict(feature).items()}


def _feature(described: dict[str, Any]) -> Feature:
    kinds = {"block": Block(described["group"]), "needs": Needs(described["needs"])}
    return Feature(**({k: v for k, v in described.items() if k != "group"} | kinds))


def read_evaluation(described: dict[str, Any]) -> Evaluation:
    """What `evaluation.json` says; KeyError, TypeError or ValueError where it does not."""
    found: Evaluation = from_plain(Evaluation, described)
    return found
