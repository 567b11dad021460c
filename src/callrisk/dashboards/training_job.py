"""One training at a time as a separate process, whose log outlives the page that started it."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from callrisk.background.replacing import replace_when_free
from callrisk.domain.wording import Text

State = Literal["running", "done", "failed", "cancelled"]

# The pipeline tells something at least this often while it lives.
_SILENT_S = 120.0
# What this process began; after a restart of the app only the log is left to tell.
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
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own Python and our own script
                self._command(request),
                cwd=self._pipeline.parent.parent,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        _processes[process.pid] = process
        self._remember(
            {
                "pid": process.pid,
                "data": request.data.name,
                "quick": request.quick,
                "started_at": time.time(),
                "cancelled": False,
            }
        )

    def _command(self, request: TrainingRequest) -> list[str]:
        command = [sys.executable, str(self._pipeline), "--progress", "json"]
        command += ["--data", str(request.data)]
        command += ["--output", str(self._folder), "--models", str(self._models)]
        if request.customers is not None:
            command += ["--customers", str(request.customers)]
        return [*command, "--quick"] if request.quick else command

    def cancel(self) -> None:
        """Stop the running training; the serving model is not affected."""
        remembered = self._remembered()
        process = _processes.get(remembered["pid"]) if remembered else None
        if remembered and process is not None and process.poll() is None:
            self._remember(remembered | {"cancelled": True})
            process.terminate()
            process.wait()

    def latest(self) -> Job | None:
        """Return the running or else the last training, or None."""
        remembered = self._remembered()
        if remembered is None:
            return None
        lines = _lines(self._log_file)
        events = [line for line in lines if isinstance(line, dict)]
        words = [line for line in lines if isinstance(line, str)]
        finish = next((line for line in events if "done" in line), None)
        step = next((line for line in reversed(events) if "phase" in line), {})
        state = self._state(remembered, finish is not None, _error(words) is not None)
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
            error=_error(words) or _last(words) if state == "failed" else None,
        )

    def _state(self, remembered: dict[str, Any], finished: bool, refused: bool) -> State:
        if finished:
            return "done"
        if remembered["cancelled"]:
            return "cancelled"
        return "running" if not refused and self._lives(remembered["pid"]) else "failed"

    def _lives(self, pid: int) -> bool:
        process = _processes.get(pid)
        if process is not None:
            return process.poll() is None
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


def _environment() -> dict[str, str]:
    # The apps run with one thread for numbers; training may have all of them.
    without = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    return without | {"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"}


def _lines(log: Path) -> list[dict[str, Any] | str]:
    """Return the lines of the log: progress as JSON objects, everything else as text."""
    lines: list[dict[str, Any] | str] = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if not line.startswith("{"):
            lines.append(line)
            continue
        try:
            lines.append(json.loads(line))
        except json.JSONDecodeError:
            # The last line may be on its way.
            continue
    return lines


def _error(words: list[str]) -> str | None:
    """Return the text of the pipeline's error line, or None."""
    return next((it.removeprefix("error: ") for it in words if it.startswith("error: ")), None)


def _last(words: list[str]) -> str | None:
    return next((line for line in reversed(words) if line.strip()), None)
