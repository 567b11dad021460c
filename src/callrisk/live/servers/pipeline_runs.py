"""Jobs of the kinds `train` and `score`: the pipeline's command as a process of its own."""

import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callrisk.artifacts.files import draft_of
from callrisk.background.pipeline_process import (
    PipelineLog,
    end_pipeline,
    read_pipeline_log,
    start_pipeline,
)
from callrisk.data_folder import TO_SCORE, table_to_score
from callrisk.domain.jobs.stored_job import JobProgress
from callrisk.live.servers.job_runner import JobDiedError, JobFailedError, Tell
from callrisk.reporting.portfolio.batch_summary import BatchSummary
from callrisk.store.jobs.job_claims import ClaimedJob

_LOOK_EVERY_S = 0.2
# Python's status for an error that it or argparse told in words.
_TOLD = (1, 2)


@dataclass(frozen=True, slots=True)
class PipelineRuns:
    """Trains with the export of `raw` and scores tables there, by the script `pipeline`.

    Results and the log of each job lie in `output`.
    """

    pipeline: Path
    output: Path
    raw: Path

    def train(self, job: ClaimedJob, tell: Tell) -> Mapping[str, Any]:
        """Train; return the version and whether it serves. JobFailedError, JobDiedError."""
        log = self.output / f"training_of_job_{job.job_id}.log"
        process = self._run(_training_options(job.arguments), log, tell, phases=5)
        told = read_pipeline_log(log)
        if told.finish is None:
            raise _end_without_result(told, process)
        kept = {name: told.finish[name] for name in ("serves", "why_not_serving")}
        return {"version": Path(told.finish["folder"]).name, **kept}

    def score(self, job: ClaimedJob, tell: Tell) -> Mapping[str, Any]:
        """Score a table; return what became of it. JobFailedError, JobDiedError.

        A job that is tried again after its results were written returns these.
        """
        folder = self.output / job.arguments["results"]
        if not folder.is_dir():
            log = self.output / f"scoring_of_job_{job.job_id}.log"
            options = [*self._scoring_options(job.arguments), "--results-as", folder.name]
            try:
                process = self._run(options, log, tell, phases=1)
            finally:
                # A process that was ended leaves what it had written so far.
                shutil.rmtree(draft_of(folder), ignore_errors=True)
            if not folder.is_dir():
                raise _end_without_result(read_pipeline_log(log), process)
        summary = BatchSummary.read(folder)
        return {
            "results": folder.name, "version": summary.model_version, "rows": summary.rows,
            "outside": summary.outside, "shifted": list(summary.shifted),
        }  # fmt: skip

    def _run(
        self, options: Sequence[str], log: Path, tell: Tell, phases: int
    ) -> "subprocess.Popen[bytes]":
        """Run the command to its end, or end it where `tell` raises; return its process."""
        process = start_pipeline(self.pipeline, options, log, ends_with_us=True)
        try:
            while process.poll() is None:
                tell(_progress(read_pipeline_log(log), phases))
                time.sleep(_LOOK_EVERY_S)
        finally:
            end_pipeline(process)
        return process

    def _scoring_options(self, arguments: Mapping[str, Any]) -> list[str]:
        options = ["--score", str(self._table(arguments["table"]))]
        if arguments.get("customers") is not None:
            options += ["--customers", str(self._table(arguments["customers"]))]
        if arguments.get("model") is not None:
            # One text, so that no name is taken for an option.
            options.append(f"--model={arguments['model']}")
        return options

    def _table(self, name: str) -> Path:
        """Return the table of this name; of one that is not there the command tells."""
        return table_to_score(self.raw, name) or self.raw / TO_SCORE / Path(name).name


def _training_options(arguments: Mapping[str, Any]) -> list[str]:
    options = ["--tune", str(int(arguments.get("tune", 0)))]
    return [*options, "--quick"] if arguments.get("quick") else options


def _progress(told: PipelineLog, phases: int) -> JobProgress:
    phase = told.step.get("phase")
    if phase is None:
        return JobProgress()
    text = f"{told.step['number']}/{phases} {phase}"
    return JobProgress(phase, float(told.step["whole"]), text)


def _end_without_result(
    told: PipelineLog, process: "subprocess.Popen[bytes]"
) -> JobFailedError | JobDiedError:
    """Return the error of a process that ended without its result."""
    status = process.returncode
    if status in _TOLD:
        return JobFailedError(told.error or told.last_words or f"exit status {status}")
    return JobDiedError(f"the process of the pipeline ended with status {status}")
