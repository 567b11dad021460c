"""The long jobs as those see them who ask for them, look at them and cancel them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from callrisk.domain.jobs.stored_job import JobOrder, JobProgress, JobState, StoredJob
from callrisk.store.idempotency.answered_requests import (
    ANSWERS_KEPT,
    RequestKey,
    refuse_other_body,
)
from callrisk.store.jobs import job_tables
from callrisk.store.transaction import writing

# Numbers of jobs are counted from 1; no database looks for one beyond 64 bits.
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class JobsNow:
    """The jobs that run, how many wait, and the last that came to an end of its own, if any did."""

    running: tuple[StoredJob, ...]
    waiting: int
    last: StoredJob | None


class AskedJobs:
    """All jobs of a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, order: JobOrder, now: datetime, request: RequestKey | None = None) -> StoredJob:
        """Put a job in the queue; return it, or the one that the same request asked for before.

        OtherBodyError if the request with this key had another body.
        """
        values = {
            "kind": order.kind, "arguments": dict(order.arguments), "asked_by": order.asked_by,
            "asked_at": now, "state": JobState.QUEUED, "tries": 0, "progress": {},
            "cancel_asked": False,
        }  # fmt: skip
        if request is not None:
            values |= {"key_sha256": request.key_sha256, "body_hmac": request.body_hmac}
        with writing(self._engine) as connection:
            before = None if request is None else _asked_before(connection, request, now)
            if before is not None:
                return before
            added = insert(job_tables.jobs).values(values).returning(job_tables.jobs)
            return _job_of(connection.execute(added).one())

    def job(self, job_id: int) -> StoredJob | None:
        """Return the job with this number, or None."""
        if not 0 < job_id <= _LARGEST_ID:
            return None
        wanted = select(job_tables.jobs).where(job_tables.jobs.c.job_id == job_id)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _job_of(row)

    def newest(self, most: int) -> list[StoredJob]:
        """Return so many jobs, the newest first."""
        wanted = select(job_tables.jobs).order_by(job_tables.jobs.c.job_id.desc()).limit(most)
        with self._engine.connect() as connection:
            return [_job_of(row) for row in connection.execute(wanted)]

    def cancel(self, job_id: int, now: datetime) -> StoredJob | None:
        """Cancel a job that waits, and ask the runner of one that runs to end it; return the job.

        A job that is over stays as it is.
        """
        j = job_tables.jobs.c
        waits = (j.job_id == job_id) & (j.state == JobState.QUEUED)
        runs = (j.job_id == job_id) & (j.state == JobState.RUNNING)
        at_once = {"state": JobState.CANCELLED, "ended_at": now, "cancel_asked": True}
        if self.job(job_id) is not None:
            with writing(self._engine) as connection:
                connection.execute(update(job_tables.jobs).where(runs).values(cancel_asked=True))
                connection.execute(update(job_tables.jobs).where(waits).values(at_once))
        return self.job(job_id)

    def now(self) -> JobsNow:
        """Return the jobs that run, how many wait, and the last that was done or failed."""
        j = job_tables.jobs.c
        running = select(job_tables.jobs).where(j.state == JobState.RUNNING).order_by(j.job_id)
        waiting = select(func.count()).where(j.state == JobState.QUEUED)
        ended = j.state.in_([JobState.DONE, JobState.FAILED])
        last = select(job_tables.jobs).where(ended).order_by(j.ended_at.desc(), j.job_id.desc())
        with self._engine.connect() as connection:
            row = connection.execute(last.limit(1)).first()
            return JobsNow(
                running=tuple(_job_of(found) for found in connection.execute(running)),
                waiting=connection.execute(waiting).scalar_one(),
                last=None if row is None else _job_of(row),
            )


def _asked_before(connection: Connection, request: RequestKey, now: datetime) -> StoredJob | None:
    j = job_tables.jobs.c
    kept = (j.key_sha256 == request.key_sha256) & (j.asked_at >= now - ANSWERS_KEPT)
    newest = select(job_tables.jobs).where(kept).order_by(j.job_id.desc()).limit(1)
    row = connection.execute(newest).first()
    if row is None:
        return None
    refuse_other_body(row.body_hmac, request)
    return _job_of(row)


def _job_of(row: Any) -> StoredJob:
    return StoredJob(
        row.job_id, JobOrder(row.kind, row.arguments, row.asked_by), JobState(row.state),
        row.asked_at, row.started_at, row.ended_at, row.tries, JobProgress(**row.progress),
        row.cancel_asked, row.result, row.problem,
    )  # fmt: skip
