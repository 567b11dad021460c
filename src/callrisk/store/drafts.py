"""Drafts in the database: turns that are still spoken, or of which no more was ever heard."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, select

from callrisk.domain.call_record import Payload
from callrisk.domain.contact import Contact
from callrisk.domain.contact_events import Draft, Utterance
from callrisk.domain.event_types import EventType
from callrisk.domain.segment import role_of
from callrisk.store import tables
from callrisk.store.ciphers.word_cipher import WordCipher, cipher_of
from callrisk.store.log.appending import NewEvent
from callrisk.store.stored_calls import DRAFT, cipher_for
from callrisk.store.transaction import insert_into

_D = tables.drafts.c
DRAFT_COLUMNS = (_D.call_id, _D.transcript_id, _D.role, _D.pieces, _D.sealed)
# A contact as it was before, None if it is new, and as it is after.
ContactChange = tuple[Contact | None, Contact]


class Drafts:
    """Reads the drafts of calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, call_id: str) -> dict[str, Draft]:
        """Return the drafts of a call by the id of their turn."""
        statement = select(*DRAFT_COLUMNS).where(tables.drafts.c.call_id == call_id)
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
            drafts = drafts_from(connection, rows)
        return {row.transcript_id: draft for row, draft in zip(rows, drafts, strict=True)}


def drafts_from(connection: Connection, rows: Sequence[Any]) -> list[Draft]:
    """Return the drafts of rows of `DRAFT_COLUMNS`."""
    cipher = cipher_for(connection, rows)
    drafts = []
    for row in rows:
        speaker, pieces = role_of(row.role), row.pieces
        if cipher is not None and row.sealed is not None:
            pieces = cipher.open_json(DRAFT, row.call_id, row.transcript_id, row.sealed) or []
        heard = tuple(Utterance(**(piece | {"role": speaker})) for piece in pieces)
        drafts.append(Draft(speaker, heard))
    return drafts


def write_drafts(
    connection: Connection, changes: Sequence[ContactChange], at: datetime
) -> list[NewEvent]:
    """Store turns that are still spoken, delete those that are finished; return their events."""
    cipher = cipher_of(connection)
    rows: list[Payload] = []
    new_events: list[NewEvent] = []
    for before, after in changes:
        earlier = {} if before is None else before.drafts
        finished = [draft_id for draft_id in earlier if draft_id not in after.drafts]
        _delete_drafts(connection, after.contact_id, finished)
        for draft_id, draft in after.drafts.items():
            if draft is not earlier.get(draft_id):
                rows.append(_draft_row(cipher, after.contact_id, draft_id, draft))
                new_events.append(_piece_heard(after.contact_id, draft_id, draft, at))
    if rows:
        statement = insert_into(connection, tables.drafts)
        newer = {name: statement.excluded[name] for name in ("pieces", "sealed")}
        key = ["call_id", "transcript_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=newer), rows)
    return new_events


def _piece_heard(call_id: str, draft_id: str, draft: Draft, at: datetime) -> NewEvent:
    facts = {"provisional": True, "role": str(draft.role)}
    return NewEvent(call_id, EventType.TRANSCRIPT_SEGMENT, at, draft_id, facts)


def _delete_drafts(connection: Connection, call_id: str, drafts: list[str]) -> None:
    if drafts:
        d = tables.drafts.c
        finished = (d.call_id == call_id) & d.transcript_id.in_(drafts)
        connection.execute(delete(tables.drafts).where(finished))


def _draft_row(cipher: WordCipher, call_id: str, transcript_id: str, draft: Draft) -> Payload:
    pieces = [asdict(piece) for piece in draft.pieces]
    return {
        "call_id": call_id, "transcript_id": transcript_id, "role": draft.role, "pieces": [],
        "sealed": cipher.seal_json(DRAFT, call_id, transcript_id, pieces),
    }  # fmt: skip
