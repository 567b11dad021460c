"""A page that leaves the app: its tables and figures with the conditions they were made under.

One value goes into each form. The page to read and print has no script and nothing from outside;
browsers save it as PDF, the head of a table standing on each sheet of paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from callrisk.reporting.exports.typed_tables import (
    TypedTable,
    TypedValue,
    shown_value,
    typed_csv,
    typed_xlsx,
)
from callrisk.reporting.templates import rendered


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure by its title, as SVG of our own charts."""

    title: str
    svg: str


@dataclass(frozen=True, slots=True)
class PageReport:
    """The tables and figures of a page; `facts` are the conditions, `language` is ja or en."""

    title: str
    language: str
    tables: Sequence[TypedTable]
    facts: TypedTable
    figures: Sequence[ReportFigure] = ()

    def xlsx(self) -> bytes:
        """Return a workbook with a sheet for each table, and one of the conditions."""
        return typed_xlsx([*self.tables, self.facts])

    def csv(self) -> bytes:
        """Return the first table as CSV, and the conditions below it."""
        return typed_csv(self.tables[0], self.facts).encode("utf-8")

    def html(self) -> bytes:
        """Return a page to read and print; every value is escaped."""
        text = rendered(
            "page_report.html.j2",
            title=self.title,
            language=self.language,
            facts=_cells(self.facts),
            figures=self.figures,
            tables=[(table, _cells(table)) for table in self.tables],
        )
        return text.encode("utf-8")


def _cells(table: TypedTable) -> list[list[tuple[str, bool]]]:
    """Return the cells of a table as text, and whether each is a number."""
    return [
        [
            (shown_value(value, number in table.percents), _is_number(value))
            for number, value in enumerate(row)
        ]
        for row in table.rows
    ]


def _is_number(value: TypedValue) -> bool:
    return isinstance(value, int | float)
