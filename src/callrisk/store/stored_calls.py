"""The columns of which each value that a read returns is made."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

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
from callrisk.store.ciphers.data_keys import KeyLostError
from callrisk.store.ciphers.word_cipher import WordCipher, cipher_of

_C, _S, _N = tables.calls.c, tables.segments.c, tables.notes.c
CALL_COLUMNS = (
    *(_C[name] for name in StoredCall.__dataclass_fields__), _C.sealed_phone, _C.sealed_summary,
)  # fmt: skip
SEGMENT_COLUMNS = (
    *(_S[name] for name in Segment.__dataclass_fields__), _S.call_id, _S.sealed,
)  # fmt: skip
TURN_COLUMNS = (*SEGMENT_COLUMNS, *(_S[name] for name in ("statements", "language", "revision")))
ASSESSMENT_COLUMNS = tuple(
    tables.assessments.c[name] for name in StoredAssessment.__dataclass_fields__
)
NOTE_COLUMNS = (*(_N[name] for name in StoredNote.__dataclass_fields__), _N.call_id, _N.sealed)
# The rows that sealed words belong to, as their cipher knows them.
TURN, NOTE, DRAFT, MESSAGE, ASSESSMENT = "turn", "note", "draft", "message", "assessment"
PHONE, SUMMARY = "phone", "summary"
# Names of statements that this version knows; another one may have stored more.
_KINDS = frozenset[str]((*Intent, *Mood))


def calls_from(connection: Connection, rows: Sequence[Any]) -> list[StoredCall]:
    """Return the calls of rows that have `CALL_COLUMNS`."""
    cipher = cipher_for_calls(connection, rows)
    return [_call(row, cipher) for row in rows]


def _call(row: Any, cipher: WordCipher | None) -> StoredCall:
    own = {name: row._mapping[name] for name in StoredCall.__dataclass_fields__}
    own["source"] = Source(row.source)
    own["phone"], own["contact_summary"] = opened_details(row, cipher)
    return StoredCall(**own)


def opened_details(row: Any, cipher: WordCipher | None) -> tuple[str | None, Any]:
    """Return telephone number and summary of a row of calls; no cipher if none is sealed."""
    call_id, phone, summary = row.call_id, row.phone, row.contact_summary
    if cipher is None:
        return phone, summary
    try:
        if row.sealed_phone is not None:
            phone = cipher.open(PHONE, call_id, "", row.sealed_phone) or None
        if row.sealed_summary is not None:
            summary = cipher.open_json(SUMMARY, call_id, "", row.sealed_summary)
    except KeyLostError:
        # A list of calls is shown without them; what was said says that the key is lost.
        return None, None
    return phone, summary


def segments_from(connection: Connection, rows: Sequence[Any]) -> list[Segment]:
    """Return the segments of rows of `SEGMENT_COLUMNS`."""
    cipher = cipher_for(connection, rows)
    return [_segment(row, cipher) for row in rows]


def _segment(row: Any, cipher: WordCipher | None) -> Segment:
    return Segment(
        segment_id=row.segment_id,
        sequence=int(row.sequence),
        role=role_of(row.role),
        text=words_of(row, TURN, row.segment_id, cipher),
        begin_ms=row.begin_ms,
        end_ms=row.end_ms,
        sentiment=None if row.sentiment is None else Sentiment(row.sentiment),
        unconfirmed=row.unconfirmed,
        participant_id=row.participant_id,
    )


def turns_from(connection: Connection, rows: Sequence[Any]) -> list[StoredTurn]:
    """Return the turns of rows of `TURN_COLUMNS`."""
    turns = zip(rows, segments_from(connection, rows), strict=True)
    return [
        StoredTurn(turn, statements_from(row.statements), row.language, revision=row.revision)
        for row, turn in turns
    ]


def notes_from(connection: Connection, rows: Sequence[Any]) -> list[StoredNote]:
    """Return the notes of rows of `NOTE_COLUMNS`."""
    cipher = cipher_for(connection, rows)
    return [
        StoredNote(
            row.note_id, row.kind, row.agent_id, words_of(row, NOTE, str(row.note_id), cipher),
            row.at, row.facts,
        )
        for row in rows
    ]  # fmt: skip


def words_of(row: Any, kind: str, row_id: str, cipher: WordCipher | None) -> str:
    """Return the words of a row that has `text` and `sealed`."""
    if cipher is None or row.sealed is None:
        return str(row.text)
    return cipher.open(kind, row.call_id, row_id, row.sealed)


def cipher_for(connection: Connection, rows: Iterable[Any]) -> WordCipher | None:
    """Return the cipher with the keys of all sealed rows at hand; None if no row is sealed."""
    sealed = {row.call_id for row in rows if row.sealed is not None}
    if not sealed:
        return None
    cipher = cipher_of(connection)
    cipher.keys.found(sealed)
    return cipher


def cipher_for_calls(connection: Connection, rows: Iterable[Any]) -> WordCipher | None:
    """Return the cipher with the keys of all calls at hand of which something is sealed."""
    sealed = {row.call_id for row in rows if row.sealed_phone or row.sealed_summary}
    if not sealed:
        return None
    cipher = cipher_of(connection)
    cipher.keys.have_at_hand(sealed)
    return cipher


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
