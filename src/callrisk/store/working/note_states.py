"""The state of notes as the database decides it: what a note is about, and what became of it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, cast, select

from callrisk.domain.work.note_kind import NoteKind
from callrisk.store import tables


def note_with_about(note: Any, kinds: Collection[NoteKind]) -> tuple[Any, Any]:
    """Return a note of some kinds about a note of the same call, and the query for its number."""
    made = tables.notes.alias().c
    is_of_kind = (made.call_id == note.call_id) & made.kind.in_(sorted(map(str, kinds)))
    about = cast(made.facts["about"].as_string(), BigInteger)
    return made, select(made.note_id).where(is_of_kind, about == note.note_id)


def has_note_about(note: Any, kinds: Collection[NoteKind]) -> Any:
    """Return the condition that a note of some kinds is about this one."""
    return note_with_about(note, kinds)[1].exists()
