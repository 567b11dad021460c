"""The report of a run: one HTML file that needs nothing else, to be read without help."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from callrisk.charts import customers as customer_figures
from callrisk.charts import outcomes as outcome_figures
from callrisk.charts import reasons as reason_figures
from callrisk.charts import skill as skill_figures
from callrisk.charts.look import DARK, LIGHT, Chart, Look, colour_rules, recoloured, svg
from callrisk.domain.assessment import Contribution, RiskCategory
from callrisk.domain.wording import CAP, CATEGORY, OTHER, START, Text
from callrisk.pipeline.captions import CAPTIONS, Caption
from callrisk.pipeline.facts import JST, VERDICT, VERDICT_MEANING, facts_of, interval_text
from callrisk.pipeline.results import Results, ScoredCustomers
from callrisk.pipeline.tables import tables_of
from callrisk.pipeline.templates import rendered

_LISTED, _REASONS = 20, 3
_WATERFALL_LINES = 6


def figures_of(results: Results) -> dict[str, str]:
    """Every picture of a run by name, as SVG in light colours with Japanese words."""
    look, found, customers = Look(), results.evaluation, results.customers
    labelled = ~np.isnan(customers.unpaid)
    charts: dict[str, Chart] = {
        "bands": outcome_figures.unpaid_by_band(found.bands, found.base_rate, look),
        "distribution": customer_figures.distribution(
            customers.score.tolist(),
            customers.labels(),
            customers.thresholds,
            look,
        ),
        "auc": skill_figures.auc(found.auc, found.baselines, look),
        "brier": skill_figures.brier(found.brier_skill, found.block_skill, look),
        "calibration": outcome_figures.calibration(
            customers.probability[labelled], customers.unpaid[labelled], look
        ),
        "progress": skill_figures.by_progress(found.by_progress, look),
        "importance": reason_figures.importance(customers.features, customers.points, look),
        "swarm": reason_figures.swarm(customers.features, customers.points, customers.facts, look),
        "months": outcome_figures.unpaid_by_month(customers.months(), found.base_rate, look),
        "example": reason_figures.waterfall(
            waterfall_lines(customers, 0, look), int(customers.score[0]), look
        ),
    }
    return {name: svg(chart) for name, chart in charts.items()}


def waterfall_lines(
    customers: ScoredCustomers, number: int, look: Look
) -> list[reason_figures.WaterfallLine]:
    """The lines of one customer's score, as many as one can take in, the rest as one."""
    reasons = customers.reasons(number, _WATERFALL_LINES)
    lines = [(look.word(START), int(customers.start[number]))]
    lines += [(look.say(reason.label, reason.label_en), reason.points) for reason in reasons]
    for text, points in (
        (OTHER, customers.other(number, reasons)),
        (CAP, int(customers.cap[number])),
    ):
        if points:
            lines.append((look.word(text), points))
    return [reason_figures.WaterfallLine(label, points) for label, points in lines]


@dataclass(frozen=True, slots=True)
class _Row:
    customer_id: str
    score: int
    category: RiskCategory
    label: Text
    probability: float
    outcome: Text
    reasons: tuple[Contribution, ...]


_OUTCOME = {
    True: Text("未払い", "Unpaid"),
    False: Text("支払い済み", "Paid"),
    None: Text("結果待ち", "Pending"),
}


def report_html(results: Results, figures: Mapping[str, str]) -> str:
    """The report, with the pictures of `figures_of` inside it."""
    found = results.evaluation
    return rendered(
        "report.html.j2",
        results=results,
        found=found,
        verdict=VERDICT[found.verdict],
        meaning=VERDICT_MEANING[found.verdict],
        made_at=f"{results.made_at.astimezone(JST):%Y/%m/%d %H:%M} JST",
        auc=interval_text(found.auc, ".3f"),
        brier=interval_text(found.brier_skill, "+.3f"),
        bands=[(CATEGORY[RiskCategory(band.category)], band) for band in found.bands],
        rows=[_row(results.customers, number) for number in range(_shown(results))],
        pictures={name: _picture(CAPTIONS[name], drawn) for name, drawn in figures.items()},
        captions=CAPTIONS,
        tables=tables_of(results),
        facts=facts_of(results),
        light=colour_rules(LIGHT),
        dark=colour_rules(DARK),
    )


def _shown(results: Results) -> int:
    return min(_LISTED, len(results.customers.score))


def _row(customers: ScoredCustomers, number: int) -> _Row:
    category = customers.category(number)
    return _Row(
        customer_id=str(customers.customer_id[number]),
        score=int(customers.score[number]),
        category=category,
        label=CATEGORY[category],
        probability=float(customers.probability[number]),
        outcome=_OUTCOME[customers.labels()[number]],
        reasons=customers.reasons(number, _REASONS),
    )


def _picture(caption: Caption, drawn: str) -> str:
    named = f'<svg role="img" aria-label="{escape(caption.title.ja)}" '
    return recoloured(drawn, LIGHT).replace("<svg ", named, 1)
