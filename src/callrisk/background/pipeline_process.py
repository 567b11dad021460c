"""A training as a process of its own: begun, ended, and what its log tells of it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

_ERROR = "error: "
_ENDS_WITHIN_S = 5.0
# Linux counts the beginning of a process in hundredths of a second from the start of the machine.
_SAME_MOMENT_S = 0.05


@dataclass(frozen=True, slots=True)
class PipelineLog:
    """The log of a training so far: its newest step, its end if it came to one, and its words."""

    step: dict[str, Any]
    finish: dict[str, Any] | None
    words: tuple[str, ...]

    @property
    def error(self) -> str | None:
        """The text of the pipeline's error line, or None."""
        told = (it.removeprefix(_ERROR) for it in self.words if it.startswith(_ERROR))
        return next(told, None)

    @property
    def last_words(self) -> str | None:
        """The last line that is no progress, or None."""
        return next((line for line in reversed(self.words) if line.strip()), None)


def start_pipeline(
    pipeline: Path, options: Sequence[str], log: Path, *, ends_with_us: bool
) -> "subprocess.Popen[bytes]":
    """Start the pipeline, whose lines go to `log`; `ends_with_us` has it end when we do.

    It notices that by the end of its input, also when we are killed.
    """
    command = [sys.executable, str(pipeline), "--progress", "json", *options]
    if ends_with_us:
        command.append("--end-with-input")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as lines:
        return subprocess.Popen(  # noqa: S603 - our own Python and our own script
            command,
            cwd=pipeline.parent.parent,
            env=_environment(),
            stdin=subprocess.PIPE if ends_with_us else subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
            **(_own_group() if ends_with_us else {}),
        )


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """The process of a training, for whoever did not begin it: its id, and when it began.

    Systems give the id of a process that is gone to another one; `began_at` is in seconds since
    1970.
    """

    pid: int
    began_at: float

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity | None":
        """Return the identity of a process that was begun just now, None if it is gone."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return None

    def running(self) -> psutil.Process | None:
        """Return the process, None if it is over."""
        try:
            found = psutil.Process(self.pid)
            is_it = abs(found.create_time() - self.began_at) <= _SAME_MOMENT_S
            return found if is_it and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def end(self) -> None:
        """End the process, if it runs; the serving model is not affected."""
        process = self.running()
        if process is None:
            return
        try:
            process.terminate()
            process.wait(_ENDS_WITHIN_S)
        except psutil.TimeoutExpired:
            process.kill()
        except psutil.NoSuchProcess:
            return


def end_pipeline(process: "subprocess.Popen[bytes]") -> None:
    """End a training, if it runs; the serving model is not affected."""
    process.terminate()
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


def read_pipeline_log(log: Path) -> PipelineLog:
    """Return what a log tells: progress as JSON objects, everything else as words."""
    events: list[dict[str, Any]] = []
    words: list[str] = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if not line.startswith("{"):
            words.append(line)
            continue
        try:
            events.append(json.loads(line))
        except json.JSONDecodeError:
            # The last line may be on its way.
            continue
    finish = next((event for event in events if "done" in event), None)
    steps = [event for event in events if "phase" in event]
    return PipelineLog(steps[-1] if steps else {}, finish, tuple(words))


def _environment() -> dict[str, str]:
    # The apps run with one thread for numbers; training may have all of them.
    without = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    return without | {"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"}


def _own_group() -> dict[str, Any]:
    """Return the arguments of a process that Ctrl-C in our window does not reach: we end it."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
