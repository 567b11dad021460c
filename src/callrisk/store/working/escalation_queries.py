"""Reads of escalations, with what became of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from callrisk.domain.call_record import StoredCall, StoredNote
from callrisk.domain.work.call_work import EscalationState, call_work
from callrisk.domain.work.note_kind import NoteKind
from callrisk.store import tables
from callrisk.store.stored_calls import CALL_COLUMNS, NOTE_COLUMNS, calls_from, notes_from
from callrisk.store.working.note_states import has_note_about

_N, _C = tables.notes.c, tables.calls.c


@dataclass(frozen=True, slots=True)
class WaitingEscalations:
    """The number of escalations that wait for an answer, and since when the first does."""

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class CallEscalation:
    """An escalation with the call that it is about."""

    call: StoredCall
    state: EscalationState


class EscalationQueries:
    """Reads from one database; `agent_ids` narrows to the calls of some agents.

    Which escalations are read is decided by the database, before anything is cut off.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, limit: int, agent_ids: Collection[str] | None) -> list[CallEscalation]:
        """Return the escalations that wait for an answer, the longest waiting first."""
        noted = _of(_WAITING, agent_ids)
        return self._read(noted.order_by(_N.at, _N.note_id).limit(limit))

    def all_waiting(self, agent_ids: Collection[str] | None) -> WaitingEscalations:
        """Return how many escalations wait, in progress or over as their calls may be."""
        waiting = _WAITING.with_only_columns(*_COUNTED)
        with self._engine.connect() as connection:
            count, since = connection.execute(_of(waiting, agent_ids)).one()
        return WaitingEscalations(count, since)

    def newest(self, limit: int, agent_ids: Collection[str] | None) -> list[CallEscalation]:
        """Return escalations whatever became of them, the newest first."""
        return self._read(_of(_NOTED, agent_ids).order_by(*_NEWEST_FIRST).limit(limit))

    def closed(self, limit: int, agent_ids: Collection[str] | None) -> list[CallEscalation]:
        """Return the escalations that were answered or withdrawn, the newest first."""
        noted = _of(_NOTED.where(_IS_CLOSED), agent_ids)
        return self._read(noted.order_by(*_NEWEST_FIRST).limit(limit))

    def _read(self, noted: Select[Any]) -> list[CallEscalation]:
        """Return the escalations with these numbers, in the same order."""
        with self._engine.connect() as connection:
            rows = connection.execute(noted).all()
            asked = select(*CALL_COLUMNS).where(_C.call_id.in_({row.call_id for row in rows}))
            calls = connection.execute(asked).all()
            found = {one.state.note.note_id: one for one in _escalations(connection, calls)}
        return [found[row.note_id] for row in rows if row.note_id in found]


_NOTED = (
    select(_N.note_id, _N.call_id).join_from(tables.notes, tables.calls)
    .where(_N.kind == str(NoteKind.ESCALATION))
)  # fmt: skip
_IS_CLOSED = has_note_about(_N, {NoteKind.ESCALATION_ANSWER, NoteKind.ESCALATION_WITHDRAWN})
_WAITING = _NOTED.where(_C.escalated, ~_IS_CLOSED)
_COUNTED: tuple[Any, ...] = (func.count(), func.min(_N.at))
_NEWEST_FIRST = (_N.at.desc(), _N.note_id.desc())


def _of(statement: Select[Any], agent_ids: Collection[str] | None) -> Select[Any]:
    return statement if agent_ids is None else statement.where(_C.agent_id.in_(sorted(agent_ids)))


def _escalations(connection: Connection, rows: Sequence[Any]) -> list[CallEscalation]:
    """Return the escalations of rows of calls."""
    calls = calls_from(connection, rows)
    wanted = select(*NOTE_COLUMNS).where(
        _N.call_id.in_([call.call_id for call in calls]),
        _N.kind.startswith(str(NoteKind.ESCALATION)),
    )
    noted = connection.execute(wanted).all()
    notes: dict[str, list[StoredNote]] = {}
    for row, note in zip(noted, notes_from(connection, noted), strict=True):
        notes.setdefault(row.call_id, []).append(note)
    return [
        CallEscalation(call, state)
        for call in calls
        for state in call_work(notes.get(call.call_id, ())).escalations
    ]
