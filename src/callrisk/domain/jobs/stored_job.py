"""A long job as it is kept: asked for, claimed by one runner, told of, ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

# The kinds of jobs: train a version, score a table.
TRAIN, SCORE = "train", "score"


class JobState(StrEnum):
    """The state of a job; the last three are its end."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class JobProgress:
    """The progress of a job: its phase, the share that is done (0..1), and a short line."""

    phase: str | None = None
    share: float = 0.0
    text: str = ""


@dataclass(frozen=True, slots=True)
class JobOrder:
    """A job to be done: its kind, the arguments of that kind, and who asks for it."""

    kind: str
    arguments: Mapping[str, Any]
    asked_by: str | None = None


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job; `tries` counts how often it was begun, `problem` says why it failed or is repeated."""

    job_id: int
    order: JobOrder
    state: JobState
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    tries: int
    progress: JobProgress
    cancel_asked: bool
    result: Mapping[str, Any] | None
    problem: str | None
