"""Claims on long jobs, so that of several runners one does each, and another goes on for it.

Theory of operation
-------------------
A runner claims the oldest job that waits, in a transaction of its own, and from then on renews its
lease every few seconds. It writes of the job only while the row still bears its name and the number
of this try: a runner that was frozen and comes back is refused, whatever its clock says.

A job whose lease ended, or whose runner was started again in the same place, goes back to the
queue, until it was tried three times; then it has failed. So does a job whose own process died,
which its runner tells. A runner that is stopped in good order hands its job back, and that try does
not count. Of each kind one job runs at a time on a database: two would write the same files.

Whoever is to cancel a running job marks it; its runner sees the mark when it renews the lease. A
marked job that goes back to the queue is cancelled there.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, select, update

from callrisk.domain.jobs.stored_job import JobProgress, JobState
from callrisk.store.jobs import job_tables
from callrisk.store.store_away import store_away_reported
from callrisk.store.transaction import writing

# A job goes to another runner so long after its own was heard of last.
LEASE_S = 30.0
# Once, and twice again after its runner or its process died.
MOST_TRIES = 3
_LEASE = timedelta(seconds=LEASE_S)
_NEVER_ENDED = (
    f"{MOST_TRIES}回始めましたが、いずれも終わる前に止まりました。"
    f" It was begun {MOST_TRIES} times and stopped before its end each time."
)


class JobLostError(RuntimeError):
    """The job is no longer this runner's; nothing was written."""


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that a runner is to do; `number` says which try it is."""

    job_id: int
    kind: str
    arguments: Mapping[str, Any]
    number: int


class JobClaims:
    """The jobs as one of several runners sees them; every method raises StoreAwayError.

    `owner` names the runner and is `place` with something of its own behind it: what an earlier run
    in the same place had claimed is free when this one looks.
    """

    def __init__(self, engine: Engine, owner: str, place: str) -> None:
        self._engine = engine
        self._owner = owner
        self._place = place

    def claim(self, kinds: Collection[str], now: datetime) -> ClaimedJob | None:
        """Return the oldest job of these kinds that can begin, now this runner's; or None."""
        j = job_tables.jobs.c
        with store_away_reported():
            if not self._is_something_to_do(kinds, now):
                return None
            with writing(self._engine) as connection:
                self._take_back_lapsed(connection, now)
                row = connection.execute(_first_that_waits(kinds)).first()
                if row is None:
                    return None
                claim = self._claim(row.tries + 1, now)
                connection.execute(
                    update(job_tables.jobs).where(j.job_id == row.job_id).values(claim)
                )
        return ClaimedJob(row.job_id, row.kind, row.arguments, row.tries + 1)

    def renew(self, job: ClaimedJob, progress: JobProgress, now: datetime) -> bool:
        """Renew the lease and tell the progress; return True if the job is to be cancelled.

        JobLostError when another runner has it.
        """
        values = {"claimed_until": now + _LEASE, "progress": asdict(progress)}
        return bool(self._write(job, values).cancel_asked)

    def done(self, job: ClaimedJob, result: Mapping[str, Any], now: datetime) -> None:
        """End a job with its result; JobLostError when another runner has it."""
        whole = asdict(JobProgress(share=1.0))
        more = {"result": dict(result), "progress": whole, "problem": None}
        self._write(job, _over(JobState.DONE, now) | more)

    def failed(self, job: ClaimedJob, problem: str, now: datetime) -> None:
        """End a job that cannot be done, however often; JobLostError when another has it."""
        self._write(job, _over(JobState.FAILED, now) | {"problem": problem})

    def cancelled(self, job: ClaimedJob, now: datetime) -> None:
        """End a job that somebody asked to cancel; JobLostError when another runner has it."""
        self._write(job, _over(JobState.CANCELLED, now))

    def died(self, job: ClaimedJob, problem: str, now: datetime) -> None:
        """Give back a job whose process died, or let it fail after its last try; JobLostError."""
        if job.number < MOST_TRIES:
            self._write(job, _WAITING | {"problem": problem})
        else:
            self.failed(job, f"{_NEVER_ENDED} ({problem})", now)

    def hand_back(self, job: ClaimedJob) -> None:
        """Give back a job as this runner is stopped; JobLostError when another runner has it."""
        self._write(job, _WAITING | {"tries": job.number - 1})

    def _claim(self, number: int, now: datetime) -> dict[str, Any]:
        return {
            "state": JobState.RUNNING, "started_at": now, "claimed_by": self._owner,
            "claimed_until": now + _LEASE, "tries": number, "progress": {},
        }  # fmt: skip

    def _write(self, job: ClaimedJob, values: Mapping[str, Any]) -> Any:
        j = job_tables.jobs.c
        own = (j.job_id == job.job_id) & (j.claimed_by == self._owner) & (j.tries == job.number)
        still = own & (j.state == JobState.RUNNING)
        statement = update(job_tables.jobs).where(still).values(values).returning(j.cancel_asked)
        with store_away_reported(), writing(self._engine) as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise JobLostError(f"job {job.job_id} is no longer this runner's")
        return row

    def _is_something_to_do(self, kinds: Collection[str], now: datetime) -> bool:
        """Return whether a job can begin or a lease ended, without the lock of those who write."""
        lapsed = select(job_tables.jobs.c.job_id).where(self._has_lapsed(now)).limit(1)
        looks = (_first_that_waits(kinds), lapsed)
        with self._engine.connect() as connection:
            return any(connection.execute(look).first() is not None for look in looks)

    def _has_lapsed(self, now: datetime) -> ColumnElement[bool]:
        j = job_tables.jobs.c
        of_earlier_run = j.claimed_by.startswith(self._place, autoescape=True)
        of_earlier_run &= j.claimed_by != self._owner
        # One that ends later than this was written before a clock was set back.
        is_over = (j.claimed_until <= now) | (j.claimed_until > now + 2 * _LEASE)
        return (j.state == JobState.RUNNING) & (is_over | of_earlier_run)

    def _take_back_lapsed(self, connection: Connection, now: datetime) -> None:
        j = job_tables.jobs.c
        lapsed = self._has_lapsed(now)
        unwanted = j.cancel_asked & (lapsed | (j.state == JobState.QUEUED))
        too_often = lapsed & (j.tries >= MOST_TRIES)
        failed = _over(JobState.FAILED, now) | {"problem": _NEVER_ENDED}
        for which, values in (
            (unwanted, _over(JobState.CANCELLED, now)), (too_often, failed), (lapsed, _WAITING),
        ):  # fmt: skip
            connection.execute(update(job_tables.jobs).where(which).values(values))


_WAITING: dict[str, Any] = {
    "state": JobState.QUEUED, "claimed_by": None, "claimed_until": None, "progress": {},
}  # fmt: skip


def _over(state: JobState, now: datetime) -> dict[str, Any]:
    return {"state": state, "ended_at": now, "claimed_until": None}


def _first_that_waits(kinds: Collection[str]) -> Any:
    j = job_tables.jobs.c
    running = select(j.kind).where(j.state == JobState.RUNNING)
    waits = (j.state == JobState.QUEUED) & j.kind.in_(kinds) & j.kind.not_in(running)
    return select(j.job_id, j.kind, j.arguments, j.tries).where(waits).order_by(j.job_id).limit(1)
