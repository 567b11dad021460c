"""Reads of escalations, with what became of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, select

from callrisk.domain.call_record import StoredCall, StoredNote
from callrisk.domain.work.call_work import EscalationState, call_work
from callrisk.domain.work.note_kind import NoteKind
from callrisk.store import tables
from callrisk.store.stored_calls import CALL_COLUMNS, NOTE_COLUMNS, calls_from, notes_from

_N, _C = tables.notes.c, tables.calls.c


@dataclass(frozen=True, slots=True)
class CallEscalation:
    """An escalation with the call that it is about."""

    call: StoredCall
    state: EscalationState


class EscalationQueries:
    """Reads from one database; `agent_ids` narrows to the calls of some agents."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, limit: int, agent_ids: Collection[str] | None) -> list[CallEscalation]:
        """Return the escalations that wait for an answer, the longest waiting first."""
        calls = _of(select(*CALL_COLUMNS).where(_C.escalated), agent_ids)
        with self._engine.connect() as connection:
            found = _escalations(connection, connection.execute(calls).all())
        waiting = [one for one in found if one.state.is_open]
        return sorted(waiting, key=lambda one: (one.state.note.at, one.state.note.note_id))[:limit]

    def newest(self, limit: int, agent_ids: Collection[str] | None) -> list[CallEscalation]:
        """Return escalations whatever became of them, the newest first."""
        asked = (
            select(_N.call_id).join_from(tables.notes, tables.calls)
            .where(_N.kind == str(NoteKind.ESCALATION)).order_by(_N.at.desc()).limit(limit)
        )  # fmt: skip
        with self._engine.connect() as connection:
            ids = set(connection.execute(_of(asked, agent_ids)).scalars())
            calls = select(*CALL_COLUMNS).where(_C.call_id.in_(ids))
            found = _escalations(connection, connection.execute(calls).all())
        order = sorted(found, key=lambda one: one.state.note.note_id, reverse=True)
        return order[:limit]


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
