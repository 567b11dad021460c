"""The buttons that save a page: its tables and figures as workbook, CSV, and a page to print."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from callrisk.charts.theme import LIGHT, Chart, Theme, svg
from callrisk.dashboards.runs import Places
from callrisk.dashboards.texts import LANGUAGE_KEY, language, say
from callrisk.domain.customer import JST
from callrisk.reporting.exports.page_report import PageReport, ReportFigure
from callrisk.reporting.exports.typed_tables import TypedTable, TypedValue

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure of a page by its title."""

    title: str
    draw: Callable[[Theme], Chart]


@dataclass(frozen=True, slots=True)
class ShownPage:
    """The tables and figures of a page, and facts about them in words."""

    title: str
    tables: Sequence[TypedTable]
    facts: Sequence[tuple[str, TypedValue]] = ()
    figures: Sequence[ShownFigure] = ()

    def report(self, made_at: datetime, person: str | None, chosen: str) -> PageReport:
        """Return the page as it leaves the app; `chosen` is what the address says of filters."""
        made = (say("export.made_at"), made_at.astimezone(JST).replace(tzinfo=None))
        facts: list[tuple[str, TypedValue]] = [made, (say("export.by"), person or "–"), *self.facts]
        facts += [(say("export.chosen"), chosen)] if chosen else []
        head = (say("export.fact"), say("export.fact_value"))
        theme = Theme(LIGHT, language())
        figures = [ReportFigure(one.title, svg(one.draw(theme))) for one in self.figures]
        table = TypedTable(say("export.sheet_facts"), head, facts)
        return PageReport(self.title, language(), self.tables, table, figures)


def export_buttons(places: Places, name: str, shown: Callable[[], ShownPage]) -> None:
    """Draw a button for each form; page and file are made when somebody asks for it."""
    person, chosen = places.person, _chosen()

    def report() -> PageReport:
        return shown().report(datetime.now(UTC), person, chosen)

    forms = (
        ("xlsx", lambda: report().xlsx(), _XLSX, ":material/table_view:"),
        ("csv", lambda: report().csv(), "text/csv", ":material/csv:"),
        ("html", lambda: report().html(), "text/html", ":material/print:"),
    )
    file = f"{name}_{datetime.now(UTC).astimezone(JST):%Y%m%d_%H%M}"
    with st.grid(3, min_column_width=200):
        for suffix, made, mime, icon in forms:
            st.download_button(
                say(f"export.as_{suffix}"), data=made, file_name=f"{file}.{suffix}", mime=mime,
                icon=icon, on_click="ignore", width="stretch", key=f"{name}_{suffix}",
            )  # fmt: skip


def _chosen() -> str:
    """Return the filters of the address; the language is none."""
    told = (f"{name}={value}" for name, value in st.query_params.items() if name != LANGUAGE_KEY)
    return ", ".join(told)
