"""The model card: what a model is for and not for, whom it knows, what it can and cannot do."""

from callrisk.domain.wording import Text
from callrisk.reporting.captions import caption_of
from callrisk.reporting.facts import VERDICT, VERDICT_MEANING, facts_of
from callrisk.reporting.figure_tables import FigureTable, tables_of
from callrisk.reporting.method import method_of
from callrisk.reporting.notes import notes_of
from callrisk.reporting.plain_words import (
    blocking_first,
    frequencies,
    nobody_in_high,
    of_hundred,
    ways_out,
)
from callrisk.reporting.run_results import Results
from callrisk.reporting.templates import rendered

_TABLES = (
    "bands", "auc", "brier", "forward", "progress", "share", "blocks", "presets", "learning",
    "post_call",
)  # fmt: skip


def model_card(results: Results) -> str:
    """The card as Markdown, Japanese first, each part with its English."""
    found = results.evaluation
    notes = notes_of(found, results.customers)
    return rendered(
        "model_card.md.j2",
        version=results.model.version,
        demo=results.model.demo,
        found=found,
        verdict=VERDICT[found.verdict],
        meaning=VERDICT_MEANING[found.verdict],
        ways_out=ways_out(found),
        nobody_in_high=nobody_in_high(found),
        sentences=[of_hundred(one) for one in frequencies(found)],
        alarms=[Text(one.message, one.message_en) for one in blocking_first(found.alarms)],
        facts=facts_of(results),
        tables=[_section(name, table) for name, table in _tables(results).items()],
        notes={name: notes.get(name, ()) for name in _TABLES},
        calibration=notes["calibration"],
        method=method_of(found, results.model),
        features=results.customers.features,
    )


def _tables(results: Results) -> dict[str, FigureTable]:
    tables = tables_of(results.evaluation, None)
    return {name: tables[name] for name in _TABLES if name in tables}


def _section(name: str, table: FigureTable) -> tuple[str, Text, FigureTable]:
    return name, caption_of(name).title, table
