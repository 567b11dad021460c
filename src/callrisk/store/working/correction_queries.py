"""Reads of corrections of statements, with the turns that they are about."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Numeric,
    Select,
    case,
    cast,
    func,
    select,
    tuple_,
)

from callrisk.domain.call_record import StoredCall, StoredNote, StoredTurn
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.work.call_work import call_work
from callrisk.domain.work.corrections import CallCorrection, Correction
from callrisk.domain.work.note_kind import DECISIONS, NoteKind
from callrisk.store import tables
from callrisk.store.ciphers.data_keys import KeyLostError
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.stored_calls import (
    CALL_COLUMNS,
    NOTE_COLUMNS,
    TURN_COLUMNS,
    calls_from,
    notes_from,
    turns_from,
)
from callrisk.store.working.note_states import has_note_about, note_with_about

_N, _C, _S = tables.notes.c, tables.calls.c, tables.segments.c
_OF_CORRECTIONS = [str(kind) for kind in (NoteKind.CORRECTION, NoteKind.UNDO, *DECISIONS)]
# So many ids stand in one statement.
_PART = 500
# A table of more sentences nobody reads through.
MOST_APPROVED = 5_000


class CorrectionQueries:
    """Reads from one database; `agent_ids` narrows to the calls of some agents.

    Which corrections are read is decided by the database, by the numbers of notes; what they say is
    read of those alone.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, limit: int, agent_ids: Collection[str] | None) -> list[CallCorrection]:
        """Return the corrections that wait for a decision, the longest waiting first."""
        noted = _holding([NoteKind.CORRECTION]).where(_C.correction_waits, ~_decided(_N))
        return self._read(_of(noted, agent_ids).order_by(_N.at, _N.note_id).limit(limit))

    def newest(self, limit: int, agent_ids: Collection[str] | None) -> list[CallCorrection]:
        """Return corrections whatever became of them, the newest first."""
        noted = _of(_holding([NoteKind.CORRECTION]), agent_ids)
        return self._read(noted.order_by(*_NEWEST_FIRST).limit(limit))

    def decided(self, limit: int, agent_ids: Collection[str] | None) -> list[CallCorrection]:
        """Return the corrections that were decided about, the newest decision first."""
        noted = _of(_holding(DECISIONS), agent_ids)
        return self._read(noted.order_by(*_NEWEST_FIRST).limit(limit))

    def approved(
        self, agent_ids: Collection[str] | None, limit: int = MOST_APPROVED
    ) -> list[CallCorrection]:
        """Return the corrections that were approved last, those first that have held longest."""
        noted = _of(_holding([NoteKind.CORRECTION_APPROVED]), agent_ids)
        return self._read(noted.order_by(*_NEWEST_FIRST).limit(limit))[::-1]

    def _read(self, noted: Select[Any]) -> list[CallCorrection]:
        """Return the corrections that have one of these notes, or are it, in the same order."""
        with self._engine.connect() as connection:
            note_ids = list(connection.execute(noted).scalars())
            found = _by_note(_corrections(connection, note_ids))
            pairs = [found[note_id] for note_id in note_ids if note_id in found]
            places = {(call.call_id, one.place.segment_id) for call, one in pairs}
            turns = _turns(connection, sorted(places))
        return [_beside(call, one, turns.get(call.call_id, ())) for call, one in pairs]


_NEWEST_FIRST = (_N.at.desc(), _N.note_id.desc())


def _of(statement: Select[Any], agent_ids: Collection[str] | None) -> Select[Any]:
    return statement if agent_ids is None else statement.where(_C.agent_id.in_(sorted(agent_ids)))


def _holding(kinds: Collection[NoteKind]) -> Select[Any]:
    """Return the query for the numbers of notes of some kinds that were not taken back."""
    noted = select(_N.note_id).join_from(tables.notes, tables.calls)
    return noted.where(_N.kind.in_(sorted(map(str, kinds))), ~_taken_back(_N))


def _taken_back(note: Any) -> Any:
    return has_note_about(note, {NoteKind.UNDO})


def _decided(note: Any) -> Any:
    decision, about = note_with_about(note, DECISIONS)
    return about.where(~_taken_back(decision)).exists()


def _corrections(
    connection: Connection, note_ids: Sequence[int]
) -> Iterator[tuple[StoredCall, Correction]]:
    """Yield the corrections of the calls that have these notes."""
    call_ids: set[str] = set()
    for part in _parts(note_ids):
        call_ids |= set(
            connection.execute(select(_N.call_id).where(_N.note_id.in_(part))).scalars()
        )
    for part in _parts(sorted(call_ids)):
        rows = connection.execute(select(*CALL_COLUMNS).where(_C.call_id.in_(part))).all()
        notes = _notes(connection, part)
        for call in calls_from(connection, rows):
            for correction in call_work(notes.get(call.call_id, ())).corrections:
                yield call, correction


def _by_note(
    corrections: Iterable[tuple[StoredCall, Correction]],
) -> dict[int, tuple[StoredCall, Correction]]:
    """Return corrections by their own number and that of their decision."""
    found = {}
    for pair in corrections:
        found[pair[1].note.note_id] = pair
        if pair[1].decision is not None:
            found[pair[1].decision.note_id] = pair
    return found


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


def _turns(
    connection: Connection, places: Sequence[tuple[str, str]]
) -> dict[str, list[StoredTurn]]:
    """Return turns, each with the one right before it, by call and in the order of speech."""
    rows = [row for part in _parts(places) for row in connection.execute(_with_before(part))]
    by_call: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_call.setdefault(row.call_id, {})[row.segment_id] = row
    cipher_of(connection).keys.have_at_hand(list(by_call))
    found = {call_id: _worded(connection, list(own.values())) for call_id, own in by_call.items()}
    return {call_id: sorted(own, key=lambda one: one.turn.place) for call_id, own in found.items()}


# Turns with times have numbers, too, which count for nothing then.
_SPOKEN = (
    func.coalesce(_S.begin_ms, cast(_S.sequence, Numeric)),
    case((_S.begin_ms.is_(None), _S.sequence), else_=""),
    _S.segment_id,
)


def _with_before(places: Sequence[tuple[str, str]]) -> Select[Any]:
    """Return the query for turns and the one right before each, in the order of `Segment.place`."""
    follower = func.lead(_S.segment_id).over(partition_by=_S.call_id, order_by=_SPOKEN)
    of_calls = _S.call_id.in_(sorted({call_id for call_id, _ in places}))
    near = (
        select(_S.call_id, _S.segment_id, follower.label("follower")).where(of_calls).subquery().c
    )
    is_it = (near.call_id == _S.call_id) & (near.segment_id == _S.segment_id)
    wanted = tuple_(near.call_id, near.segment_id).in_(places)
    before = tuple_(near.call_id, near.follower).in_(places)
    return select(*TURN_COLUMNS).where(is_it, wanted | before)


def _worded(connection: Connection, rows: Sequence[Any]) -> list[StoredTurn]:
    try:
        return turns_from(connection, rows)
    except KeyLostError:
        # A list is shown without the words of one call; its own page says what is the matter.
        return []


def _parts(ids: Sequence[Any]) -> list[Sequence[Any]]:
    return [ids[at : at + _PART] for at in range(0, len(ids), _PART)]


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
