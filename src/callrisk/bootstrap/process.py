"""The first steps of every command of the product: UTF-8 output, private files, and a log."""

import io
import logging
import os
import sys
import threading
from pathlib import Path

from callrisk.bootstrap.kept_log import KeptLog

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_LARGEST_LOG, _KEPT_LOGS = 10_000_000, 5
# Read and write for the user who started it, nothing for others; Windows has no such bits.
_PRIVATE = 0o077
# The exit status of a process whose starter is gone; nobody is left to read it.
_STARTER_GONE = 3


def begin_process(log: Path, level: int = logging.INFO, shown: int = logging.INFO) -> None:
    """Write UTF-8 to the screen, keep new files private, and log to the screen and a file.

    `level` is the least level that is logged, `shown` the least that the screen shows. The file is
    renamed at 10 MB; five older ones are kept. A folder that cannot be written is told and the
    command goes on without the file.
    """
    speak_utf8()
    keep_files_private()
    screen = logging.StreamHandler()
    screen.setLevel(shown)
    logging.basicConfig(level=level, format=_FORMAT, handlers=[screen])
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        file = KeptLog(log, maxBytes=_LARGEST_LOG, backupCount=_KEPT_LOGS, encoding="utf-8")
    except OSError as error:
        logging.getLogger(__name__).warning("no log file: %s", error)
        return
    file.setFormatter(logging.Formatter(_FORMAT))
    logging.getLogger().addHandler(file)


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
