"""A table that was looked at: its columns, what is twice, missing or refused, ages, and drift."""

import math
from datetime import date

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.addressed import addressed_choice
from callrisk.dashboards.data_tables.declaring import show_declaring
from callrisk.dashboards.texts import plain, say, word
from callrisk.domain.operation.shares import wilson
from callrisk.domain.portfolio.stability import Change
from callrisk.domain.tables.inspected_table import (
    InspectedColumn,
    Inspection,
    LabelAge,
    LabelMonth,
    TableDrift,
)

_TABS = ("columns", "labels", "drift", "declare")
_NARROWEST = 150
_FEW = 20


def show_table(found: Inspection, name: str) -> None:
    """Draw what is known of a table, the chosen part of it."""
    _head(found)
    tab = addressed_choice("tab", {one: say(f"data.tab_{one}") for one in _TABS})
    if tab == "columns":
        _columns(found)
    elif tab == "labels":
        _labels(found.label_age)
    elif tab == "drift":
        _drift(found.drift)
    else:
        show_declaring(found, name)


def _head(found: Inspection) -> None:
    refused = sum(column.refused for column in found.columns)
    filled = sum(column.filled for column in found.columns)
    cells = found.rows * len(found.columns)
    sheets = "、".join(found.sheets) or say("data.no_sheets")
    twins = found.twins
    shown = (
        ("rows", f"{found.rows:,}", say("data.header", n=found.header_row)),
        ("columns", f"{len(found.columns):,}", sheets),
        (
            "missing", "–" if not cells else f"{1 - filled / cells:.1%}",
            say("data.blank_columns", n=sum(not one.filled for one in found.columns)),
        ),
        ("refused", f"{refused:,}", say("data.refused_about")),
        (
            "twins", f"{twins.rows:,}",
            say("data.twin_calls", n=twins.contacts, shared=twins.shared_contacts),
        ),
    )  # fmt: skip
    with st.grid(5, min_column_width=_NARROWEST):
        for key, value, below in shown:
            with st.container(border=True, height="stretch"):
                st.metric(say(f"data.{key}"), value)
                st.caption(plain(below))
    for complaint in (*found.notes, *found.unclear):
        st.markdown(f":small[{plain(complaint)}]")


def _columns(found: Inspection) -> None:
    st.dataframe(
        [_column(one, found.rows) for one in found.columns], hide_index=True, key="data_columns",
        column_config={
            say("data.missing"): st.column_config.NumberColumn(format="%.1f%%"),
            say("data.first_refused"): st.column_config.TextColumn(width="large"),
        },
    )  # fmt: skip


def _column(column: InspectedColumn, rows: int) -> dict[str, str | int | float]:
    return {
        say("data.letter"): column.letter,
        say("data.name"): column.name,
        say("data.kind"): say(f"kind.{column.kind}"),
        say("data.filled"): column.filled,
        say("data.missing"): 100 * (1 - column.filled / rows) if rows else 0.0,
        say("data.role"): column.role or say("data.undeclared"),
        say("data.refused"): column.refused,
        say("data.first_refused"): word(column.first_refused) if column.first_refused else "–",
        say("data.read"): column.read or "–",
    }


def _labels(age: LabelAge | None) -> None:
    if age is None:
        frame.empty("data.labels", ":material/label_off:")
        return
    shown = (
        ("labelled", f"{age.labelled:,}", say("data.unpaid_of", n=age.unpaid)),
        ("pending", f"{age.pending:,}", say("data.pending_about")),
        ("median_age", _days(age.median_days), say("data.dated_by", name=age.dated_by or "–")),
        ("youngest", _days(age.youngest_days), say("data.youngest_about")),
    )
    with st.grid(4, min_column_width=_NARROWEST):
        for key, value, below in shown:
            with st.container(border=True, height="stretch"):
                st.metric(say(f"data.{key}"), value)
                st.caption(plain(below))
    if age.months:
        st.dataframe([_month(one) for one in age.months], hide_index=True, key="data_months")
        st.caption(say("data.months_about"))


def _days(days: int | None) -> str:
    return "–" if days is None else say("data.days", n=days)


def _month(month: LabelMonth) -> dict[str, str | int]:
    told = say("segment.too_few", of=month.labelled, n=_FEW)
    if month.labelled >= _FEW:
        low, high = wilson(month.unpaid, month.labelled)
        told = f"{month.unpaid / month.labelled:.1%}（{low:.1%}–{high:.1%}）"
    first = date.fromisoformat(f"{month.month}-01")
    return {
        say("data.month"): f"{first:%Y/%m}",
        say("data.rows"): month.rows,
        say("data.labelled"): month.labelled,
        say("data.unpaid_rows"): month.unpaid,
        say("data.unpaid_share"): told,
    }


def _drift(drift: TableDrift | None) -> None:
    if drift is None:
        frame.empty("data.drift", ":material/compare_arrows:")
        return
    st.markdown(say("data.since", name=plain(drift.earlier), rows=drift.earlier_rows))
    for key, columns in (("gone", drift.gone), ("added", drift.added)):
        if columns:
            told = say(f"data.{key}", names=plain("、".join(columns)))
            st.warning(told, icon=":material/warning:")
    shifted = [one for one in drift.columns if one.change is Change.SHIFTED]
    if shifted:
        names = "、".join(one.column for one in shifted)
        st.warning(say("data.shifted", names=plain(names)), icon=":material/trending_up:")
    elif drift.columns:
        st.success(say("data.none_shifted"), icon=":material/check_circle:")
    rows = [
        {
            say("data.name"): one.column,
            "PSI": _three_digits(one.psi),
            say("data.limit"): _three_digits(one.limit),
            say("data.change"): say(f"stability.{one.change}"),
        }
        for one in drift.columns
    ]
    if rows:
        st.dataframe(rows, hide_index=True, key="data_drift")
    st.caption(say("data.drift_about"))


def _three_digits(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
