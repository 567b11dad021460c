"""The pictures of a run and their place in the report and the app."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from callrisk.charts import outcomes as outcome_figures
from callrisk.charts import progress as progress_figures
from callrisk.charts import reasons as reason_figures
from callrisk.charts import score_distribution as customer_figures
from callrisk.charts import skill as skill_figures
from callrisk.charts.dependence import (
    MOST_DEPENDENCES,
    dependence,
    reach_of,
    strongest_features,
)
from callrisk.charts.theme import Chart, Theme
from callrisk.domain.evaluation import Evaluation
from callrisk.domain.wording import CAP, OTHER, START, Text
from callrisk.reporting.captions import caption_of
from callrisk.reporting.run_results import ScoredCustomers

Draw = Callable[[Theme], Chart]

DEPENDENCES = tuple(f"dependence_{number}" for number in range(1, MOST_DEPENDENCES + 1))


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the report with its pictures."""

    key: str
    title: Text
    pictures: tuple[str, ...]


# In the order of the report.
PARTS = (
    Part("counts", Text("スコアと未払い", "Scores and outcomes"), ("bands", "distribution")),
    Part(
        "trust",
        Text("どこまで信じられるか", "How far to trust it"),
        ("auc", "brier", "calibration", "forward"),
    ),
    Part(
        "time",
        Text("通話で何が、いつ分かるか", "What a call tells, and when"),
        ("share", "blocks"),
    ),
    Part(
        "reasons",
        Text("なぜそのスコアになるか", "Why the scores are what they are"),
        ("importance", "swarm"),
    ),
    Part(
        "choice",
        Text("どう選び、何が足りないか", "What was chosen, and what is missing"),
        ("learning", "presets", "months"),
    ),
)
_WATERFALL_LINES = 6


def pictures_of(evaluation: Evaluation, customers: ScoredCustomers | None) -> dict[str, Draw]:
    """Return a function that draws each picture, by name; empty pictures are left out."""
    drawn = _skill(evaluation) | _progress(evaluation)
    return drawn if customers is None else drawn | _of_customers(evaluation, customers)


def _skill(evaluation: Evaluation) -> dict[str, Draw]:
    drawn: dict[str, Draw] = {
        "bands": partial(outcome_figures.unpaid_by_band, evaluation.bands, evaluation.base_rate),
        "auc": partial(skill_figures.auc, evaluation.auc, evaluation.baselines),
        "brier": partial(skill_figures.brier, evaluation.brier_skill, evaluation.block_skill),
    }
    if evaluation.blocks:
        drawn["blocks"] = partial(skill_figures.blocks, evaluation.blocks)
    if evaluation.presets:
        drawn["presets"] = partial(skill_figures.presets, evaluation.presets)
    return drawn


def _progress(evaluation: Evaluation) -> dict[str, Draw]:
    drawn: dict[str, Draw] = {}
    if evaluation.by_share:
        drawn["share"] = partial(progress_figures.by_share, evaluation.by_share)
    if evaluation.forward is not None:
        drawn["forward"] = partial(progress_figures.forward, evaluation.forward)
    if evaluation.learning_curve:
        curve, needed = evaluation.learning_curve, evaluation.groups_needed
        drawn["learning"] = partial(progress_figures.learning, curve, needed)
    return drawn


def _of_customers(evaluation: Evaluation, customers: ScoredCustomers) -> dict[str, Draw]:
    known = ~np.isnan(customers.unpaid)
    probability, unpaid = customers.probability[known], customers.unpaid[known]
    scores, labels, thresholds = customers.score.tolist(), customers.labels(), customers.thresholds
    features, points, facts = customers.features, customers.points, customers.facts
    drawn: dict[str, Draw] = {
        "distribution": partial(customer_figures.distribution, scores, labels, thresholds),
        "calibration": partial(outcome_figures.calibration, probability, unpaid),
        "example": partial(_example, customers),
    }
    if reason_figures.most_important(points, 1):
        drawn["importance"] = partial(reason_figures.importance, features, points)
        drawn["swarm"] = partial(reason_figures.swarm, features, points, facts)
    months = customers.months()
    if months:
        drawn["months"] = partial(outcome_figures.unpaid_by_month, months, evaluation.base_rate)
    return drawn | _dependences(customers)


def _dependences(customers: ScoredCustomers) -> dict[str, Draw]:
    positions = strongest_features(customers.points)
    reach = reach_of(customers.points[:, positions]) if positions else (0.0, 0.0)
    return {
        name: partial(
            dependence,
            customers.features[position],
            customers.points[:, position],
            customers.facts[:, position],
            reach,
        )
        for name, position in zip(DEPENDENCES, positions, strict=False)
    }


def text_alternative(customers: ScoredCustomers | None, name: str) -> Text:
    """Return the text alternative of a picture: its title, and the feature it is about."""
    title = caption_of(name).title
    if customers is None or name not in DEPENDENCES:
        return title
    position = strongest_features(customers.points)[DEPENDENCES.index(name)]
    feature = customers.features[position]
    return Text(f"{title.ja}：{feature.label}", f"{title.en}: {feature.label_en}")


def _example(customers: ScoredCustomers, theme: Theme) -> Chart:
    lines = waterfall_lines(customers, 0, theme)
    return reason_figures.waterfall(lines, int(customers.score[0]), theme)


def waterfall_lines(
    customers: ScoredCustomers, number: int, theme: Theme
) -> list[reason_figures.WaterfallLine]:
    """Return the lines of one customer's score, the strongest reasons and the rest as one."""
    reasons = customers.reasons(number, _WATERFALL_LINES)
    lines = [(theme.word(START), int(customers.start[number]))]
    lines += [(theme.say(reason.label, reason.label_en), reason.points) for reason in reasons]
    for text, points in (
        (OTHER, customers.other(number, reasons)),
        (CAP, int(customers.cap[number])),
    ):
        if points:
            lines.append((theme.word(text), points))
    return [reason_figures.WaterfallLine(label, points) for label, points in lines]
