"""One start of run.py in a folder at a time, for each portfolio."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from launcher.telling import UserError

_NAME = "run.lock"
LOCK = Path("output", _NAME)
# Windows forbids others to read what is locked: a byte far behind what is written there.
_BEHIND = 1 << 20
# Longer than any holder, so that an earlier one is overwritten whole.
_LONGEST = 200


@contextlib.contextmanager
def only_start(root: Path, where: str, portfolio: str = "") -> Iterator[None]:
    """Hold the folder while this start lasts; UserError while another one holds it.

    `where` tells others what holds it. The system lets go of it when the process ends, however
    that comes about.
    """
    path = (root / LOCK).parent / portfolio / _NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "r+b") as file:
        if not _take(file):
            file.seek(0)
            holder = file.read(_LONGEST).decode("utf-8", errors="replace").strip()
            raise UserError(
                f"このフォルダーでは run.py がもう動いています（{holder}）。"
                "そちらを使うか、そのウィンドウで Ctrl-C を押して止めてください。",
                f"run.py is running in this folder already ({holder}). Use that one, or stop it "
                "with Ctrl-C in its window.",
            )
        file.seek(0)
        file.write(f"pid {os.getpid()}, {where}".encode().ljust(_LONGEST))
        file.flush()
        yield


def _take(file: IO[bytes]) -> bool:
    """Return whether the file is ours until it is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only Windows has it

            file.seek(_BEHIND)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - Windows has none

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        # A network drive that knows no locks: nobody can be told apart there.
        return True
    return True
