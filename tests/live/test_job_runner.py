"""The runner of jobs: real processes that end as they are told, die, fail, and are done."""

import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from callrisk.artifacts import champion
from callrisk.domain.jobs.stored_job import SCORE, TRAIN, JobOrder, JobProgress, JobState, StoredJob
from callrisk.domain.time import utc_now
from callrisk.live.servers.job_runner import JobKind, JobRunner, Tell
from callrisk.live.servers.pipeline_runs import PipelineRuns
from callrisk.store.database import open_database
from callrisk.store.jobs.asked_jobs import AskedJobs
from callrisk.store.jobs.job_claims import MOST_TRIES, ClaimedJob, JobClaims
from harness import ROOT
from harness.databases import KINDS, fresh_database
from harness.key_rings import KEYS
from harness.small_world import few_customers, new_root
from harness.waiting import eventually, wait_until

# What the pipeline prints, and then whatever a test wants of it.
STEP = """
import json, os, sys, time
from pathlib import Path
print(json.dumps({"phase": "training", "number": 2, "share": 0.5, "whole": 0.35}), flush=True)
alive = Path("alive")
"""
BEAT = """
while True:
    alive.write_text(str(time.monotonic()), encoding="utf-8")
    time.sleep(0.05)
"""


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A fresh database of each kind."""
    with fresh_database(request.param) as url:
        found = open_database(url or f"sqlite:///{tmp_path / 'jobs.db'}", KEYS)
        yield found
        found.dispose()


@pytest.fixture
def jobs(engine: Engine) -> AskedJobs:
    """The jobs of that database."""
    return AskedJobs(engine)


def runner(engine: Engine, kinds: Mapping[str, JobKind], name: str = "one") -> JobRunner:
    """A runner in a place of its own."""
    return JobRunner(AskedJobs(engine), JobClaims(engine, f"{name}:a", f"{name}:"), kinds)


def script(folder: Path, more: str) -> Mapping[str, JobKind]:
    """A pipeline that tells one step and goes on with `more`."""
    path = folder / "src" / "main.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(STEP + more, encoding="utf-8")
    return {TRAIN: PipelineRuns(path, folder / "output", folder / "raw").train}


@contextmanager
def running(runner: JobRunner) -> Iterator[None]:
    """Let the runner work during the block."""
    runner.start()
    yield
    runner.stop()


def ask(jobs: AskedJobs) -> int:
    """A training that waits; its number."""
    return jobs.ask(JobOrder(TRAIN, {"tune": 0, "quick": True}), utc_now()).job_id


def when(jobs: AskedJobs, job_id: int, holds: Callable[[StoredJob], bool]) -> StoredJob:
    """The job as soon as it is as wanted."""

    def job() -> StoredJob:
        found = jobs.job(job_id)
        assert found is not None
        return found

    assert eventually(lambda: holds(job())), job()
    return job()


def is_still(folder: Path) -> bool:
    """Return whether the process that beats in this folder has ended."""
    beats: list[str] = []

    def rests() -> bool:
        beats.append((folder / "alive").read_text(encoding="utf-8"))
        return len(beats) > 1 and beats[-1] == beats[-2] != ""

    return eventually(rests, 5, 0.5)


def test_a_running_job_tells_its_progress_and_is_cancelled(
    engine: Engine, jobs: AskedJobs, tmp_path: Path
) -> None:
    """Its process is ended; the one behind it begins."""
    with running(runner(engine, script(tmp_path, BEAT))):
        first, second = ask(jobs), ask(jobs)
        told = when(jobs, first, lambda job: job.progress.share > 0)
        assert told.progress == JobProgress("training", 0.35, "2/5 training")
        assert (told.state, told.tries) == (JobState.RUNNING, 1)
        jobs.cancel(second, utc_now())
        jobs.cancel(first, utc_now())
        when(jobs, first, lambda job: job.state == JobState.CANCELLED)
        assert is_still(tmp_path)
        third = ask(jobs)
        when(jobs, third, lambda job: job.state == JobState.RUNNING)
    assert [job.tries for job in jobs.newest(3)] == [0, 0, 1]


def test_a_runner_that_stops_ends_the_process_and_hands_the_job_back(
    engine: Engine, jobs: AskedJobs, tmp_path: Path
) -> None:
    """Another takes it at once, and that is its first try still."""
    job_id = ask(jobs)
    with running(runner(engine, script(tmp_path, BEAT))):
        when(jobs, job_id, lambda job: job.state == JobState.RUNNING)
        wait_until((tmp_path / "alive").is_file)
    assert when(jobs, job_id, lambda job: job.state == JobState.QUEUED).tries == 0
    assert is_still(tmp_path)
    with running(runner(engine, script(tmp_path, BEAT), "two")):
        assert when(jobs, job_id, lambda job: job.state == JobState.RUNNING).tries == 1


def test_of_two_runners_one_does_a_job(engine: Engine, jobs: AskedJobs) -> None:
    """The other one does the job of another kind, so that both work at the same time."""
    both = threading.Barrier(2)
    done: list[int] = []

    def meet(job: ClaimedJob, tell: Tell) -> dict[str, Any]:
        both.wait(20)
        tell(JobProgress(text="met"))
        done.append(job.job_id)
        return {"number": job.number}

    kinds = {"train": meet, "report": meet}
    asked = [jobs.ask(JobOrder(kind, {}), utc_now()).job_id for kind in kinds]
    with running(runner(engine, kinds)), running(runner(engine, kinds, "two")):
        for job_id in asked:
            job = when(jobs, job_id, lambda job: job.state == JobState.DONE)
            assert job.result == {"number": 1}
    assert sorted(done) == asked


def test_a_process_that_dies_is_begun_three_times(
    engine: Engine, jobs: AskedJobs, tmp_path: Path
) -> None:
    """Then the job has failed, and its reason can be read."""
    kinds = script(tmp_path, "open('begun', 'a', encoding='utf-8').write('x'); os._exit(137)")
    with running(runner(engine, kinds)):
        job_id = ask(jobs)
        failed = when(jobs, job_id, lambda job: job.state == JobState.FAILED)
    assert (tmp_path / "begun").read_text(encoding="utf-8") == "x" * MOST_TRIES
    assert "3 times" in str(failed.problem)
    assert "status 137" in str(failed.problem)


@pytest.mark.parametrize(
    ("more", "problem"),
    [("sys.exit('error: no column 未払FLAG')", "no column 未払FLAG"), ("1 / 0", "ZeroDivision")],
)
def test_an_error_of_the_pipeline_is_told_and_not_repeated(
    engine: Engine, jobs: AskedJobs, tmp_path: Path, more: str, problem: str
) -> None:
    """In its own words; the runner goes on."""
    one = runner(engine, script(tmp_path, more))
    with running(one):
        job_id = ask(jobs)
        failed = when(jobs, job_id, lambda job: job.state == JobState.FAILED)
        check = one.check()
    assert (problem in str(failed.problem), failed.tries) == (True, 1)
    assert (check.ok, problem in check.detail) == (True, True)


def test_a_fault_of_a_kind_holds_up_no_other_job(engine: Engine, jobs: AskedJobs) -> None:
    """It has failed, by the name of the error alone."""

    def broken(_job: ClaimedJob, _tell: Tell) -> dict[str, Any]:
        raise KeyError("瀬戸")

    def fine(_job: ClaimedJob, _tell: Tell) -> dict[str, Any]:
        return {}

    bad, good = (jobs.ask(JobOrder(kind, {}), utc_now()).job_id for kind in ("bad", "good"))
    with running(runner(engine, {"bad": broken, "good": fine})):
        when(jobs, good, lambda job: job.state == JobState.DONE)
    failed = when(jobs, bad, lambda job: job.state == JobState.FAILED)
    assert failed.problem == "KeyError"


@pytest.mark.slow
def test_a_real_training_ends_with_a_version_that_serves(tmp_path: Path) -> None:
    """The whole pipeline runs as a job, its share only ever grows, and its model serves.

    A table is scored by it as a job of another kind.
    """
    root = new_root(tmp_path / "学習 場所", trees=20)
    (root / "src").mkdir()
    shutil.copy(ROOT / "src" / "main.py", root / "src")
    few_customers(root / "data" / "raw")
    engine = open_database(f"sqlite:///{tmp_path / 'jobs.db'}", KEYS)
    jobs, runs = (
        AskedJobs(engine),
        PipelineRuns(root / "src" / "main.py", root / "output", root / "data" / "raw"),
    )
    shares: list[float] = []

    def is_over(job: StoredJob) -> bool:
        shares.append(job.progress.share)
        return job.state not in {JobState.QUEUED, JobState.RUNNING}

    with running(runner(engine, {TRAIN: runs.train})):
        job_id = ask(jobs)
        wait_until(lambda: is_over(jobs.newest(1)[0]), 300)
    job = when(jobs, job_id, lambda _job: True)
    engine.dispose()
    found = champion(root / "models")
    assert (job.state, job.problem) == (JobState.DONE, None)
    assert found is not None
    assert job.result == {"version": found.version, "serves": True, "why_not_serving": []}
    assert shares == sorted(shares)
    assert len(set(shares)) > 2
    table = next((root / "data" / "raw").glob("顧客*.csv"))
    arguments = {"table": table.name, "customers": None, "model": None, "results": "scored_1"}
    scored = runs.score(ClaimedJob(9, SCORE, arguments, 1), lambda _progress: None)
    assert (scored["version"], scored["rows"]) == (found.version, 60)
    assert (root / "output" / "scored_1" / "risk_scores.xlsx").is_file()
