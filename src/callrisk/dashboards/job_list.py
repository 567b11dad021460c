"""The long jobs of the server, as the page of training shows them beside a training of its own."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.texts import plain, say
from callrisk.domain.jobs.stored_job import SCORE, TRAIN, JobState
from callrisk.wire.base import Json
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.jobs.job_answers import JobAnswer

_SHOWN, _LOOKED_AT = 5, 50
_KINDS = (TRAIN, SCORE)
# The phases of a training.
PHASES = ("preparation", "training", "scoring", "evaluation", "export")


@st.fragment(run_every="3s")
def show_jobs(api: LiveApi, kind: str | None = None) -> None:
    """Draw the newest jobs, of one kind or all; nothing where the server does not answer."""
    try:
        jobs = api.jobs(_SHOWN if kind is None else _LOOKED_AT)
    except LiveApiError:
        return
    jobs = [job for job in jobs if kind in {None, job.kind}][:_SHOWN]
    if jobs:
        st.subheader(say("jobs.title"), anchor=False)
    for job in jobs:
        with st.container(border=True):
            _job(api, job)


def _job(api: LiveApi, job: JobAnswer) -> None:
    asked, state = frame.moment(job.asked_at), say(f"jobs.{job.state}")
    kind = say(f"jobs.{job.kind}") if job.kind in _KINDS else plain(job.kind)
    st.markdown(say("jobs.line", number=job.job_id, kind=kind, state=state, asked=asked))
    if job.state == JobState.RUNNING:
        phase = say(f"phase.{job.phase}") if job.phase in PHASES else say("training.starting")
        st.progress(job.share, text=phase)
    if job.result is not None:
        st.caption(_result_line(job.kind, job.result))
    if job.problem is not None:
        # As it is: it names file, sheet, row and column.
        st.code(job.problem, language=None, wrap_lines=True)
    is_open = job.state in {JobState.QUEUED, JobState.RUNNING}
    if is_open and st.button(
        say("jobs.cancel", number=job.job_id), key=f"cancel_job_{job.job_id}",
        icon=":material/stop_circle:", disabled=job.cancel_asked,
    ):  # fmt: skip
        _cancel(api, job)


def _result_line(kind: str, result: Json) -> str:
    version = plain(result.get("version", ""))
    if kind != SCORE:
        return say("jobs.version", version=version)
    return say("batch.figures", rows=result["rows"], outside=result["outside"], version=version)


def _cancel(api: LiveApi, job: JobAnswer) -> None:
    try:
        api.cancel_job(job.job_id)
    except LiveApiError as error:
        st.error(plain(str(error)))
        return
    st.rerun()
