"""The list of calls as CSV and as a workbook, with what it was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from callrisk.dashboards.calling.list_rows import CellValue
from callrisk.dashboards.runs import Places
from callrisk.dashboards.texts import say
from callrisk.domain.customer import JST
from callrisk.reporting.portfolio.typed_tables import TypedTable, typed_csv, typed_xlsx

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = Sequence[dict[str, CellValue]]


@dataclass(frozen=True, slots=True)
class ListedTables:
    """The rows to call, those left out, and facts about the list in words."""

    rows: Rows
    barred: Rows
    facts: Sequence[tuple[str, str]]

    def tables(self, made_at: datetime, person: str | None) -> list[TypedTable]:
        """Return the tables as they are written: the list, those left out, the facts."""
        made = (say("call_list.fact_made_at"), made_at.astimezone(JST).replace(tzinfo=None))
        by = (say("call_list.fact_by"), person or "–")
        head = (say("call_list.fact"), say("call_list.fact_value"))
        return [
            _table(say("call_list.sheet_list"), self.rows),
            _table(say("call_list.sheet_barred"), self.barred),
            TypedTable(say("call_list.sheet_facts"), head, [made, by, *self.facts]),
        ]


def _table(title: str, rows: Rows) -> TypedTable:
    headings = list(rows[0]) if rows else [say("call_list.nobody")]
    share = say("call_list.probability")
    percents = frozenset([headings.index(share)] if share in headings else [])
    return TypedTable(title, headings, [list(row.values()) for row in rows], percents)


def export_buttons(places: Places, listed: ListedTables) -> None:
    """Draw a button for each form; a file is made when somebody asks for it."""
    person = places.person

    def tables() -> list[TypedTable]:
        return listed.tables(datetime.now(UTC), person)

    def as_csv() -> bytes:
        rows, _, facts = tables()
        return typed_csv(rows, facts).encode()

    name = f"{datetime.now(UTC).astimezone(JST):%Y%m%d_%H%M}"
    with st.grid(2, min_column_width=200):
        st.download_button(
            say("call_list.as_xlsx"), data=lambda: typed_xlsx(tables()),
            file_name=f"call_list_{name}.xlsx", mime=_XLSX, icon=":material/table_view:",
            on_click="ignore", width="stretch", key="call_list_xlsx",
        )  # fmt: skip
        st.download_button(
            say("call_list.as_csv"), data=as_csv, file_name=f"call_list_{name}.csv",
            mime="text/csv", icon=":material/csv:", on_click="ignore", width="stretch",
            key="call_list_csv",
        )  # fmt: skip
