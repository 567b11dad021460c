"""A lock between programs: a file that one of them holds, which the system frees when it ends.

Where a file system knows no locks, as some network drives, a second file that only one program can
make stands for it. A program that dies leaves that one behind, and somebody has to delete it.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_LOOK_EVERY_S = 0.1
_LONGEST_WAIT_S = 60.0


class HeldError(TimeoutError):
    """Another program held a file for too long; the message names it."""


class _NoLocksError(OSError):
    """The file system knows no locks."""


@contextmanager
def locked(
    path: Path, waits: Callable[[], None], longest_s: float = _LONGEST_WAIT_S
) -> Iterator[None]:
    """Hold a file, which is made, within the block; HeldError after a minute.

    `waits` is called once if another program holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        try:
            _wait_until(lambda: _take(file), waits, longest_s, f"another program holds {path}")
        except _NoLocksError:
            with _made_alone(path.with_name(f"{path.name}ed"), waits, longest_s):
                yield
            return
        yield


@contextmanager
def _made_alone(path: Path, waits: Callable[[], None], longest_s: float) -> Iterator[None]:
    """Have a file within the block that nobody else can make meanwhile."""
    told = f"another program holds {path}; if none runs, delete this file"
    _wait_until(lambda: _make(path), waits, longest_s, told)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _wait_until(
    takes: Callable[[], bool], waits: Callable[[], None], longest_s: float, told: str
) -> None:
    if takes():
        return
    waits()
    until = time.monotonic() + longest_s
    while not takes():
        if time.monotonic() > until:
            raise HeldError(told)
        time.sleep(_LOOK_EVERY_S)


def _make(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    except PermissionError:
        # Windows, while a file that was deleted is open still.
        if sys.platform == "win32":
            return False
        raise
    return True


def _take(file: IO[bytes]) -> bool:
    """Return True once the file is ours, which it is until it is closed; _NoLocksError."""
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
    except OSError as error:
        raise _NoLocksError(*error.args) from error
    return True
