"""Requests that were answered, by their Idempotency-Key: which row each added, and no words of it.

The row of a request is written in the transaction of its effect, and writers run one after the
other: of two requests with one key the second always finds the row of the first, or the first had
no effect. The key itself is not kept, so nobody who reads the table can try words against the
digest of a body.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from callrisk.domain.call_record import StoredNote
from callrisk.store import tables
from callrisk.store.stored_calls import NOTE_COLUMNS, notes_from

ANSWERS_KEPT = timedelta(hours=24)
_A = tables.answered_requests.c


class OtherBodyError(ValueError):
    """The key belongs to a request with another body."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The digests of a request: of who sent it, where to and under which key; and of its body."""

    key_sha256: str
    body_hmac: str

    @classmethod
    def of(cls, key: str, subject_id: str, path: str, body: str) -> "RequestKey":
        """Return the digests of a request."""
        sent = "\0".join((subject_id, path, key))
        words = hmac.new(key.encode(), body.encode(), sha256)
        return cls(sha256(sent.encode()).hexdigest(), words.hexdigest())


def refuse_other_body(body_hmac: str, request: RequestKey) -> None:
    """Raise OtherBodyError unless a request has the body of the one that was answered."""
    if not hmac.compare_digest(body_hmac, request.body_hmac):
        raise OtherBodyError("the key belongs to a request with another body")


def answered_note(
    connection: Connection, request: RequestKey, now: datetime
) -> tuple[StoredNote, int] | None:
    """Return the note that a request added, and its number in the log; None for a new request.

    OtherBodyError if the request with this key had another body.
    """
    n = tables.notes.c
    kept = (_A.key_sha256 == request.key_sha256) & (_A.at >= now - ANSWERS_KEPT)
    statement = (
        select(_A.body_hmac, _A.seq, *NOTE_COLUMNS)
        .join_from(tables.answered_requests, tables.notes, n.note_id == _A.note_id)
        .where(kept)
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    refuse_other_body(row.body_hmac, request)
    (note,) = notes_from(connection, [row])
    return note, row.seq


def keep_answered(
    connection: Connection, request: RequestKey, note_id: int, seq: int, now: datetime
) -> None:
    """Keep which note a request added; a row of this key that is too old gives way."""
    connection.execute(delete(tables.answered_requests).where(_A.key_sha256 == request.key_sha256))
    values = {
        "key_sha256": request.key_sha256, "body_hmac": request.body_hmac, "note_id": note_id,
        "seq": seq, "at": now,
    }  # fmt: skip
    connection.execute(insert(tables.answered_requests).values(values))
