"""Columns declared by clicking: the entries of config.py that `--inspect` prints, as chosen."""

import streamlit as st

from callrisk.dashboards.texts import plain, say
from callrisk.domain.tables.inspected_table import (
    NO_LABEL,
    Inspection,
    RoleColumn,
    SuggestedEntry,
)


def show_declaring(found: Inspection, name: str) -> None:
    """Draw the choice of columns and their parts, and the block that they make."""
    chosen_parts = _parts(found) if found.is_export else ()
    entries = _entries(found)
    block = config_block(chosen_parts, entries)
    st.markdown(f"**{say('declare.block')}**")
    st.caption(say("declare.block_about"))
    st.code(block, language="python", wrap_lines=True)
    st.download_button(
        say("declare.save"), data=block.encode(), file_name=f"{name.rpartition('.')[0]}_config.py",
        mime="text/x-python", icon=":material/download:", on_click="ignore", key="declare_save",
    )  # fmt: skip


def config_block(parts: tuple[str, ...], entries: list[SuggestedEntry]) -> str:
    """Return the lines of config.py, as `--inspect` prints them."""
    lines = ["EXPORT_COLUMNS = {", *parts, "}"] if parts else [NO_LABEL]
    lines += ["CUSTOMER_FIELDS += ["]
    lines += [f"    {line}" for entry in entries for line in entry.lines()]
    return "\n".join([*lines, "]", ""])


def _parts(found: Inspection) -> tuple[str, ...]:
    """Draw the column of each part of an export; return the lines of EXPORT_COLUMNS."""
    st.markdown(f"**{say('declare.parts')}**")
    names = ["", *(column.name for column in found.columns)]
    with st.grid(4, min_column_width=180):
        return tuple(_part(one, names) for one in found.export_columns)


def _part(part: RoleColumn, names: list[str]) -> str:
    mark = say("declare.guessed") if part.is_guessed and part.column else ""
    chosen = st.selectbox(
        f"{say(f'declare.{part.part}')}{mark}", names,
        names.index(part.column) if part.column in names else 0,
        format_func=lambda one: one or say("declare.none"), key=f"part {part.part}",
    )  # fmt: skip
    column = str(chosen or "")
    return part.line(None if column == part.column else column)


def _entries(found: Inspection) -> list[SuggestedEntry]:
    """Draw the columns that are not declared; return those that were ticked."""
    st.markdown(f"**{say('declare.fields')}**")
    fitting = [one for one in found.suggested if one.line]
    left_out = [one for one in found.suggested if not one.line]
    if not found.suggested:
        st.caption(say("declare.all_declared"))
        return []
    usual = [n for n, one in enumerate(fitting) if not one.remark]
    kinds = {column.name: column.kind for column in found.columns}
    rows = [
        {
            say("data.name"): one.column,
            say("data.kind"): say(f"kind.{kinds[one.column]}"),
            say("declare.remark"): one.remark or "–",
        }
        for one in fitting
    ]
    chosen = []
    if rows:
        st.caption(say("declare.fields_about"))
        picked = st.dataframe(
            rows, hide_index=True, key="declare_fields", on_select="rerun",
            selection_mode="multi-row", selection_default={"selection": {"rows": usual}},
        )  # fmt: skip
        chosen = [fitting[n] for n in picked.selection.rows if n < len(fitting)]
    if left_out:
        with st.expander(say("declare.left_out", n=len(left_out))):
            for one in left_out:
                st.markdown(f"- {plain(one.column)}: {plain(one.remark)}")
    return chosen
