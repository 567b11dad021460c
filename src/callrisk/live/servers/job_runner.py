"""The runner of long jobs: claims one at a time, has it done, and keeps its lease meanwhile.

A kind of job is a function that is given the job and `tell`. It calls `tell` with its progress
every second or so while it works; that renews the lease, and raises when the job is to end: because
somebody cancelled it, another runner has it by now, or this server stops. The function lets that
pass, and ends what it began. It returns the result, or raises JobFailedError with a sentence for
people where trying again is of no use, JobDiedError where it is.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from callrisk.background.loop import Loop
from callrisk.background.tally import Tally
from callrisk.domain.jobs.stored_job import JobProgress, StoredJob
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.store.jobs.asked_jobs import AskedJobs
from callrisk.store.jobs.job_claims import LEASE_S, ClaimedJob, JobClaims, JobLostError
from callrisk.store.store_away import StoreAwayError, store_away_reported
from callrisk.wire.health import CheckResult

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 1.0
_RENEW_EVERY_S = 2.0
# Without a word from the database a job is ended so long before another runner may begin it.
_SAFETY_S = 5.0
_WRITE_AGAIN_AFTER_S = 1.0
# As long as a child takes to end; a server that stops waits no longer.
_STOPS_WITHIN_S = 6.0

Tell = Callable[[JobProgress], None]
JobKind = Callable[[ClaimedJob, Tell], Mapping[str, Any]]


class JobFailedError(RuntimeError):
    """The job cannot be done, however often it is tried; the message is for people."""


class JobDiedError(RuntimeError):
    """The job stopped before its end and may be tried again; the message is for people."""


class _CancelledError(RuntimeError):
    """Somebody asked to cancel the job."""


class _StoppedError(RuntimeError):
    """This runner is stopped."""


class JobRunner:
    """Does jobs of `kinds` between `start` and `stop`."""

    def __init__(
        self, jobs: AskedJobs, claims: JobClaims, kinds: Mapping[str, JobKind],
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self.jobs = jobs
        self._claims = claims
        self._kinds = kinds
        self._now = now
        # Jobs that failed or died here, by kind.
        self.failures = Tally()
        self._stopped, self._idle = threading.Event(), threading.Event()
        self._idle.set()
        self._loop = Loop("jobs", store_away_reported()(self.step), _LOOK_EVERY_S, (OutsideError,))

    def start(self) -> None:
        """Begin."""
        self._loop.start()

    def stop(self) -> None:
        """End; a job that is under way goes back to the queue."""
        self._loop.stop()
        self._stopped.set()
        self._idle.wait(_STOPS_WITHIN_S)

    def step(self) -> int:
        """Do the job that is next; return how many that were. StoreAwayError."""
        self._idle.clear()
        try:
            job = None if self._stopped.is_set() else self._claims.claim(self._kinds, self._now())
            if job is not None:
                self._do(job)
        finally:
            self._idle.set()
        return 0 if job is None else 1

    def check(self) -> CheckResult:
        """Return what runs, how much waits, and what failed last; a failed job is no fault."""
        state = self.jobs.now()
        parts = [_running_words(job) for job in state.running]
        parts += [f"{state.waiting} waiting"] if state.waiting else []
        if state.last is not None and state.last.problem is not None:
            parts.append(f"job {state.last.job_id} failed: {state.last.problem}")
        problem = self._loop.problem
        return CheckResult(ok=problem is None, detail=problem or "; ".join(parts))

    def _do(self, job: ClaimedJob) -> None:
        logger.info("job %d begins: %s, try %d", job.job_id, job.kind, job.number)
        try:
            end = self._outcome(job)
            self._write(end)
        except JobLostError:
            logger.warning("job %d went to another runner", job.job_id)

    def _outcome(self, job: ClaimedJob) -> Callable[[], None]:
        """Do a job; return what writes how it ended. JobLostError."""
        claims, now = self._claims, self._now
        try:
            result = self._kinds[job.kind](job, _Watch(job, claims, self._stopped, now).tell)
        except _CancelledError:
            logger.info("job %d was cancelled", job.job_id)
            return lambda: claims.cancelled(job, now())
        except _StoppedError:
            return lambda: claims.hand_back(job)
        except JobDiedError as error:
            logger.warning("job %d died: %s", job.job_id, error)
            self.failures.add(job.kind)
            problem = str(error)
            return lambda: claims.died(job, problem, now())
        except JobFailedError as error:
            logger.warning("job %d failed", job.job_id)
            self.failures.add(job.kind)
            problem = str(error)
            return lambda: claims.failed(job, problem, now())
        except JobLostError:
            raise
        except Exception as error:  # the jobs behind it are done all the same
            logger.exception("job %d failed", job.job_id)
            self.failures.add(job.kind)
            problem = type(error).__name__
            return lambda: claims.failed(job, problem, now())
        logger.info("job %d is done", job.job_id)
        return lambda: claims.done(job, result, now())

    def _write(self, end: Callable[[], None]) -> None:
        """Write how a job ended, as soon as the database answers."""
        while True:
            try:
                return end()
            except StoreAwayError:
                if self._stopped.wait(_WRITE_AGAIN_AFTER_S):
                    raise


class _Watch:
    """Keeps the lease of one job."""

    def __init__(
        self, job: ClaimedJob, claims: JobClaims, stopped: threading.Event,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._job, self._claims = job, claims
        self._stopped = stopped
        self._now = now
        self._renewed_at = time.monotonic()

    def tell(self, progress: JobProgress) -> None:
        """Tell the progress and renew the lease, every two seconds; raise if the job must end."""
        if self._stopped.is_set():
            raise _StoppedError
        began = time.monotonic()
        if began - self._renewed_at < _RENEW_EVERY_S:
            return
        try:
            is_cancelled = self._claims.renew(self._job, progress, self._now())
        except StoreAwayError:
            if time.monotonic() - self._renewed_at > LEASE_S - _SAFETY_S:
                raise JobLostError(f"the lease of job {self._job.job_id} ends") from None
            return
        self._renewed_at = began
        if is_cancelled:
            raise _CancelledError


def _running_words(job: StoredJob) -> str:
    progress = job.progress
    return f"job {job.job_id} ({job.order.kind}) runs, {progress.share:.0%} {progress.text}".strip()
