"""The page of data: tables handed in, looked at before they are kept, and declared by clicking."""

from pathlib import Path

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.data_tables.looked_table import show_table
from callrisk.dashboards.data_tables.table_drafts import Draft, Uploads
from callrisk.dashboards.data_tables.table_looks import TableLook, looks_of, shown_name
from callrisk.dashboards.data_tables.upload_picker import handed_in
from callrisk.dashboards.runs import Places, exports_of
from callrisk.dashboards.texts import plain, say
from callrisk.data_folder import CUSTOMERS_PREFIX, is_customers_table

_FILE, _BESIDE = "file", "beside"


def show(places: Places) -> None:
    """Draw the choice of a table, and what a look at it tells."""
    frame.heading("data")
    uploads = Uploads(places.raw, places.largest_upload_mb)
    with st.expander(say("upload.title"), icon=":material/upload_file:"):
        st.caption(say("upload.about", mb=places.largest_upload_mb))
        draft_id = handed_in(places.upload_path, places.largest_upload_mb)
    draft = None if draft_id is None else uploads.draft(draft_id)
    if draft is not None and draft.is_whole and st.session_state.get("handed_in") != draft_id:
        # A trigger is told once; what it brought is then the file of the address.
        st.session_state["handed_in"] = draft_id
        st.query_params[_FILE] = draft.path.name
        st.rerun()
    drafts = {one.path.name: one for one in uploads.drafts()}
    exports, tables = exports_of(places.raw)
    paths = {one.path.name: one.path for one in drafts.values()}
    paths |= {one.name: one for one in (*exports, *tables)}
    if not paths:
        frame.empty("data", ":material/table_view:")
        return
    with st.grid(2, min_column_width=280):
        path = paths[_chosen(list(paths), drafts)]
        earlier = _earlier(path, [one for one in (*exports, *tables) if one != path])
    draft = drafts.get(path.name)
    if draft is not None:
        _keep_or_discard(uploads, draft)
    _looked(places, path, earlier)
    if draft is None:
        _delete(path)


def _chosen(names: list[str], drafts: dict[str, Draft]) -> str:
    """Draw the choice of a table; the address has its name."""
    asked = st.query_params.get(_FILE, "")

    def label(name: str) -> str:
        draft = drafts.get(name)
        return name if draft is None else say("data.draft", name=draft.name)

    name = st.selectbox(
        say("data.file"), names, names.index(asked) if asked in names else 0, format_func=label
    )
    st.query_params[_FILE] = str(name)
    return str(name)


def _earlier(path: Path, others: list[Path]) -> Path | None:
    """Draw the choice of the table to compare with; the newest other one of its kind is usual."""
    kind = is_customers_table(Path(shown_name(path)))
    fitting = [one.name for one in others if is_customers_table(one) is kind]
    if not fitting:
        st.caption(say("data.no_earlier"))
        return None
    asked = st.query_params.get(_BESIDE, "")
    choices = ["", *fitting]
    usual = 0 if asked == "-" else 1
    name = st.selectbox(
        say("data.beside"), choices, choices.index(asked) if asked in fitting else usual,
        format_func=lambda one: one or say("data.beside_none"),
    )  # fmt: skip
    st.query_params[_BESIDE] = str(name) or "-"
    return next((one for one in others if one.name == name), None)


def _keep_or_discard(uploads: Uploads, draft: Draft) -> None:
    with st.container(border=True):
        st.markdown(say("data.not_kept", name=plain(draft.name)))
        kinds = {"": say("upload.calls"), CUSTOMERS_PREFIX: say("upload.customers")}
        prefix = st.radio(
            say("data.as"), list(kinds), format_func=kinds.__getitem__, horizontal=True
        )
        with st.container(horizontal=True):
            if st.button(say("data.keep"), type="primary", icon=":material/save:"):
                kept = uploads.keep(draft, str(prefix or ""))
                st.query_params[_FILE] = kept.name
                st.rerun()
            if st.button(say("data.discard"), icon=":material/delete:"):
                draft.path.unlink(missing_ok=True)
                st.query_params.pop(_FILE, None)
                st.rerun()


def _delete(path: Path) -> None:
    with st.expander(say("data.delete"), icon=":material/delete:"):
        st.caption(say("data.delete_about"))
        sure = st.checkbox(say("data.delete_sure", name=plain(path.name)), key=f"sure {path.name}")
        if st.button(say("data.delete_it"), disabled=not sure) and sure:
            path.unlink(missing_ok=True)
            st.query_params.pop(_FILE, None)
            st.rerun()


def _looked(places: Places, path: Path, earlier: Path | None) -> None:
    look = looks_of(places.pipeline).look(path, earlier)
    if look.state in ("waiting", "running"):
        _wait(places, path, earlier)
    else:
        _over(look, path)


@st.fragment(run_every="1s")
def _wait(places: Places, path: Path, earlier: Path | None) -> None:
    look = looks_of(places.pipeline).look(path, earlier)
    if look.state in ("done", "failed"):
        st.rerun()
        return
    st.info(say(f"data.{look.state}", seconds=int(look.seconds)), icon=":material/search:")


def _over(look: TableLook, path: Path) -> None:
    if look.inspection is None:
        st.error(say("data.failed"), icon=":material/error:")
        if look.error:
            # As it is: it names file, sheet, row and column, in both languages.
            st.code(look.error, language=None, wrap_lines=True)
        return
    show_table(look.inspection, shown_name(path))
