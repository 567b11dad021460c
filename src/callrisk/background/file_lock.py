"""A lock between programs: a file that one of them holds, which the system frees when it ends."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_LOOK_EVERY_S = 0.1
_LONGEST_WAIT_S = 60.0


@contextmanager
def locked(path: Path, waits: Callable[[], None]) -> Iterator[None]:
    """Hold a file, which is made, within the block; TimeoutError after a minute.

    `waits` is called once if another program holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        if not _take(file):
            waits()
            _wait(file, path)
        yield


def _wait(file: IO[bytes], path: Path) -> None:
    until = time.monotonic() + _LONGEST_WAIT_S
    while not _take(file):
        if time.monotonic() > until:
            raise TimeoutError(f"another program holds {path}")
        time.sleep(_LOOK_EVERY_S)


def _take(file: IO[bytes]) -> bool:
    """Return True once the file is ours, which it is until it is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only Windows has it

            file.seek(0)
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
