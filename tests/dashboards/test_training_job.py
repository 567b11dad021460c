"""Training from the analytics app: a process of its own, told about, cancelled, never doubled."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callrisk.artifacts import champion
from callrisk.background.pipeline_process import ProcessIdentity
from callrisk.dashboards import training_job
from callrisk.dashboards.training_job import Job, JobRunningError, TrainingJobs, TrainingRequest
from callrisk.data_folder import customer_table
from callrisk.domain.wording import Text
from harness import ROOT
from harness.small_world import few_customers, new_root

PATIENCE_S = 300


def installed(folder: Path) -> Path:
    """An installation of its own, so that nothing of the small world is touched."""
    root = new_root(folder, trees=20)
    (root / "src").mkdir()
    shutil.copy(ROOT / "src" / "main.py", root / "src")
    return root


def jobs_of(root: Path) -> TrainingJobs:
    """The trainings of an installation, as a page sees them that has just been opened."""
    return TrainingJobs(root / "src" / "main.py", root / "output", root / "models")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An installation in which nothing was trained yet."""
    return installed(tmp_path / "学習 場所")


@pytest.fixture
def jobs(root: Path) -> Iterator[TrainingJobs]:
    """The trainings of that installation; none outlives its test."""
    jobs = jobs_of(root)
    yield jobs
    jobs.cancel()


@pytest.fixture
def good(tmp_path: Path) -> TrainingRequest:
    """An export of few customers that can be learnt from."""
    export = few_customers(tmp_path / "raw")
    return TrainingRequest(export, customer_table(export.parent), quick=True)


@pytest.fixture(scope="module")
def failed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation whose training failed: its export lacks the column of the label."""
    root = installed(tmp_path_factory.mktemp("学習") / "場所")
    path = root / "通話.csv"
    path.write_text("レコード番号,コンタクト_id\n1001,a\n", encoding="utf-8")
    jobs_of(root).start(TrainingRequest(path, None, quick=True))
    wait(jobs_of(root), lambda one: one.state != "running")
    return root


@pytest.fixture
def failed(failed_once: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return shutil.copytree(failed_once, tmp_path / "failed")


def wait(jobs: TrainingJobs, until: Callable[[Job], bool]) -> Job:
    """The latest job as soon as it is as wanted."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        job = jobs.latest()
        assert job is not None
        if until(job):
            return job
        time.sleep(0.1)
    pytest.fail(f"still {jobs.latest()}")


def test_there_is_no_job_before_the_first(jobs: TrainingJobs) -> None:
    """A fresh installation has no training to show."""
    assert jobs.latest() is None


def test_a_failure_is_told_in_the_pipelines_own_words(failed: Path) -> None:
    """The line that names file and column reaches the page as it is."""
    job = jobs_of(failed).latest()

    assert job is not None
    assert job.state == "failed"
    assert job.error is not None
    assert "通話.csv" in job.error
    assert "未払FLAG" in job.error
    assert not job.error.startswith("error:")


def test_a_second_training_is_refused_and_the_first_can_be_cancelled(
    jobs: TrainingJobs, root: Path, good: TrainingRequest
) -> None:
    """One at a time; cancelled means that no model began to serve."""
    jobs.start(good)
    wait(jobs, lambda one: one.phase is not None or one.state != "running")

    with pytest.raises(JobRunningError):
        jobs.start(good)
    jobs.cancel()

    cancelled = jobs.latest()
    assert cancelled is not None
    assert cancelled.state == "cancelled"
    assert champion(root / "models") is None


@pytest.mark.slow
def test_a_training_ends_with_a_version_that_serves(
    jobs: TrainingJobs, root: Path, good: TrainingRequest
) -> None:
    """The whole pipeline runs through, its share only ever grows, and its model serves."""
    shares = []
    jobs.start(good)

    job = wait(jobs, lambda one: shares.append(one.whole) or one.state != "running")

    assert (job.state, job.error) == ("done", None)
    assert shares == sorted(shares)
    found = champion(root / "models")
    assert found is not None
    assert (found.version, job.serves) == (job.version, True)


def test_a_page_that_comes_back_finds_the_training_again(failed: Path) -> None:
    """Another session, or the same after a reload, sees what was started."""
    again = jobs_of(failed).latest()

    assert again is not None
    assert (again.state, again.data, again.quick) == ("failed", "通話.csv", True)


def test_a_model_that_does_not_serve_says_why(jobs: TrainingJobs, root: Path) -> None:
    """The reasons of the pipeline reach the page in both languages."""
    state = {"pid": 0, "data": "通話.csv", "quick": True, "started_at": 0.0, "cancelled": False}
    done = {"done": True, "folder": "output/20260101-000000-abcdef", "serves": False}
    reasons = [{"ja": "理由", "en": "a reason"}]
    (root / "output").mkdir()
    (root / "output" / "training_job.json").write_text(json.dumps(state), encoding="utf-8")
    line = json.dumps(done | {"why_not_serving": reasons}, ensure_ascii=False)
    (root / "output" / "training_job.log").write_text(line, encoding="utf-8")

    job = jobs.latest()

    assert job is not None
    assert (job.state, job.serves) == ("done", False)
    assert job.why_not_serving == (Text("理由", "a reason"),)


def test_after_a_restart_of_the_app_a_silent_training_counts_as_over(
    failed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a process without its beginning the log decides: while that grows, the training lives."""
    jobs = jobs_of(failed)
    monkeypatch.setattr(training_job, "_processes", {})
    kept = failed / "output" / "training_job.json"
    state = json.loads(kept.read_text(encoding="utf-8"))
    del state["began_at"]
    kept.write_text(json.dumps(state), encoding="utf-8")
    log = failed / "output" / "training_job.log"
    log.write_text('{"phase": "training", "number": 2, "whole": 0.3}\n{"pha', encoding="utf-8")

    fresh = jobs.latest()
    os.utime(log, (0, 0))
    silent = jobs.latest()

    assert fresh is not None
    assert silent is not None
    assert (fresh.state, fresh.whole, silent.state) == ("running", 0.3, "failed")


def left_running(
    jobs: TrainingJobs, request: TrainingRequest, monkeypatch: pytest.MonkeyPatch
) -> "subprocess.Popen[bytes]":
    """Start a training and forget it, as an app does that is started again; its process."""
    begun: dict[int, subprocess.Popen[bytes]] = {}
    monkeypatch.setattr(training_job, "_processes", begun)
    jobs.start(request)
    (process,) = begun.values()
    monkeypatch.setattr(training_job, "_processes", {})
    return process


def test_after_a_restart_of_the_app_a_training_is_cancelled_by_its_process(
    jobs: TrainingJobs, good: TrainingRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found by id and beginning; another process of that id is left alone."""
    process = left_running(jobs, good, monkeypatch)
    identity = ProcessIdentity.of(process.pid)
    assert identity is not None

    replace(identity, began_at=identity.began_at - 60).end()
    before = jobs.latest()
    still_runs = process.poll() is None
    jobs.cancel()
    after = jobs.latest()

    assert still_runs
    assert before is not None
    assert after is not None
    assert (before.state, after.state) == ("running", "cancelled")
    assert identity.running() is None


def test_after_a_restart_of_the_app_a_training_that_was_killed_counts_as_over(
    jobs: TrainingJobs, good: TrainingRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, not only when its log has been silent for long."""
    process = left_running(jobs, good, monkeypatch)
    process.kill()
    process.wait()

    job = jobs.latest()

    assert job is not None
    assert job.state == "failed"
