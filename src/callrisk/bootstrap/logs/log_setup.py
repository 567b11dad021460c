"""The logs of a process: JSON lines for programs, or plain lines for people.

All code logs by `logging`; structlog makes each record a line. In JSON a line has `timestamp`
(UTC), `level`, `logger`, `event`, and in a request `request_id` and `person`.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.types import Processor

from callrisk.bootstrap.logs.kept_log import KeptLog
from callrisk.bootstrap.logs.redacting import Line, Redactor, bare_exceptions

# Loggers of servers beneath us that write by themselves, or say what our own lines say.
_OTHERS = ("streamlit", "uvicorn", "uvicorn.error")
_SAYS_THE_SAME = "uvicorn.access"
# What a record may carry beside its text.
_MORE = ("method", "route", "status", "ms")
_FIRST = ("timestamp", "level", "logger", "event")


@dataclass(frozen=True, slots=True)
class Logs:
    """The logging of a process: the least level, the least that the screen shows, form and file.

    A file is renamed at `most_bytes`; `kept` older ones are kept. `secrets` are never written.
    """

    level: int = logging.INFO
    shown: int = logging.INFO
    is_json: bool = False
    most_bytes: int = 10_000_000
    kept: int = 5
    secrets: Collection[str] = ()


def begin_logs(file: Path | None, logs: Logs) -> None:
    """Log to the screen, and to a file if there is to be one.

    A folder that cannot be written is told and the process goes on without the file.
    """
    formatter, root = formatter_of(logs), logging.getLogger()
    screen = logging.StreamHandler()
    screen.setLevel(logs.shown)
    screen.setFormatter(formatter)
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    root.setLevel(logs.level)
    root.addHandler(screen)
    _take_over_others()
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = KeptLog(file, maxBytes=logs.most_bytes, backupCount=logs.kept, encoding="utf-8")
    except OSError as error:
        logging.getLogger(__name__).warning("no log file: %s", error)
        return
    kept.setFormatter(formatter)
    root.addHandler(kept)


def formatter_of(logs: Logs) -> logging.Formatter:
    """Return what makes a line of a record."""
    about: tuple[Processor, ...] = (
        structlog.contextvars.merge_contextvars, add_log_level, add_logger_name, _stamp,
        ExtraAdder(allow=_MORE),
    )  # fmt: skip
    last: tuple[Processor, ...] = (
        ProcessorFormatter.remove_processors_meta,
        bare_exceptions if logs.is_json else structlog.processors.format_exc_info,
        Redactor(logs.secrets),
        structlog.processors.JSONRenderer(ensure_ascii=False) if logs.is_json else _plain,
    )
    return ProcessorFormatter(foreign_pre_chain=about, processors=last)


def _take_over_others() -> None:
    """Let the servers beneath us log as everything else does."""
    for name in _OTHERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger(_SAYS_THE_SAME).disabled = True


def _stamp(_logger: object, _method: str, line: Line) -> Line:
    """Return the line in its order, with the moment of the record."""
    moment = datetime.fromtimestamp(line["_record"].created, UTC)
    stamp = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = {"timestamp": stamp, **line}
    return {name: line[name] for name in (*_FIRST, *line) if name in line}


def _plain(_logger: Any, _method: str, line: Line) -> str:
    """Return a line for people, and below it the trace of an exception."""
    parts = [line.pop("timestamp"), line.pop("level").upper(), line.pop("logger")]
    parts.append(line.pop("event"))
    trace = [line.pop(name) for name in ("stack", "exception") if name in line]
    parts += [f"{name}={value}" for name, value in line.items()]
    return "\n".join([" ".join(map(str, parts)), *trace])
