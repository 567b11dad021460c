"""The long jobs of the server, as the page of training shows them beside a training of its own."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.texts import plain, say
from callrisk.domain.jobs.stored_job import JobState
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.jobs.job_answers import JobAnswer

_SHOWN = 5
# The phases of a training.
PHASES = ("preparation", "training", "scoring", "evaluation", "export")


@st.fragment(run_every="3s")
def show_jobs(api: LiveApi) -> None:
    """Draw the newest jobs; nothing where the server does not answer or has none."""
    try:
        jobs = api.jobs(_SHOWN)
    except LiveApiError:
        return
    if jobs:
        st.subheader(say("jobs.title"), anchor=False)
    for job in jobs:
        with st.container(border=True):
            _job(api, job)


def _job(api: LiveApi, job: JobAnswer) -> None:
    asked, state = frame.moment(job.asked_at), say(f"jobs.{job.state}")
    kind = say("jobs.train") if job.kind == "train" else plain(job.kind)
    st.markdown(say("jobs.line", number=job.job_id, kind=kind, state=state, asked=asked))
    if job.state == JobState.RUNNING:
        phase = say(f"phase.{job.phase}") if job.phase in PHASES else say("training.starting")
        st.progress(job.share, text=phase)
    if job.result is not None:
        st.caption(say("jobs.version", version=plain(job.result.get("version", ""))))
    if job.problem is not None:
        # As it is: it names file, sheet, row and column.
        st.code(job.problem, language=None, wrap_lines=True)
    is_open = job.state in {JobState.QUEUED, JobState.RUNNING}
    if is_open and st.button(
        say("jobs.cancel", number=job.job_id), key=f"cancel_job_{job.job_id}",
        icon=":material/stop_circle:", disabled=job.cancel_asked,
    ):  # fmt: skip
        _cancel(api, job)


def _cancel(api: LiveApi, job: JobAnswer) -> None:
    try:
        api.cancel_job(job.job_id)
    except LiveApiError as error:
        st.error(plain(str(error)))
        return
    st.rerun()
