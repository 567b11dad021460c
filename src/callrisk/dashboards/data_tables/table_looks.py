"""Looks at tables, each in a process of its own, so that no file fills the memory of the app."""

import json
import subprocess
import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from callrisk.background.pipeline_process import start_pipeline
from callrisk.domain.tables.inspected_table import Inspection
from callrisk.reporting.plain_json import from_plain

_MOST_AT_ONCE, _MOST_KEPT = 2, 20
_ERROR = "error: "


@dataclass(frozen=True, slots=True)
class TableLook:
    """The state of a look at a table; `error` is a line that says what is wrong with it."""

    state: Literal["waiting", "running", "done", "failed"]
    seconds: float = 0.0
    inspection: Inspection | None = None
    error: str = ""


@dataclass(slots=True)
class _Begun:
    """A look in progress, or over."""

    path: Path
    log: Path
    began: float = field(default_factory=time.monotonic)
    process: "subprocess.Popen[bytes] | None" = None
    over: TableLook | None = None


class TableLooks:
    """Begins looks and keeps the newest; for many threads."""

    def __init__(self, pipeline: Path) -> None:
        self._pipeline = pipeline
        self._lock = threading.Lock()
        self._looks: OrderedDict[tuple[object, ...], _Begun] = OrderedDict()
        self._folder = tempfile.TemporaryDirectory(prefix="callrisk-looks-")

    def look(self, path: Path, earlier: Path | None) -> TableLook:
        """Return what is known of a table, beside an earlier one; the first to ask begins it."""
        with self._lock:
            key = (*_state(path), *(() if earlier is None else _state(earlier)))
            begun = self._looks.get(key)
            if begun is None:
                begun = self._add(key, path)
            if begun.process is None and begun.over is None and self._running() < _MOST_AT_ONCE:
                options = ["--inspect", str(path)]
                options += [] if earlier is None else ["--beside", str(earlier)]
                begun.process = start_pipeline(
                    self._pipeline, options, begun.log, ends_with_us=True
                )
            return self._known(begun)

    def cancel(self) -> None:
        """End all looks in progress."""
        with self._lock:
            for begun in self._looks.values():
                if begun.process is not None and begun.over is None:
                    begun.process.kill()
                    begun.process.wait()

    def _add(self, key: tuple[object, ...], path: Path) -> _Begun:
        begun = _Begun(path, Path(self._folder.name) / f"{time.monotonic_ns()}.log")
        self._looks[key] = begun
        for old in [one for one in self._looks if self._looks[one].over][:-_MOST_KEPT]:
            del self._looks[old]
        return begun

    def _running(self) -> int:
        return sum(
            one.process is not None and self._known(one).state == "running"
            for one in self._looks.values()
        )

    def _known(self, begun: _Begun) -> TableLook:
        if begun.over is None and begun.process is not None and begun.process.poll() is not None:
            begun.over = _read(begun)
        seconds = time.monotonic() - begun.began
        state: Literal["waiting", "running"] = "waiting" if begun.process is None else "running"
        return begun.over or TableLook(state, seconds)


def _state(path: Path) -> tuple[object, ...]:
    """Return what another content of a file changes."""
    status = path.stat()
    return str(path), status.st_size, status.st_mtime_ns


def _read(begun: _Begun) -> TableLook:
    words = begun.log.read_text(encoding="utf-8", errors="replace").splitlines()
    begun.log.unlink(missing_ok=True)
    for line in words:
        if line.startswith('{"inspection"'):
            inspection: Inspection = from_plain(Inspection, json.loads(line)["inspection"])
            return TableLook("done", inspection=inspection)
    told = next((line for line in words if line.startswith(_ERROR)), "")
    # Where the file lies on the server is nobody's business.
    error = told.removeprefix(_ERROR).replace(str(begun.path), shown_name(begun.path))
    return TableLook("failed", error=error)


def shown_name(path: Path) -> str:
    """Return the name of a table as people know it: of a draft the one that it is to bear."""
    return path.name.split("-", 3)[3] if path.name.startswith(".upload-") else path.name


@cache
def looks_of(pipeline: Path) -> TableLooks:
    """Return the looks of this process."""
    return TableLooks(pipeline)
