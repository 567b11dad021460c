"""Tables without labels, scored by an existing version as a long job."""

import secrets
from http import HTTPStatus

from apiflask import APIBlueprint

from callrisk.domain.access.person import Means
from callrisk.domain.access.policy_table import Operation
from callrisk.domain.jobs.stored_job import SCORE, JobOrder
from callrisk.domain.time import utc_now
from callrisk.web.access.guards import must_act_as, needs, subject
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.idempotency import idempotent, idempotent_request
from callrisk.wire.jobs.job_answers import JobAnswer
from callrisk.wire.jobs.job_requests import ScoreBatch

score_batches = APIBlueprint("score_batches", __name__, url_prefix="/api", tag="jobs")


@score_batches.post("/score_batch")
@idempotent
@answers(JobAnswer, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED)
@takes(ScoreBatch)
@needs(Operation.RUN_JOBS)
def score_batch(json_data: ScoreBatch) -> JobAnswer:
    """Put the scoring of a table in the queue; its results will lie in `output`."""
    if subject().means is Means.SESSION:
        must_act_as(json_data.asked_by)
    now = utc_now()
    # Known from the beginning, so that a job which is begun again ends in the same place.
    results = f"scored_{now:%Y%m%d-%H%M%S}_{secrets.token_hex(3)}"
    arguments = json_data.model_dump(exclude={"asked_by"}) | {"results": results}
    order = JobOrder(SCORE, arguments, json_data.asked_by)
    with idempotent_request(json_data) as request:
        return JobAnswer.of(app_state().jobs.jobs.ask(order, now, request))
