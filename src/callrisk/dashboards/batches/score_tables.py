"""The page that has a table scored by a version, and shows how far it is and what came of it."""

from pathlib import Path

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.batches.scored_tables import show_results
from callrisk.dashboards.job_list import show_jobs
from callrisk.dashboards.pages import versions
from callrisk.dashboards.runs import Places, exports_of
from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.texts import plain, say
from callrisk.dashboards.uploads import UploadError, keep, safe_name
from callrisk.data_folder import SUFFIXES, TO_SCORE, tables_to_score
from callrisk.domain.jobs.stored_job import SCORE
from callrisk.wire.client import LiveApiError

_LARGEST_MB = 200


def show(places: Places) -> None:
    """Draw the page: the choice of a table, the jobs of the server, the results."""
    frame.heading("batch")
    version = versions.picked(places)
    if version is None:
        return
    _hand_in(places.raw)
    _order(places, version.name)
    show_jobs(places.live_api, SCORE)
    show_results(places)


def _hand_in(raw: Path) -> None:
    with st.expander(say("batch.add"), icon=":material/upload_file:"):
        st.caption(say("batch.add_about", mb=_LARGEST_MB))
        upload = st.file_uploader(
            say("batch.table"), type=list(SUFFIXES), max_upload_size=_LARGEST_MB, key="to_score"
        )
        if upload is None:
            return
        try:
            kept = keep(
                raw / TO_SCORE, safe_name(upload.name), upload.getvalue(), most_mb=_LARGEST_MB
            )
        except UploadError as error:
            st.error(say(str(error), mb=_LARGEST_MB))
            return
        st.success(say("upload.kept", name=plain(kept.name)))


def _order(places: Places, version: str) -> None:
    names = [path.name for path in tables_to_score(places.raw)]
    if not names:
        frame.empty("batch", ":material/table_view:")
        return
    _, customers = exports_of(places.raw)
    with st.form("score"):
        table = st.selectbox(say("batch.table"), names)
        beside = st.selectbox(
            say("training.customers"),
            [*(path.name for path in customers), None],
            format_func=lambda name: name or say("training.no_customers"),
            help=say("batch.customers_help"),
        )
        started = st.form_submit_button(
            say("batch.start"), type="primary", icon=":material/play_arrow:"
        )
    if not started or table is None:
        return
    try:
        places.live_api.score_batch(table, beside, version)
    except LiveApiError as error:
        if error.unreachable:
            show_server_away(places.live_api)
        else:
            st.error(plain(str(error)))
        return
    st.rerun()
