"""The model card: intended use, data, skill and limits of a model."""

from callrisk.domain.wording import Text
from callrisk.reporting.captions import caption_of
from callrisk.reporting.facts import VERDICT, VERDICT_MEANING, facts_of
from callrisk.reporting.figure_tables import FigureTable, tables_of
from callrisk.reporting.method import method_of
from callrisk.reporting.notes import notes_of
from callrisk.reporting.plain_words import (
    blocking_first,
    category_caution,
    frequencies,
    frequency_sentence,
    improvement_steps,
    scale_sentence,
)
from callrisk.reporting.run_results import Results
from callrisk.reporting.templates import rendered

_TABLES = (
    "bands", "auc", "brier", "forward", "share", "blocks", "presets", "learning",
    "post_call",
)  # fmt: skip


def model_card(results: Results) -> str:
    """Return the card as Markdown, Japanese first, each part with its English."""
    evaluation = results.evaluation
    notes = notes_of(evaluation, results.customers)
    return rendered(
        "model_card.md.j2",
        version=results.model.version,
        demo=results.model.demo,
        evaluation=evaluation,
        verdict=VERDICT[evaluation.verdict],
        meaning=VERDICT_MEANING[evaluation.verdict],
        improvement_steps=improvement_steps(evaluation),
        category_caution=category_caution(evaluation),
        scale=scale_sentence(results.model),
        sentences=[frequency_sentence(frequency) for frequency in frequencies(evaluation)],
        alarms=[
            Text(alarm.message, alarm.message_en) for alarm in blocking_first(evaluation.alarms)
        ],
        facts=facts_of(results),
        tables=[_section(name, table) for name, table in _tables(results).items()],
        notes={name: notes.get(name, ()) for name in _TABLES},
        calibration=notes["calibration"],
        method=method_of(evaluation, results.model),
        features=results.customers.features,
    )


def _tables(results: Results) -> dict[str, FigureTable]:
    tables = tables_of(results.evaluation, None)
    return {name: tables[name] for name in _TABLES if name in tables}


def _section(name: str, table: FigureTable) -> tuple[str, Text, FigureTable]:
    return name, caption_of(name).title, table
