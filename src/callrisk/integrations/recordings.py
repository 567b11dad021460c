"""Recorded calls on disk: one file a call, one Contact Lens event a line, with its arrival."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded call; `customer_id` and `agent_id` say who spoke."""

    path: Path
    customer_id: str
    agent_id: str
    title: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event as it came, `arrival_ms` after the call began."""

    arrival_ms: int
    event: dict[str, Any]


class RecordingError(ValueError):
    """A file is no recorded call; the message says which and where."""


def recordings(folder: Path) -> list[Recording]:
    """The recorded calls of a folder by name; none when there is no such folder."""
    return [_recording(path) for path in sorted(folder.glob("*.jsonl"))]


def _recording(path: Path) -> Recording:
    with path.open(encoding="utf-8") as file:
        first = file.readline()
    try:
        meta = json.loads(first)["meta"]
        return Recording(
            path, meta["customer_id"], meta["agent_id"], meta["title"], int(meta["duration_ms"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise RecordingError(f"{path}, line 1: expected the meta line ({error!r})") from error


def events(recording: Recording) -> Iterator[RecordedEvent]:
    """The events of a recording in the order of their arrival."""
    with recording.path.open(encoding="utf-8") as file:
        next(file)
        for number, line in enumerate(file, start=2):
            try:
                found = json.loads(line)
                yield RecordedEvent(int(found["arrival_ms"]), dict(found["event"]))
            except (ValueError, KeyError, TypeError) as error:
                raise RecordingError(f"{recording.path}, line {number}: {error!r}") from error
