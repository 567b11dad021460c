"""The quarantine: records that are no events, kept encrypted for a week."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, select

from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.sealing import SealError, SecretCipher
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.connect import connect_tables
from callrisk.store.transaction import insert_into, writing

KEPT = timedelta(days=7)


class QuarantineError(RuntimeError):
    """A record cannot be opened: another key, or it was tampered with."""


@dataclass(frozen=True, slots=True)
class Poison:
    """A record that is no event, encrypted, with its place in the source and the reason."""

    source: str
    position: str
    reason: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """A record in quarantine."""

    quarantine_id: int
    source: str
    position: str
    reason: str
    at: datetime
    sealed: bytes


class Seal:
    """Encrypts records under the key ring of a database, each bound to its place in the source.

    `old_secret` opens records of before, which were sealed without the ring.
    """

    def __init__(self, engine: Engine, old_secret: str = "") -> None:
        with engine.connect() as connection:
            keys = cipher_of(connection).keys
        before = SecretCipher(old_secret, "quarantine") if old_secret else None
        self._cipher = RingCipher(keys, KeyPurpose.QUARANTINE, "quarantine", before)

    def poison(self, source: str, position: str, reason: str, record: bytes) -> Poison:
        """Return the record, encrypted."""
        sealed = self._cipher.seal(record, _place(source, position))
        return Poison(source, position, reason, sealed)

    def open(self, entry: QuarantineEntry) -> bytes:
        """Return the record as it came; QuarantineError when this key does not fit."""
        try:
            return self._cipher.open(entry.sealed, _place(entry.source, entry.position))
        except SealError as error:
            raise QuarantineError(
                f"record {entry.quarantine_id}: neither the key ring nor FLASK_SECRET_KEY is the "
                f"one it was sealed with ({error})"
            ) from error


def _place(source: str, position: str) -> bytes:
    return hashlib.sha256(f"{len(source)}:{source}{position}".encode()).digest()


class Quarantine:
    """Reads and deletes the records in quarantine."""

    def __init__(self, engine: Engine, kept: timedelta = KEPT) -> None:
        self._engine = engine
        self._kept = kept

    def count(self) -> int:
        """Return the number of records."""
        with self._engine.connect() as connection:
            statement = select(func.count()).select_from(connect_tables.quarantine)
            return int(connection.execute(statement).scalar_one())

    def entries(self, after: int = 0, limit: int = 500) -> list[QuarantineEntry]:
        """Return the records after number `after`, in the order in which they came."""
        q = connect_tables.quarantine.c
        columns = (q.quarantine_id, q.source, q.position, q.reason, q.at, q.sealed)
        statement = select(*columns).where(q.quarantine_id > after).order_by(q.quarantine_id)
        with self._engine.connect() as connection:
            return [QuarantineEntry(*row) for row in connection.execute(statement.limit(limit))]

    def release(self, quarantine_id: int) -> None:
        """Delete a record that was replayed."""
        with writing(self._engine) as connection:
            this = connect_tables.quarantine.c.quarantine_id == quarantine_id
            connection.execute(delete(connect_tables.quarantine).where(this))

    def expire(self, now: datetime) -> int:
        """Delete the records that are too old; return their number."""
        with writing(self._engine) as connection:
            old = connect_tables.quarantine.c.at < now - self._kept
            return int(connection.execute(delete(connect_tables.quarantine).where(old)).rowcount)


def insert_quarantined(connection: Connection, poison: Sequence[Poison], at: datetime) -> None:
    """Store records in the transaction of their neighbours; one that is there already stays."""
    for record in poison:
        values = {
            "source": record.source, "position": record.position, "reason": record.reason[:1000],
            "at": at, "sealed": record.sealed,
        }  # fmt: skip
        statement = insert_into(connection, connect_tables.quarantine).values(values)
        connection.execute(statement.on_conflict_do_nothing())
