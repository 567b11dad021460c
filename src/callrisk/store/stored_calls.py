"""The columns of which each value that a read returns is made."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from callrisk.domain.call_record import (
    Payload,
    StoredAssessment,
    StoredCall,
    StoredNote,
    StoredTurn,
)
from callrisk.domain.event_types import Source
from callrisk.domain.language import Intent, Mood, Statement
from callrisk.domain.segment import Segment, Sentiment, role_of
from callrisk.store import tables

CALL_COLUMNS = tuple(tables.calls.c[name] for name in StoredCall.__dataclass_fields__)
SEGMENT_COLUMNS = tuple(tables.segments.c[name] for name in Segment.__dataclass_fields__)
TURN_COLUMNS = (
    *SEGMENT_COLUMNS, *(tables.segments.c[name] for name in ("statements", "language", "revision")),
)  # fmt: skip
ASSESSMENT_COLUMNS = tuple(
    tables.assessments.c[name] for name in StoredAssessment.__dataclass_fields__
)
NOTE_COLUMNS = tuple(tables.notes.c[name] for name in StoredNote.__dataclass_fields__)
# Names of statements that this version knows; another one may have stored more.
_KINDS = frozenset[str]((*Intent, *Mood))


def call_from(row: Row[Any]) -> StoredCall:
    """Return the call of a row that has `CALL_COLUMNS`."""
    own = {name: row._mapping[name] for name in StoredCall.__dataclass_fields__}
    return StoredCall(**{**own, "source": Source(row.source)})


def segment_from(row: Row[Any]) -> Segment:
    """Return the segment of a row of `SEGMENT_COLUMNS`."""
    return Segment(
        segment_id=row.segment_id,
        sequence=int(row.sequence),
        role=role_of(row.role),
        text=row.text,
        begin_ms=row.begin_ms,
        end_ms=row.end_ms,
        sentiment=None if row.sentiment is None else Sentiment(row.sentiment),
        unconfirmed=row.unconfirmed,
        participant_id=row.participant_id,
    )


def turn_from(row: Row[Any]) -> StoredTurn:
    """Return the turn of a row of `TURN_COLUMNS`."""
    said = statements_from(row.statements)
    return StoredTurn(segment_from(row), said, row.language, revision=row.revision)


def statements_from(stored: list[Payload] | None) -> tuple[Statement, ...]:
    """Return stored statements; those that only another version knows are left out."""
    return tuple(
        Statement(**{**one, "intent": Intent(one["intent"]), "mood": Mood(one["mood"])})
        for one in stored or ()
        if {one["intent"], one["mood"]} <= _KINDS
    )


def statements_json(statements: Iterable[Statement]) -> list[Payload]:
    """Return statements as they are stored."""
    return [asdict(statement) for statement in statements]
