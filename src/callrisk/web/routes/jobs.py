"""Long jobs: ask for one, look at them, cancel one."""

import re
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import g, request

from callrisk.domain.access.person import Means
from callrisk.domain.access.policy_table import Operation
from callrisk.domain.jobs.stored_job import JobOrder, JobState, StoredJob
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.web.access.guards import must_act_as, needs, subject
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.idempotency import idempotent, idempotent_request
from callrisk.web.refusal_words import refuse
from callrisk.wire.jobs.job_answers import JobAnswer, JobList
from callrisk.wire.jobs.job_requests import AskForJob, JobsListed

jobs = APIBlueprint("jobs", __name__, url_prefix="/api/jobs", tag="jobs")
_OVER = Text("ジョブ {job_id} は終わっています。", "Job {job_id} is over.")
_NO_JOB = Text("ジョブ {job_id} はありません。", "There is no job {job_id}.")


@jobs.before_request
def find_job() -> None:
    """Look up the job that the path names, before anything else is checked; 404 without it."""
    named = (request.view_args or {}).get("job_id")
    # What a route takes is told to anybody, whether the job is there or not.
    if named is not None and request.method != "OPTIONS":
        # More digits than any number has are no number.
        is_number = re.fullmatch("[0-9]{1,19}", named) is not None
        job = app_state().jobs.jobs.job(int(named)) if is_number else None
        g.job = _found(job, named)


@jobs.post("")
@idempotent
@answers(JobAnswer, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED)
@takes(AskForJob)
@needs(Operation.RUN_JOBS)
def ask_for_job(json_data: AskForJob) -> JobAnswer:
    """Put a long job in the queue; a person asks in the own name, a system for whom it names."""
    if subject().means is Means.SESSION:
        must_act_as(json_data.asked_by)
    order = JobOrder(json_data.kind, json_data.arguments.model_dump(), json_data.asked_by)
    with idempotent_request(json_data) as request:
        return JobAnswer.of(app_state().jobs.jobs.ask(order, utc_now(), request))


@jobs.get("")
@answers(JobList)
@takes(JobsListed)
@needs(Operation.RUN_JOBS)
def list_jobs(query_data: JobsListed) -> JobList:
    """Return long jobs, the newest first."""
    newest = app_state().jobs.jobs.newest(query_data.limit)
    return JobList(jobs=[JobAnswer.of(job) for job in newest])


@jobs.get("/<job_id>")
@answers(JobAnswer, HTTPStatus.NOT_FOUND)
@needs(Operation.RUN_JOBS)
def get_job(job_id: str) -> JobAnswer:
    """Return one long job and how far it is."""
    return JobAnswer.of(g.job)


@jobs.post("/<job_id>/cancel")
@answers(JobAnswer, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
@needs(Operation.RUN_JOBS)
def cancel_job(job_id: str) -> JobAnswer:
    """Cancel a long job; one that runs is ended within some seconds."""
    job = _found(app_state().jobs.jobs.cancel(int(job_id), utc_now()), job_id)
    if job.state in {JobState.DONE, JobState.FAILED}:
        refuse(HTTPStatus.CONFLICT, _OVER, job_id=job_id)
    return JobAnswer.of(job)


def _found(job: StoredJob | None, named: str) -> StoredJob:
    if job is None:
        refuse(HTTPStatus.NOT_FOUND, _NO_JOB, job_id=named)
    return job
