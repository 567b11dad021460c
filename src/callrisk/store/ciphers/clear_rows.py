"""Rows that an older version wrote in clear are encrypted, while the server runs.

May repeat: a batch. A row is clear or sealed, never both, so it goes on wherever it was
interrupted. The keys are made before anybody has to wait; rows are read again within the lock, as a
writer may have changed them meanwhile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    String,
    Table,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from callrisk.domain.call_record import Payload
from callrisk.store import tables
from callrisk.store.ciphers.word_cipher import WordCipher, cipher_of
from callrisk.store.planning.contact_versions import raise_versions
from callrisk.store.sending.outbox import sealed_message
from callrisk.store.store_away import store_away_reported
from callrisk.store.stored_calls import ASSESSMENT, DRAFT, NOTE, PHONE, SUMMARY, TURN
from callrisk.store.transaction import write_over_old_pages, writing

# Others wait while so many are written, some ten milliseconds.
_AT_ONCE = 300
# Returns the columns of a row as they are from now on.
Seal = Callable[[WordCipher, Any], Payload]


@dataclass(frozen=True, slots=True)
class _Kind:
    """The rows of a table that stand in clear, and how they are sealed."""

    table: Table
    is_clear: ColumnElement[bool]
    seal: Seal

    @property
    def keys(self) -> list[Any]:
        return [*self.table.primary_key.columns]

    def key_of(self, row: Any) -> tuple[Any, ...]:
        return tuple(row._mapping[key.name] for key in self.keys)


class ClearRows:
    """Encrypts rows that stand in clear; `step` is repeated by a loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._done = 0
        self._is_written_over = False

    def step(self) -> int:
        """Encrypt one batch; return how many rows. StoreAwayError while the database is."""
        with store_away_reported():
            while self._done < len(_KINDS):
                sealed = self._sealed(_KINDS[self._done])
                if sealed:
                    return sealed
                # All that is written from now on is encrypted.
                self._done += 1
            if not self._is_written_over:
                self._is_written_over = write_over_old_pages(self._engine)
        return 0

    def _sealed(self, kind: _Kind) -> int:
        clear = select(kind.table).where(kind.is_clear).limit(_AT_ONCE)
        with self._engine.connect() as connection:
            rows = connection.execute(clear).all()
            made = cipher_of(connection).keys.made({row.call_id for row in rows})
        # An erased call has no key; its rows go with it.
        found = [kind.key_of(row) for row in rows if made[row.call_id] is not None]
        if found:
            with writing(self._engine) as connection:
                # Found by their keys: others wait, and the whole table takes its time.
                these = tuple_(*kind.keys).in_(found) & kind.is_clear
                again = select(kind.table).where(these)
                _write(connection, kind, connection.execute(again).all())
        return len(found)


def _write(connection: Connection, kind: _Kind, rows: Sequence[Any]) -> None:
    cipher = cipher_of(connection)
    changed = [
        {f"of_{key.name}": row._mapping[key.name] for key in kind.keys} | kind.seal(cipher, row)
        for row in rows
    ]
    this = [key == bindparam(f"of_{key.name}") for key in kind.keys]
    if changed:
        # A plan that was made from the clear rows is made anew.
        raise_versions(connection, {row.call_id for row in rows})
        connection.execute(update(kind.table).where(*this), changed)


def rows_in_clear(engine: Engine) -> dict[str, int]:
    """Return how many rows of each table stand in clear; empty if none do."""
    with engine.connect() as connection:
        found = {
            kind.table.name: connection.execute(
                select(func.count()).select_from(kind.table).where(kind.is_clear)
            ).scalar_one()
            for kind in _KINDS
        }
    return {name: count for name, count in found.items() if count}


def _turn(cipher: WordCipher, row: Any) -> Payload:
    return {"text": "", "sealed": cipher.seal(TURN, row.call_id, row.segment_id, row.text)}


def _note(cipher: WordCipher, row: Any) -> Payload:
    return {"text": "", "sealed": cipher.seal(NOTE, row.call_id, str(row.note_id), row.text)}


def _draft(cipher: WordCipher, row: Any) -> Payload:
    sealed = cipher.seal_json(DRAFT, row.call_id, row.transcript_id, row.pieces)
    return {"pieces": [], "sealed": sealed}


def _call(cipher: WordCipher, row: Any) -> Payload:
    summary = cipher.seal_json(SUMMARY, row.call_id, "", row.contact_summary)
    return {
        "phone": None, "contact_summary": None,
        "sealed_phone": row.sealed_phone or cipher.seal(PHONE, row.call_id, "", row.phone or ""),
        "sealed_summary": row.sealed_summary or summary,
    }  # fmt: skip


def _message(cipher: WordCipher, row: Any) -> Payload:
    return sealed_message(cipher, row.call_id, row.key, row.payload)


def _assessment(cipher: WordCipher, row: Any) -> Payload:
    sealed = cipher.seal_json(ASSESSMENT, row.call_id, str(row.seq), row.payload)
    return {"payload": {}, "sealed": sealed}


def _has_words(call_id: Any) -> ColumnElement[bool]:
    """Return the condition that the words of a call are kept; what is left of others is none."""
    removed = (_C.call_id == call_id) & _C.words_removed_at.is_not(None)
    return ~exists().where(removed)


def _holds(column: Any, *empty: str) -> ColumnElement[bool]:
    """Return the condition that a column of JSON holds more than that."""
    holds: ColumnElement[bool] = column.is_not(None) & cast(column, String).not_in(empty)
    return holds


_C, _D, _O, _A = tables.calls.c, tables.drafts.c, tables.outbox.c, tables.assessments.c
_N = tables.notes.c
_KINDS = (
    _Kind(tables.segments, tables.IS_CLEAR, _turn),  # type: ignore[arg-type]
    _Kind(
        tables.notes,
        (_N.text != "") & _N.sealed.is_(None) & _has_words(_N.call_id),
        _note,
    ),
    _Kind(tables.drafts, _holds(_D.pieces, "[]"), _draft),
    _Kind(tables.calls, or_(_C.phone.is_not(None), _holds(_C.contact_summary, "null")), _call),
    _Kind(tables.outbox, _O.sealed.is_(None), _message),
    _Kind(
        tables.assessments,
        _holds(_A.payload, "{}") & _A.sealed.is_(None) & _has_words(_A.call_id),
        _assessment,
    ),
)
