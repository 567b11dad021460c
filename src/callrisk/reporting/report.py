"""The report of a run: one self-contained HTML file."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from callrisk.charts.theme import DARK, LIGHT, Theme, colour_rules, recoloured, svg
from callrisk.domain.assessment import Contribution
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY, Text
from callrisk.reporting.captions import caption_of
from callrisk.reporting.facts import JST, VERDICT, VERDICT_MEANING, facts_of, interval_text
from callrisk.reporting.figure_tables import tables_of
from callrisk.reporting.method import method_of
from callrisk.reporting.notes import notes_of
from callrisk.reporting.pictures import DEPENDENCES, PARTS, pictures_of, text_alternative
from callrisk.reporting.plain_words import (
    blocking_first,
    category_caution,
    frequencies,
    improvement_steps,
    scale_sentence,
)
from callrisk.reporting.run_results import Results, ScoredCustomers
from callrisk.reporting.templates import rendered

_LISTED, _REASONS = 20, 3


def figures_of(results: Results) -> dict[str, str]:
    """Return every picture of a run by name, as SVG in light colours with Japanese words."""
    theme = Theme()
    drawn = pictures_of(results.evaluation, results.customers)
    return {name: svg(draw(theme)) for name, draw in drawn.items()}


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
    """Return the report with the pictures of `figures_of` inside it."""
    evaluation = results.evaluation
    return rendered(
        "report.html.j2",
        results=results,
        evaluation=evaluation,
        verdict=VERDICT[evaluation.verdict],
        meaning=VERDICT_MEANING[evaluation.verdict],
        improvement_steps=improvement_steps(evaluation),
        category_caution=category_caution(evaluation),
        scale=scale_sentence(results.model),
        made_at=f"{results.made_at.astimezone(JST):%Y/%m/%d %H:%M} JST",
        period=_period(results),
        auc=interval_text(evaluation.auc, ".3f"),
        brier=interval_text(evaluation.brier_skill, "+.3f"),
        frequencies=frequencies(evaluation),
        alarms=blocking_first(evaluation.alarms),
        all_alike=bool((results.customers.score == results.customers.score[0]).all()),
        rows=[_row(results.customers, number) for number in range(_shown(results))],
        pictures={name: _picture(results, name, drawn) for name, drawn in figures.items()},
        parts=PARTS,
        dependences=[name for name in DEPENDENCES if name in figures],
        caption_of=caption_of,
        notes=notes_of(evaluation, results.customers),
        tables=tables_of(evaluation, results.customers),
        method=method_of(evaluation, results.model),
        facts=facts_of(results),
        light=colour_rules(LIGHT),
        dark=colour_rules(DARK),
    )


def _period(results: Results) -> str:
    """Return the dates of the first and the last call; empty without calls."""
    if results.first_call is None or results.last_call is None:
        return ""
    first, last = (day.astimezone(JST) for day in (results.first_call, results.last_call))
    return f"{first:%Y/%m/%d} 〜 {last:%Y/%m/%d}"


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


def _picture(results: Results, name: str, drawn: str) -> str:
    title = escape(text_alternative(results.customers, name).ja)
    named = f'<svg role="img" aria-label="{title}" '
    return recoloured(drawn, LIGHT).replace("<svg ", named, 1)
