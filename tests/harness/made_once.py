"""Folders that take long to make and depend on the code alone, made once for the same code."""

import hashlib
import inspect
import os
import pickle
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from harness import ROOT

# Another checkout whose code counts in the place of this one's, as where a single fault is tried.
_CODE = Path(os.environ.get("CALLRISK_MADE_FROM", ROOT))
MADE = _CODE / ".pytest_cache" / "made"
_FOREVER_S = 1_800.0
_KEPT_S = 86_400.0
_VALUE = "value.pickle"
# Rooms above the pipeline or beside it, whose imports the house forbids to it.
_UNREACHABLE = ("bootstrap", "web", "dashboards", "replay", "live", "crm", "people")


def made_once(name: str, folder: Path, make: Callable[[Path], object]) -> Any:
    """Fill `folder` as `make` does and return what it returned, from an earlier time if there is.

    Processes that ask at the same time wait for the first. What `make` returns must not depend on
    where its folder lies.
    """
    kept = MADE / content_hash(make) / name
    kept.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(kept.with_suffix(".lock"), timeout=_FOREVER_S)) as lock:
        lock.execute("BEGIN EXCLUSIVE")  # let go of when this process ends, however it ends
        if not (kept / _VALUE).exists():
            _forget_old(kept.parent)
            _make(kept, make)
    shutil.copytree(kept / "files", folder, dirs_exist_ok=True)
    return pickle.loads((kept / _VALUE).read_bytes())  # noqa: S301 - written by ourselves


def _make(kept: Path, make: Callable[[Path], object]) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    (kept / "files").mkdir(parents=True)
    value = pickle.dumps(make(kept / "files"))
    (kept / _VALUE).write_bytes(value)


def _forget_old(current: Path) -> None:
    """Delete what was made of other code more than a day ago."""
    for other in MADE.iterdir():
        if other != current and time.time() - other.stat().st_mtime > _KEPT_S:
            shutil.rmtree(other, ignore_errors=True)


def content_hash(make: Callable[[Path], object]) -> str:
    """Return what changes with the product, its settings, its libraries, the recipe, or Python."""
    digest = hashlib.sha256(sys.version.encode())
    recipes = (_CODE / Path(file).relative_to(ROOT) for file in (__file__, inspect.getfile(make)))
    for path in sorted({*_inputs(), *recipes}):
        digest.update(path.relative_to(_CODE).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _inputs() -> Iterator[Path]:
    yield from (_CODE / "config.py", _CODE / "requirements.lock")
    package = _CODE / "src" / "callrisk"
    for path in package.rglob("*"):
        room = path.relative_to(package).parts[0]
        if path.is_file() and "__pycache__" not in path.parts and room not in _UNREACHABLE:
            yield path
