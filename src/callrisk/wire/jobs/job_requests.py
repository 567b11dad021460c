"""Long jobs that may be asked for, each kind with its arguments."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool

from callrisk.wire.request_fields import (
    FileName,
    FileNameOrNone,
    IdOrNone,
    Trials,
    digits_only,
)
from callrisk.wire.requests import Body, QueryParameters


class TrainingArguments(Body):
    """What a training may be told: fewer repeats, and with how many trials it searches."""

    quick: StrictBool = False
    tune: Trials = 0


class AskForJob(Body):
    """A long job; `train` trains with the newest export of data/raw."""

    kind: Literal["train"]
    arguments: TrainingArguments = Field(default_factory=TrainingArguments)
    asked_by: IdOrNone = None


class ScoreBatch(Body):
    """A table to score, by its name in data/raw/to_score or data/raw; labels are not needed.

    A table of calls may have a customers table beside it; `model` is a version, null the one that
    serves.
    """

    table: FileName
    customers: FileNameOrNone = None
    model: FileNameOrNone = None
    asked_by: IdOrNone = None


class JobsListed(QueryParameters):
    """How many jobs to list, the newest first."""

    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(digits_only)] = 50
