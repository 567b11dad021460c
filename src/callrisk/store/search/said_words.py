"""The words of customers in calls, and of notes about them, as a search reads them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from callrisk.domain.search.plain_text import plain_text
from callrisk.domain.search.sought_calls import WordPlace, around
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.work.note_kind import NoteKind
from callrisk.store import tables
from callrisk.store.ciphers.data_keys import KeyLostError
from callrisk.store.stored_calls import (
    NOTE_COLUMNS,
    SEGMENT_COLUMNS,
    notes_from,
    segments_from,
)

T = TypeVar("T")
# Returns what rows hold.
Read = Callable[[Connection, Sequence[Any]], list[T]]
_S, _N = tables.segments.c, tables.notes.c


@dataclass(frozen=True, slots=True)
class SaidText:
    """A turn of a customer or a note; one of the two ids is None."""

    text: str
    segment_id: str | None = None
    note_id: int | None = None


def said_texts(connection: Connection, call_ids: Collection[str]) -> dict[str, list[SaidText]]:
    """Return the turns of the customers of calls, then the notes, each in its order.

    A call whose keys are lost has none.
    """
    texts: dict[str, list[SaidText]] = {call_id: [] for call_id in call_ids}
    turns = select(*SEGMENT_COLUMNS).where(
        _S.call_id.in_(call_ids), _S.role == str(ParticipantRole.CUSTOMER)
    )
    rows = connection.execute(turns).all()
    segments = _opened(connection, rows, segments_from)
    for row, turn in sorted(segments, key=lambda one: one[1].place):
        texts[row.call_id].append(SaidText(turn.text, segment_id=turn.segment_id))
    # What became of advice is a code with a reason; it is shown beside the advice.
    noted = select(*NOTE_COLUMNS).where(
        _N.call_id.in_(call_ids), _N.kind != str(NoteKind.FEEDBACK)
    ).order_by(_N.note_id)  # fmt: skip
    rows = connection.execute(noted).all()
    for row, note in _opened(connection, rows, notes_from):
        texts[row.call_id].append(SaidText(note.text, note_id=note.note_id))
    return texts


def _opened(connection: Connection, rows: Sequence[Any], read: Read[T]) -> list[tuple[Any, T]]:
    """Return rows with what they hold, but for those whose keys are lost."""
    try:
        return list(zip(rows, read(connection, rows), strict=True))
    except KeyLostError:
        found: list[tuple[Any, T]] = []
        for call_id in dict.fromkeys(row.call_id for row in rows):
            own = [row for row in rows if row.call_id == call_id]
            try:
                found += zip(own, read(connection, own), strict=True)
            except KeyLostError:
                continue
        return found


def places_of(texts: Sequence[SaidText], words: Sequence[str]) -> tuple[WordPlace, ...]:
    """Return a place of each plain word in the texts of a call; none if a word is not in them."""
    plain = [plain_text(one.text) for one in texts]
    places: dict[tuple[int, int, int], WordPlace] = {}
    for word in words:
        found = next(
            ((n, place) for n, one in enumerate(plain) if (place := one.place_of(word))), None
        )
        if found is None:
            return ()
        number, place = found
        said = texts[number]
        shown = WordPlace(*around(said.text, place), said.segment_id, said.note_id)
        places.setdefault((number, *place), shown)
    return tuple(places.values())
