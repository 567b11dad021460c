"""Phase 3: out-of-fold contributions and scores of every customer."""

import numpy as np

from callrisk.domain.arrays import Ints
from callrisk.model import RiskModel, Scores
from callrisk.model.members import member_contributions
from callrisk.model.risk_model import nothing_said
from callrisk.pipeline.dataset import CustomerContributions, Dataset, Progress
from callrisk.pipeline.training.ensemble import Ensemble
from callrisk.reporting.run_results import ScoredCustomers


def score(dataset: Dataset, ensemble: Ensemble, progress: Progress) -> CustomerContributions:
    """Return the contributions of every customer by members that never saw the customer's group."""
    rows = np.flatnonzero(dataset.latest)
    x, group = dataset.x[rows], dataset.group[rows]
    repeats = len(ensemble.members)
    before = nothing_said(x, [n for n, each in enumerate(dataset.features) if each.is_said])
    of_members = np.zeros((repeats, len(rows), x.shape[1] + 1))
    unsaid = np.zeros_like(of_members)
    for repeat, members in enumerate(ensemble.members):
        # No member saw a pending group, so its first may answer.
        fold = np.maximum(ensemble.fold[repeat][group], 0)
        for number, member in enumerate(members):
            held = fold == number
            of_members[repeat, held] = member_contributions([member], x[held])[0]
            unsaid[repeat, held] = member_contributions([member], before[held])[0]
        progress((repeat + 1) / repeats)
    return CustomerContributions(rows, x, of_members, unsaid)


def scored_customers(
    dataset: Dataset, rows: Ints, scores: Scores, model: RiskModel
) -> ScoredCustomers:
    """Return the scores of the given rows of the dataset, the riskiest first."""
    calls = [dataset.prepared.calls[int(call)] for call in dataset.call[rows]]
    groups = [dataset.prepared.groups[int(group)] for group in dataset.group[rows]]
    ids = np.array([call.customer_id for call in calls])
    lines = scores.lines
    score = np.array([line.score for line in lines])
    order = np.lexsort((ids, -scores.probability, -score))
    return ScoredCustomers(
        customer_id=ids[order],
        call_id=np.array([call.shown_id for call in calls])[order],
        began_at=np.array([call.began_text for call in calls])[order],
        contract_month=np.array([group.contract_month or "" for group in groups])[order],
        unpaid=dataset.y[rows][order],
        score=score[order],
        low=scores.interval[order, 0],
        high=scores.interval[order, 1],
        probability=scores.probability[order],
        start=np.array([line.start for line in lines])[order],
        cap=np.array([line.cap for line in lines])[order],
        lines=np.array([line.by_feature for line in lines])[order],
        points=scores.points[order],
        facts=dataset.x[rows][order],
        typical=np.array([np.nan if value is None else value for value in model.typical]),
        features=dataset.features,
        thresholds=model.thresholds,
        component=dataset.group[rows][order],
    )
