"""Long jobs: one runner does each, another goes on for one that died, three times at most."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from callrisk.domain.jobs.stored_job import JobOrder, JobProgress, JobState, StoredJob
from callrisk.domain.time import utc_now
from callrisk.store.jobs.asked_jobs import AskedJobs
from callrisk.store.jobs.job_claims import LEASE_S, MOST_TRIES, ClaimedJob, JobClaims, JobLostError

KINDS = ("train",)
LEASE = timedelta(seconds=LEASE_S)


def ask(engine: Engine, now: datetime, kind: str = "train") -> int:
    """A job that waits; its number."""
    return AskedJobs(engine).ask(JobOrder(kind, {"tune": 3}, "瀬戸"), now).job_id


def job(engine: Engine, job_id: int) -> StoredJob:
    """The job as everybody sees it."""
    found = AskedJobs(engine).job(job_id)
    assert found is not None
    return found


def runner(engine: Engine, name: str) -> JobClaims:
    """A runner in a place of its own."""
    return JobClaims(engine, f"{name}:5000:{name}", f"{name}:5000:")


def claimed(engine: Engine, name: str, now: datetime) -> ClaimedJob:
    """A job that this runner claims."""
    claim = runner(engine, name).claim(KINDS, now)
    assert claim is not None
    return claim


def test_of_two_runners_one_claims_a_job(engine: Engine) -> None:
    """Also when both look at the same moment."""
    now = utc_now()
    for _ in range(5):
        job_id = ask(engine, now)
        gate = threading.Barrier(2)
        claims: list[tuple[str, ClaimedJob | None]] = []

        def look(name: str, gate: threading.Barrier = gate, claims: list = claims) -> None:  # type: ignore[type-arg]
            gate.wait()
            claims.append((name, runner(engine, name).claim(KINDS, now)))

        threads = [threading.Thread(target=look, args=(name,)) for name in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ((winner, claim),) = [(name, claim) for name, claim in claims if claim is not None]
        assert (claim.job_id, claim.arguments, claim.number) == (job_id, {"tune": 3}, 1)
        runner(engine, winner).done(claim, {}, now)


def test_the_oldest_goes_first_and_one_of_a_kind_runs(engine: Engine) -> None:
    """A job of another kind runs beside it, one that the runner does not know never does."""
    now = utc_now()
    first, second, other = ask(engine, now), ask(engine, now), ask(engine, now, "report")
    one, two = runner(engine, "one"), runner(engine, "two")
    claim = one.claim(KINDS, now)
    assert claim is not None
    assert claim.job_id == first
    assert two.claim(KINDS, now) is None
    beside = two.claim((*KINDS, "report"), now)
    assert beside is not None
    assert beside.job_id == other
    one.done(claim, {"version": "v"}, now)
    after = one.claim(KINDS, now)
    assert after is not None
    assert after.job_id == second
    ended = job(engine, first)
    assert (ended.state, ended.result, ended.progress.share) == ("done", {"version": "v"}, 1.0)


def test_a_runner_that_died_is_replaced_after_its_lease(engine: Engine) -> None:
    """Not before; and when it comes back it writes nothing more of the job."""
    now = utc_now()
    job_id = ask(engine, now)
    claim = claimed(engine, "frozen", now)
    frozen, other = runner(engine, "frozen"), runner(engine, "other")
    later = now + timedelta(seconds=20)
    assert frozen.renew(claim, JobProgress("training", 0.4, "2/5"), later) is False
    assert job(engine, job_id).progress == JobProgress("training", 0.4, "2/5")
    assert other.claim(KINDS, later + LEASE - timedelta(seconds=1)) is None
    again = other.claim(KINDS, later + LEASE)
    assert again is not None
    assert (again.job_id, again.number) == (job_id, 2)
    assert job(engine, job_id).progress == JobProgress()
    for write in (
        lambda: frozen.renew(claim, JobProgress(), later),
        lambda: frozen.done(claim, {}, later),
        lambda: frozen.failed(claim, "no", later),
        lambda: frozen.hand_back(claim),
    ):
        with pytest.raises(JobLostError):
            write()
    other.done(again, {}, later)
    assert job(engine, job_id).state == JobState.DONE


def test_who_starts_in_the_place_of_a_dead_runner_goes_on_at_once(engine: Engine) -> None:
    """And so does everybody once the clock of the dead one proves to have been wrong."""
    now = utc_now()
    job_id = ask(engine, now)
    claimed(engine, "one", now)
    successor = JobClaims(engine, "one:5000:next", "one:5000:")
    taken = successor.claim(KINDS, now)
    assert taken is not None
    assert (taken.job_id, taken.number) == (job_id, 2)
    assert runner(engine, "two").claim(KINDS, now - timedelta(days=1)) is not None


def test_a_job_that_dies_is_tried_three_times(engine: Engine) -> None:
    """Whether its runner dies or its own process; then it has failed and says so."""
    now = utc_now()
    by_runner = ask(engine, now)
    for number in range(1, MOST_TRIES + 1):
        assert claimed(engine, f"r{number}", now).number == number
        now += LEASE
    assert runner(engine, "last").claim(KINDS, now) is None
    assert job(engine, by_runner).state == JobState.FAILED
    assert "3 times" in (job(engine, by_runner).problem or "")

    by_itself = ask(engine, now)
    for number in range(1, MOST_TRIES + 1):
        claim = claimed(engine, "alive", now)
        assert claim.number == number
        runner(engine, "alive").died(claim, "out of memory", now)
    assert job(engine, by_itself).state == JobState.FAILED
    assert "out of memory" in (job(engine, by_itself).problem or "")


def test_a_runner_that_is_stopped_costs_no_try(engine: Engine) -> None:
    """However often it is stopped."""
    now = utc_now()
    job_id = ask(engine, now)
    for _ in range(MOST_TRIES + 1):
        claim = claimed(engine, "one", now)
        runner(engine, "one").hand_back(claim)
    assert (job(engine, job_id).state, job(engine, job_id).tries) == (JobState.QUEUED, 0)


def test_a_job_is_cancelled_wherever_it_is(engine: Engine) -> None:
    """Waiting at once, running by its runner, and dead before anybody goes on with it."""
    now, asked = utc_now(), AskedJobs(engine)
    waits = ask(engine, now)
    cancelled = asked.cancel(waits, now)
    assert cancelled is not None
    assert cancelled.state == JobState.CANCELLED

    runs = ask(engine, now)
    claim = claimed(engine, "one", now)
    asked.cancel(runs, now)
    assert job(engine, runs).state == JobState.RUNNING
    assert runner(engine, "one").renew(claim, JobProgress(), now) is True
    runner(engine, "one").cancelled(claim, now)
    assert job(engine, runs).state == JobState.CANCELLED

    dead = ask(engine, now)
    claimed(engine, "dead", now)
    asked.cancel(dead, now)
    assert runner(engine, "two").claim(KINDS, now + LEASE) is None
    assert job(engine, dead).state == JobState.CANCELLED

    over = ask(engine, now)
    runner(engine, "one").done(claimed(engine, "one", now), {}, now)
    unchanged = asked.cancel(over, now)
    assert unchanged is not None
    assert (unchanged.state, unchanged.cancel_asked) == (JobState.DONE, False)


def test_jobs_are_listed_and_counted(engine: Engine) -> None:
    """The newest first; numbers that no job bears find none."""
    now, asked = utc_now(), AskedJobs(engine)
    first, second = ask(engine, now), ask(engine, now)
    claim = claimed(engine, "one", now)
    assert [one.job_id for one in asked.newest(50)] == [second, first]
    assert [one.job_id for one in asked.newest(1)] == [second]
    assert asked.newest(1)[0].order == JobOrder("train", {"tune": 3}, "瀬戸")
    state = asked.now()
    assert ([one.job_id for one in state.running], state.waiting, state.last) == ([first], 1, None)
    runner(engine, "one").failed(claim, "error", now)
    last = asked.now().last
    assert last is not None
    assert (last.job_id, last.problem) == (first, "error")
    for number in (0, -1, second + 1, 2**70):
        assert asked.job(number) is None
        assert asked.cancel(number, now) is None
