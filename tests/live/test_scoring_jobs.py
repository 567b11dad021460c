"""Jobs that score a table: where results lie, what a try leaves, and words about bad input."""

import re
from pathlib import Path
from typing import Any

import pytest

from callrisk.domain.jobs.stored_job import SCORE, JobProgress
from callrisk.live.servers.job_runner import JobFailedError
from callrisk.live.servers.pipeline_runs import PipelineRuns
from callrisk.store.jobs.job_claims import ClaimedJob

# Writes what a scoring does, where it was told to, and the options that it was given.
SCORED = """
import json, sys, time
from pathlib import Path
name = sys.argv[sys.argv.index("--results-as") + 1]
draft = Path("output") / f".{name}.draft"
draft.mkdir(parents=True)
(draft / "options").write_text(json.dumps(sys.argv[1:]), encoding="utf-8")
print(json.dumps({"phase": "scoring", "number": 1, "share": 0.5, "whole": 0.5}), flush=True)
"""
ENDED = """
(draft / "stability.json").write_text(json.dumps({
    "model_version": "v1", "source": "a.csv", "made_at": "2026-01-01T00:00:00+00:00", "rows": 3,
    "outside": 1, "has_reference": True, "columns": [
        {"name": "amount", "psi": 0.4, "limit": 0.1, "p": 0.0, "change": "shifted"}],
}), encoding="utf-8")
draft.rename(Path("output") / name)
"""
RESULTS = "scored_20260101-000000_abcdef"


def runs(folder: Path, script: str) -> PipelineRuns:
    """Runs of a pipeline that is `script`, beside tables to score."""
    pipeline = folder / "src" / "main.py"
    pipeline.parent.mkdir(parents=True)
    pipeline.write_text(script, encoding="utf-8")
    for name in ("to_score/新規.csv", "顧客.csv"):
        path = folder / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a", encoding="utf-8")
    return PipelineRuns(pipeline, folder / "output", folder / "raw")


def job(table: str = "新規.csv", **more: Any) -> ClaimedJob:
    """A job that scores a table."""
    return ClaimedJob(7, SCORE, {"table": table, "results": RESULTS} | more, 1)


def test_a_job_scores_once_where_it_was_told_to(tmp_path: Path) -> None:
    """With the table, its customers and the version; a second try returns the first one's end."""
    scoring, told = runs(tmp_path, SCORED + ENDED), list[JobProgress]()
    asked = job(customers="顧客.csv", model="v1")
    first = scoring.score(asked, told.append)
    options = (tmp_path / "output" / RESULTS / "options").read_text(encoding="utf-8")
    scoring.pipeline.write_text("raise SystemExit(9)", encoding="utf-8")

    assert first == scoring.score(asked, told.append)
    assert first == {
        "results": RESULTS, "version": "v1", "rows": 3, "outside": 1, "shifted": ["amount"],
    }  # fmt: skip
    assert "--model=v1" in options
    assert "to_score" in options


def test_a_job_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    """Neither results nor a part of them."""
    scoring = runs(tmp_path, SCORED + "time.sleep(60)")

    def tell(progress: JobProgress) -> None:
        if progress.phase is not None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scoring.score(job(), tell)
    assert [path.name for path in (tmp_path / "output").iterdir()] == ["scoring_of_job_7.log"]


@pytest.mark.parametrize("table", ["nowhere.csv", "../../output/nowhere.csv"])
def test_of_a_table_that_is_not_there_the_command_tells(table: str, tmp_path: Path) -> None:
    """With the place where it was looked for; no way leads out of the folder."""
    script = "import sys; i = sys.argv.index('--score'); sys.exit('error: ' + sys.argv[i + 1])"
    missing = tmp_path / "raw" / "to_score" / "nowhere.csv"

    with pytest.raises(JobFailedError, match=re.escape(str(missing))):
        runs(tmp_path, script).score(job(table), lambda _progress: None)
