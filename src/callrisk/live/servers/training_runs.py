"""Jobs of the kind `train`: the five phases of the pipeline as a process of their own."""

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from callrisk.background.training_process import (
    TrainingLog,
    end_training,
    read_training_log,
    start_training,
)
from callrisk.domain.jobs.stored_job import JobProgress
from callrisk.live.servers.job_runner import JobDiedError, JobFailedError, Tell
from callrisk.store.jobs.job_claims import ClaimedJob

TRAIN = "train"
_LOOK_EVERY_S = 0.2
_PHASES = 5
# Python's status for an error that it or argparse told in words.
_TOLD = (1, 2)


class TrainingRuns:
    """Trains with the export of data/raw; the log of each job lies in `logs`."""

    def __init__(self, pipeline: Path, logs: Path) -> None:
        self._pipeline = pipeline
        self._logs = logs

    def train(self, job: ClaimedJob, tell: Tell) -> Mapping[str, Any]:
        """Train; return the version and whether it serves. JobFailedError, JobDiedError."""
        log = self._logs / f"training_of_job_{job.job_id}.log"
        options = _options(job.arguments)
        process = start_training(self._pipeline, options, log, ends_with_us=True)
        try:
            while process.poll() is None:
                tell(_progress(read_training_log(log)))
                time.sleep(_LOOK_EVERY_S)
        finally:
            end_training(process)
        return _result(read_training_log(log), process)


def _options(arguments: Mapping[str, Any]) -> list[str]:
    options = ["--tune", str(int(arguments.get("tune", 0)))]
    return [*options, "--quick"] if arguments.get("quick") else options


def _progress(told: TrainingLog) -> JobProgress:
    phase = told.step.get("phase")
    if phase is None:
        return JobProgress()
    text = f"{told.step['number']}/{_PHASES} {phase}"
    return JobProgress(phase, float(told.step["whole"]), text)


def _result(told: TrainingLog, process: "subprocess.Popen[bytes]") -> Mapping[str, Any]:
    finish, status = told.finish, process.returncode
    if finish is not None:
        kept = {name: finish[name] for name in ("serves", "why_not_serving")}
        return {"version": Path(finish["folder"]).name, **kept}
    if status in _TOLD:
        raise JobFailedError(told.error or told.last_words or f"exit status {status}")
    raise JobDiedError(f"the process of the training ended with status {status}")
