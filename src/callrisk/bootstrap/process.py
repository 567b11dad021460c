"""The first steps of every command of the product: UTF-8 output, private files, and a log."""

import io
import os
import sys
import threading
from pathlib import Path

from callrisk.bootstrap.logs.log_setup import Logs, begin_logs

# Read and write for the user who started it, nothing for others; Windows has no such bits.
_PRIVATE = 0o077
# The exit status of a process whose starter is gone; nobody is left to read it.
_STARTER_GONE = 3


def begin_process(log: Path | None, logs: Logs = Logs()) -> None:  # noqa: B008
    """Write UTF-8 to the screen, keep new files private, and log to the screen and a file."""
    speak_utf8()
    keep_files_private()
    begin_logs(log, logs)


def speak_utf8() -> None:
    """Write UTF-8 to the screen."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A console of another code page shows signs for what it lacks, and stops nothing.
            stream.reconfigure(encoding="utf-8", errors="replace")


def keep_files_private() -> None:
    """Let only the user who started this program read the files that it makes."""
    os.umask(_PRIVATE)


def end_with_input() -> None:
    """Have this process end as soon as its standard input does, which its starter holds open."""
    threading.Thread(target=_await_end_of_input, name="input", daemon=True).start()


def _await_end_of_input() -> None:
    # Without a buffer of Python's, whose lock would hold up an end in good order.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(_STARTER_GONE)
