"""Phase 5: the result tables of a run and the files that go with its model version."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from callrisk.artifacts.csv_cells import escape_formula
from callrisk.domain.arrays import Ints
from callrisk.domain.assessment import Contribution
from callrisk.domain.evaluation import Evaluation
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.score.score_lines import ScoreLines
from callrisk.domain.wording import CATEGORY, field_lines
from callrisk.model import RiskModel, Scores
from callrisk.pipeline.dataset import Dataset, PreparedCall
from callrisk.reporting.plain_json import to_plain
from callrisk.store.earlier_calls import PastCall

REASONS = 5
_LABEL = {None: "", True: "unpaid", False: "paid"}


@dataclass(frozen=True, slots=True)
class CustomerScore:
    """The score of one customer at the end of the latest call, with the strongest reasons."""

    customer_id: str
    call_id: str
    began_at: str
    turns: int
    risk_score: int
    risk_category: RiskCategory
    probability: float
    label: str
    out_of_fold: bool
    start_points: int
    reasons: tuple[Contribution, ...]
    other_points: int
    cap_points: int


def customer_scores(
    dataset: Dataset, rows: Ints, scores: Scores, model: RiskModel
) -> list[CustomerScore]:
    """Return one score a customer, the riskiest first."""
    listed = [
        _customer_score(dataset, int(row), line, float(probability), model)
        for row, line, probability in zip(rows, scores.lines, scores.probability, strict=True)
    ]
    return sorted(listed, key=lambda one: (-one.risk_score, -one.probability, one.customer_id))


def _customer_score(
    dataset: Dataset, row: int, line: ScoreLines, probability: float, model: RiskModel
) -> CustomerScore:
    call = dataset.prepared.calls[int(dataset.call[row])]
    label = dataset.prepared.groups[int(dataset.group[row])].unpaid
    values = dataset.x[row].tolist()
    reasons = tuple(field_lines(dataset.features, line.by_feature, values, model.typical)[:REASONS])
    return CustomerScore(
        customer_id=call.customer_id,
        call_id=call.shown_id,
        began_at=call.began_text,
        turns=call.totals.turns,
        risk_score=line.score,
        risk_category=RiskCategory.of(line.score, model.thresholds),
        probability=probability,
        label=_LABEL[label],
        out_of_fold=label is not None,
        start_points=line.start,
        reasons=reasons,
        other_points=sum(line.by_feature) - sum(reason.points for reason in reasons),
        cap_points=line.cap,
    )


COLUMNS = (
    "customer_id", "risk_score", "risk_category", "risk_label", "probability", "label",
    "out_of_fold", "skill", "call_id", "call_began_at", "start_points",
    *(f"reason_{number}{part}" for number in range(1, REASONS + 1) for part in ("", "_points")),
    "other_points", "cap_points",
)  # fmt: skip


def table(listed: Sequence[CustomerScore], model: RiskModel) -> list[list[str | int | float]]:
    """Return the rows of risk_scores under `COLUMNS`."""
    return [_table_row(score, model) for score in listed]


def _table_row(score: CustomerScore, model: RiskModel) -> list[str | int | float]:
    reasons: list[str | int | float] = []
    for number in range(REASONS):
        reason = score.reasons[number] if number < len(score.reasons) else None
        reasons += ["", ""] if reason is None else [reason.reason, reason.points]
    return [
        score.customer_id, score.risk_score, str(score.risk_category),
        CATEGORY[score.risk_category].ja, round(score.probability, 4), score.label,
        "yes" if score.out_of_fold else "no", model.skill, score.call_id, score.began_at,
        score.start_points, *reasons, score.other_points, score.cap_points,
    ]  # fmt: skip


def csv_text(rows: Sequence[Sequence[str | int | float]]) -> str:
    """Return rows as CSV with a byte order mark, which Japanese Excel needs to see UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([escape_formula(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()


def evaluation_json(evaluation: Evaluation, model: RiskModel) -> str:
    """Return evaluation.json, as stored beside a model version and a run."""
    described = to_plain(evaluation) | {"model_version": model.version, "demo": model.demo}
    return json.dumps(described, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def past_calls(calls: Sequence[PreparedCall]) -> list[PastCall]:
    """Return the calls that began at a known moment, as history for live calls."""
    return [
        PastCall(call.customer_id, call.call_id, call.began_at, call.contract_date, call.totals)
        for call in calls
        if call.began_at is not None
    ]
