"""One training at a time as a separate process, whose log outlives the page that started it."""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from callrisk.background.pipeline_process import (
    ProcessIdentity,
    end_pipeline,
    read_pipeline_log,
    start_pipeline,
)
from callrisk.background.replacing import replace_when_free
from callrisk.domain.wording import Text

State = Literal["running", "done", "failed", "cancelled"]

# The pipeline tells something at least this often while it lives.
_SILENT_S = 120.0
# What this process began; after a restart of the app the process is found by its identity.
_processes: dict[int, "subprocess.Popen[bytes]"] = {}


class JobRunningError(RuntimeError):
    """A training that cannot start because another one runs."""


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """A training to start: its export, its customers table, and quick or full."""

    data: Path
    customers: Path | None
    quick: bool


@dataclass(frozen=True, slots=True)
class Job:
    """The state of the latest training; `whole` is the completed share, 0..1."""

    state: State
    data: str
    quick: bool
    started_at: float
    phase: str | None
    number: int
    whole: float
    version: str | None
    serves: bool
    why_not_serving: tuple[Text, ...]
    error: str | None


class TrainingJobs:
    """A runner of trainings; state and log lie in `folder`."""

    def __init__(self, pipeline: Path, folder: Path, models: Path) -> None:
        self._pipeline = pipeline
        self._folder, self._models = folder, models
        self._state_file = folder / "training_job.json"
        self._log_file = folder / "training_job.log"

    def start(self, request: TrainingRequest) -> None:
        """Start a training; JobRunningError while another one runs."""
        latest = self.latest()
        if latest is not None and latest.state == "running":
            raise JobRunningError
        process = start_pipeline(
            self._pipeline, self._options(request), self._log_file, ends_with_us=False
        )
        _processes[process.pid] = process
        identity = ProcessIdentity.of(process.pid)
        self._remember(
            {
                "pid": process.pid,
                "began_at": identity.began_at if identity else None,
                "data": request.data.name,
                "quick": request.quick,
                "started_at": time.time(),
                "cancelled": False,
            }
        )

    def _options(self, request: TrainingRequest) -> list[str]:
        options = ["--data", str(request.data)]
        options += ["--output", str(self._folder), "--models", str(self._models)]
        if request.customers is not None:
            options += ["--customers", str(request.customers)]
        return [*options, "--quick"] if request.quick else options

    def cancel(self) -> None:
        """Stop the running training; the serving model is not affected."""
        remembered = self._remembered()
        if remembered is None or not self._lives(remembered):
            return
        process, identity = _processes.get(remembered["pid"]), _identity(remembered)
        if process is not None:
            self._remember(remembered | {"cancelled": True})
            end_pipeline(process)
        elif identity is not None:
            self._remember(remembered | {"cancelled": True})
            identity.end()

    def latest(self) -> Job | None:
        """Return the running or else the last training, or None."""
        remembered = self._remembered()
        if remembered is None:
            return None
        told = read_pipeline_log(self._log_file)
        finish, step = told.finish, told.step
        state = self._state(remembered, finish is not None, told.error is not None)
        return Job(
            state=state,
            data=remembered["data"],
            quick=remembered["quick"],
            started_at=remembered["started_at"],
            phase=step.get("phase"),
            number=int(step.get("number", 0)),
            whole=float(step.get("whole", 0.0)),
            version=Path(finish["folder"]).name if finish else None,
            serves=bool(finish and finish["serves"]),
            why_not_serving=tuple(Text(**reason) for reason in finish["why_not_serving"])
            if finish
            else (),
            error=told.error or told.last_words if state == "failed" else None,
        )

    def _state(self, remembered: dict[str, Any], finished: bool, refused: bool) -> State:
        if finished:
            return "done"
        if remembered["cancelled"]:
            return "cancelled"
        return "running" if not refused and self._lives(remembered) else "failed"

    def _lives(self, remembered: dict[str, Any]) -> bool:
        process, identity = _processes.get(remembered["pid"]), _identity(remembered)
        if process is not None:
            return process.poll() is None
        if identity is not None:
            return identity.running() is not None
        # A version before kept no identity.
        return time.time() - self._log_file.stat().st_mtime < _SILENT_S

    def _remember(self, state: dict[str, Any]) -> None:
        draft = self._state_file.with_suffix(".draft")
        draft.write_text(json.dumps(state), encoding="utf-8")
        replace_when_free(draft, self._state_file)

    def _remembered(self) -> dict[str, Any] | None:
        if not (self._state_file.is_file() and self._log_file.is_file()):
            return None
        remembered: dict[str, Any] = json.loads(self._state_file.read_text(encoding="utf-8"))
        return remembered


def _identity(remembered: dict[str, Any]) -> ProcessIdentity | None:
    began_at = remembered.get("began_at")
    return None if began_at is None else ProcessIdentity(remembered["pid"], began_at)
