"""What is told of jobs: the words of their runner, and what a training's log makes of its job."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from callrisk.domain.jobs.stored_job import TRAIN, JobOrder, JobProgress, JobState
from callrisk.live.servers.job_runner import JobDiedError, JobFailedError, JobRunner, Tell
from callrisk.live.servers.pipeline_runs import PipelineRuns
from callrisk.store.database import open_database
from callrisk.store.jobs.asked_jobs import AskedJobs
from callrisk.store.jobs.job_claims import ClaimedJob, JobClaims
from harness.key_rings import KEYS

NOW = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database without jobs."""
    found = open_database(f"sqlite:///{tmp_path / 'jobs.db'}", KEYS)
    yield found
    found.dispose()


def runner(engine: Engine, **kinds: Any) -> JobRunner:
    """A runner that does a step when it is told to."""
    return JobRunner(AskedJobs(engine), JobClaims(engine, "one:a", "one:"), kinds, lambda: NOW)


def ask(engine: Engine, kind: str) -> int:
    """A job that waits; its number."""
    return AskedJobs(engine).ask(JobOrder(kind, {}), NOW).job_id


def test_a_runner_tells_what_runs_how_much_waits_and_what_failed_last(engine: Engine) -> None:
    """In this order; a job that was done is no news."""
    seen = list[str]()

    def good(_job: ClaimedJob, _tell: Tell) -> dict[str, Any]:
        JobClaims(engine, "one:a", "one:").renew(_job, JobProgress("fit", 0.35, "2/5 fit"), NOW)
        seen.append(one.check().detail)
        return {}

    def bad(_job: ClaimedJob, _tell: Tell) -> dict[str, Any]:
        raise JobFailedError("no column")

    one = runner(engine, good=good, bad=bad)
    assert (one.check().ok, one.check().detail, one.step()) == (True, "", 0)
    first, second, third = ask(engine, "bad"), ask(engine, "good"), ask(engine, "good")
    assert one.check().detail == "3 waiting"
    assert [one.step() for _ in range(2)] == [1, 1]
    assert seen == [
        f"job {second} (good) runs, 35% 2/5 fit; 1 waiting; job {first} failed: no column"
    ]
    assert one.check().detail == "1 waiting"
    assert [one.step(), one.step(), one.check().detail] == [1, 0, ""]
    assert [job.job_id for job in AskedJobs(engine).newest(1)] == [third]


def test_a_job_is_begun_only_while_the_runner_is_not_stopped(engine: Engine) -> None:
    """It waits for another one."""
    one = runner(engine, good=lambda _job, _tell: {})
    job_id = ask(engine, "good")
    one.stop()

    assert one.step() == 0
    found = AskedJobs(engine).job(job_id)
    assert found is not None
    assert found.state == JobState.QUEUED


def test_a_job_that_died_is_tried_again_and_one_that_failed_is_not(engine: Engine) -> None:
    """Each with the words of its error."""

    def dies(_job: ClaimedJob, _tell: Tell) -> dict[str, Any]:
        raise JobDiedError("killed")

    def fails(_job: ClaimedJob, _tell: Tell) -> dict[str, Any]:
        raise JobFailedError("no column")

    one = runner(engine, dies=dies, fails=fails)
    numbers = [ask(engine, kind) for kind in ("fails", "dies")]
    assert [one.step() for _ in range(2)] == [1, 1]
    jobs = [AskedJobs(engine).job(number) for number in numbers]

    told = [(job.state, job.problem, job.tries) for job in jobs if job is not None]
    assert told == [(JobState.FAILED, "no column", 1), (JobState.QUEUED, "killed", 1)]


def trained(folder: Path, script: str, **arguments: object) -> tuple[Any, list[JobProgress]]:
    """What a training whose pipeline is `script` returns, and what it told meanwhile."""
    pipeline = folder / "src" / "main.py"
    pipeline.parent.mkdir()
    pipeline.write_text(script, encoding="utf-8")
    told: list[JobProgress] = []
    job = ClaimedJob(7, TRAIN, arguments, 1)
    return PipelineRuns(pipeline, folder / "output", folder / "raw").train(job, told.append), told


FINISH = """
import json, sys
print(json.dumps({"done": 1, "folder": "a/b/v1", "serves": False, "why_not_serving": sys.argv[1:]}))
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, ["--tune", "0"]),
        ({"tune": "12", "quick": False}, ["--tune", "12"]),
        ({"tune": 3, "quick": True}, ["--tune", "3", "--quick"]),
    ],
)
def test_a_training_is_begun_as_asked_and_returns_its_version(
    arguments: dict[str, object], expected: list[str], tmp_path: Path
) -> None:
    """By the last folder, whether it serves, and why not; its log keeps the number of the job."""
    result, _ = trained(tmp_path, FINISH, **arguments)

    options = ["--progress", "json", *expected, "--end-with-input"]
    assert result == {"version": "v1", "serves": False, "why_not_serving": options}
    assert (tmp_path / "output" / "training_of_job_7.log").exists()


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        ("print('x'); import sys; sys.exit('error: no column')", JobFailedError, "^no column$"),
        ("print('usage: x'); import sys; sys.exit(2)", JobFailedError, "^usage: x$"),
        ("import sys; sys.exit(1)", JobFailedError, "^exit status 1$"),
        ("import sys; sys.exit(3)", JobDiedError, "status 3"),
        ("pass", JobDiedError, "status 0"),
    ],
)
def test_a_training_that_says_why_it_ended_failed_and_another_died(
    script: str, kind: type[Exception], words: str, tmp_path: Path
) -> None:
    """Statuses 1 and 2 are those of errors that were told; without an end it did not end well."""
    with pytest.raises(kind, match=words):
        trained(tmp_path, script)


def test_progress_is_the_phase_its_number_and_the_whole_share(tmp_path: Path) -> None:
    """Nothing before the first phase begins."""
    step = '{"phase": "fit", "number": 2, "share": 0.5, "whole": 0.35}'
    script = f"import time; time.sleep(0.3); print('{step}', flush=True); time.sleep(0.6); {FINISH}"
    script = script.replace("; \n", "\n")
    _, told = trained(tmp_path, script)

    assert told[0] == JobProgress()
    assert told[-1] == JobProgress("fit", 0.35, "2/5 fit")
    assert subprocess.run([sys.executable, "-c", ""], check=False).returncode == 0
