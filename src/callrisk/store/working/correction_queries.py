"""Reads of corrections of statements, with the turns that they are about."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, select

from callrisk.domain.call_record import StoredCall, StoredNote, StoredTurn
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.work.call_work import call_work
from callrisk.domain.work.corrections import CallCorrection, Correction
from callrisk.domain.work.note_kind import DECISIONS, NoteKind
from callrisk.store import tables
from callrisk.store.ciphers.data_keys import KeyLostError
from callrisk.store.queries import Queries
from callrisk.store.stored_calls import CALL_COLUMNS, NOTE_COLUMNS, calls_from, notes_from

_N, _C = tables.notes.c, tables.calls.c
_OF_CORRECTIONS = [str(kind) for kind in (NoteKind.CORRECTION, NoteKind.UNDO, *DECISIONS)]


class CorrectionQueries:
    """Reads from one database; `agent_ids` narrows to the calls of some agents."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queries = Queries(engine)

    def waiting(self, limit: int, agent_ids: Collection[str] | None) -> list[CallCorrection]:
        """Return the corrections that wait for a decision, the longest waiting first."""
        calls = _of(select(*CALL_COLUMNS).where(_C.correction_waits), agent_ids)
        waiting = [pair for pair in self._corrections(calls) if pair[1].waits]
        return self._with_turns(sorted(waiting, key=_written)[:limit])

    def newest(self, limit: int, agent_ids: Collection[str] | None) -> list[CallCorrection]:
        """Return corrections whatever became of them, the newest first."""
        ids = (
            select(_N.call_id).join_from(tables.notes, tables.calls)
            .where(_N.kind == str(NoteKind.CORRECTION)).order_by(_N.at.desc()).limit(limit)
        )  # fmt: skip
        with self._engine.connect() as connection:
            found = set(connection.execute(_of(ids, agent_ids)).scalars())
        calls = select(*CALL_COLUMNS).where(_C.call_id.in_(found))
        newest = sorted(self._corrections(calls), key=_written, reverse=True)
        return self._with_turns(newest[:limit])

    def approved(self, agent_ids: Collection[str] | None) -> list[CallCorrection]:
        """Return the corrections that hold, the oldest first."""
        ids = select(_N.call_id).where(_N.kind == str(NoteKind.CORRECTION_APPROVED))
        calls = _of(select(*CALL_COLUMNS).where(_C.call_id.in_(ids)), agent_ids)
        approved = [pair for pair in self._corrections(calls) if pair[1].is_approved]
        return self._with_turns(sorted(approved, key=_written))

    def _corrections(self, calls: Select[Any]) -> list[tuple[StoredCall, Correction]]:
        with self._engine.connect() as connection:
            found = calls_from(connection, connection.execute(calls).all())
            notes = _notes(connection, [call.call_id for call in found])
        return [
            (call, correction)
            for call in found
            for correction in call_work(notes.get(call.call_id, ())).corrections
        ]

    def _with_turns(self, pairs: Sequence[tuple[StoredCall, Correction]]) -> list[CallCorrection]:
        turns = {call_id: self._turns(call_id) for call_id in {call.call_id for call, _ in pairs}}
        return [_beside(call, correction, turns[call.call_id]) for call, correction in pairs]

    def _turns(self, call_id: str) -> list[StoredTurn]:
        try:
            return self._queries.turns(call_id)
        except KeyLostError:
            # A list is shown without the words of one call; its own page says what is the matter.
            return []


def _of(statement: Select[Any], agent_ids: Collection[str] | None) -> Select[Any]:
    return statement if agent_ids is None else statement.where(_C.agent_id.in_(sorted(agent_ids)))


def _written(pair: tuple[StoredCall, Correction]) -> tuple[Any, ...]:
    note = pair[1].note
    return note.at, note.note_id


def _notes(connection: Connection, call_ids: Sequence[str]) -> dict[str, list[StoredNote]]:
    """Return the notes of calls that make and decide corrections, by call."""
    wanted = select(*NOTE_COLUMNS).where(
        _N.call_id.in_(call_ids), _N.kind.in_(_OF_CORRECTIONS)
    ).order_by(_N.note_id)  # fmt: skip
    rows = connection.execute(wanted).all()
    notes: dict[str, list[StoredNote]] = {}
    for row, note in zip(rows, notes_from(connection, rows), strict=True):
        notes.setdefault(row.call_id, []).append(note)
    return notes


def _beside(
    call: StoredCall, correction: Correction, turns: Sequence[StoredTurn]
) -> CallCorrection:
    """Return a correction with its turn, and the agent's turn right before that."""
    place = next(
        (n for n, one in enumerate(turns) if one.turn.segment_id == correction.place.segment_id),
        None,
    )
    if place is None or not turns[place].turn.text:
        return CallCorrection(call, correction, None, "")
    before = turns[place - 1].turn if place > 0 else None
    asked = before.text if before and before.role is ParticipantRole.AGENT else ""
    return CallCorrection(call, correction, turns[place], asked)
