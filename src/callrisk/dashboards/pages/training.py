"""The page of training: choose an export, start the pipeline, follow and cancel it."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.job_list import PHASES, show_jobs
from callrisk.dashboards.runs import Places, exports_of, versions_of
from callrisk.dashboards.texts import plain, say, word
from callrisk.dashboards.training_job import Job, JobRunningError, TrainingJobs, TrainingRequest


def show(places: Places) -> None:
    """Draw the page; while a training of its own runs, its progress instead of the choice."""
    frame.heading("training")
    _own(places)
    show_jobs(places.live_api)


def _own(places: Places) -> None:
    jobs = TrainingJobs(places.pipeline, places.output, places.models)
    latest = jobs.latest()
    if latest is not None and latest.state == "running":
        _watch(jobs)
        return
    if latest is not None:
        _finished(places, latest)
    _order(places, jobs)


@st.fragment(run_every="1s")
def _watch(jobs: TrainingJobs) -> None:
    job = jobs.latest()
    if job is None or job.state != "running":
        st.rerun()
        return
    phase = say(f"phase.{job.phase}") if job.phase in PHASES else say("training.starting")
    with st.container(border=True):
        st.markdown(say("training.running", data=plain(job.data)))
        st.progress(min(1.0, job.whole), text=f"{max(1, job.number)}/{len(PHASES)} {phase}")
        elapsed_s = datetime.now(UTC).timestamp() - job.started_at
        st.caption(say("training.elapsed", time=frame.duration(elapsed_s)))
        if st.button(say("training.cancel"), icon=":material/stop_circle:"):
            jobs.cancel()
            st.rerun()


def _finished(places: Places, job: Job) -> None:
    if job.state == "done":
        key = "training.done" if job.serves else "training.done_not_serving"
        reasons = [f"- {plain(word(reason))}" for reason in job.why_not_serving]
        text = "\n".join([say(key, version=plain(job.version)), "", *reasons])
        st.success(text, icon=":material/check_circle:")
        serving = versions_of(places).serving
        frame.refused_mark(
            places.refuses_demo and serving is not None and serving.demo and job.serves
        )
        frame.link_to("evaluation", say("training.see"), ":material/fact_check:")
        if not job.serves:
            frame.link_to("models", say("models.title"), ":material/inventory_2:")
    elif job.state == "cancelled":
        st.info(say("training.cancelled"), icon=":material/cancel:")
    else:
        st.error(say("training.failed"), icon=":material/error:")
        if job.error:
            # As it is: it names file, sheet, row and column.
            st.code(job.error, language=None, wrap_lines=True)


def _order(places: Places, jobs: TrainingJobs) -> None:
    exports, tables = exports_of(places.raw)
    if exports:
        _choose(exports, tables, jobs)
    else:
        frame.empty("training", ":material/table_view:")
        st.code("python -m callrisk.sample --out data/raw", language=None)
    frame.link_to("data", say("training.hand_in"), ":material/upload_file:")


def _choose(exports: list[Path], tables: list[Path], jobs: TrainingJobs) -> None:
    with st.form("order"):
        data = st.selectbox(say("training.data"), exports, format_func=_file_line)
        table = st.selectbox(
            say("training.customers"),
            [*tables, None],
            format_func=lambda path: _file_line(path) if path else say("training.no_customers"),
        )
        quick = st.radio(
            say("training.depth"),
            [True, False],
            format_func=lambda is_quick: say("training.quick" if is_quick else "training.full"),
            captions=[say("training.quick_about"), say("training.full_about")],
        )
        started = st.form_submit_button(
            say("training.start"), type="primary", icon=":material/play_arrow:"
        )
    if started and data is not None:
        try:
            jobs.start(TrainingRequest(data, table, bool(quick)))
        except JobRunningError:
            st.error(say("training.one_at_a_time"))
        st.rerun()


def _file_line(path: Path | None) -> str:
    if path is None:
        return ""
    status = path.stat()
    changed = datetime.fromtimestamp(status.st_mtime, UTC).isoformat()
    return f"{path.name} · {frame.size(path)} · {frame.moment(changed)}"
