"""Long jobs and how far they are, as they are answered."""

from typing import Self

from pydantic import Field

from callrisk.domain.jobs.stored_job import JobState, StoredJob
from callrisk.wire.base import Json, Moment, Wire, wire_time, wire_time_or_none


class JobAnswer(Wire):
    """A long job; `tries` counts how often it was begun.

    It is `queued`, `running`, or over: `done` with a `result`, `failed` with a `problem`, or
    `cancelled`. `share` is the completed part of the whole.
    """

    job_id: int
    kind: str
    arguments: Json
    state: JobState
    asked_at: Moment
    asked_by: str | None
    started_at: Moment | None
    ended_at: Moment | None
    tries: int
    phase: str | None
    share: float = Field(ge=0, le=1)
    text: str
    cancel_asked: bool
    result: Json | None
    problem: str | None

    @classmethod
    def of(cls, job: StoredJob) -> Self:
        """Return the answer about a job."""
        order, progress = job.order, job.progress
        return cls(
            job_id=job.job_id, kind=order.kind, arguments=dict(order.arguments), state=job.state,
            asked_at=wire_time(job.asked_at), asked_by=order.asked_by,
            started_at=wire_time_or_none(job.started_at), ended_at=wire_time_or_none(job.ended_at),
            tries=job.tries, phase=progress.phase, share=progress.share, text=progress.text,
            cancel_asked=job.cancel_asked, problem=job.problem,
            result=None if job.result is None else dict(job.result),
        )  # fmt: skip


class JobList(Wire):
    """Long jobs, the newest first."""

    jobs: list[JobAnswer]
