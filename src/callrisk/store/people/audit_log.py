"""The audit: records are added and read, and never changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select

from callrisk.domain.access.audit_record import NO_HASH, AuditRecord, Deed
from callrisk.store.people import people_tables as tables
from callrisk.store.transaction import writing

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Sought:
    """Which records are asked for; None for all."""

    subject: str | None = None
    object: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it stands in the database, with its number there and its stored hash."""

    audit_id: int
    record: AuditRecord
    sha256: str


class AuditLog:
    """The audit of one database; this process adds to the chain with its name."""

    def __init__(self, engine: Engine, chain: str) -> None:
        self._engine = engine
        self._chain = chain

    def add(self, deed: Deed, now: datetime, once: str | None = None) -> bool:
        """Store a deed; False if one with the same `once` is there already."""
        c = tables.audit.c
        with writing(self._engine) as connection:
            if once is not None:
                told = select(c.audit_id).where(c.once == once)
                if connection.execute(told).first() is not None:
                    return False
            last = connection.execute(
                select(c.number, c.sha256)
                .where(c.chain == self._chain)
                .order_by(c.number.desc())
                .limit(1)
            ).first()
            number, before = (0, NO_HASH) if last is None else (last.number + 1, last.sha256)
            record = AuditRecord(self._chain, number, now, deed, before)
            connection.execute(insert(tables.audit).values(_row(record) | {"once": once}))
        return True

    def heads(self) -> dict[str, tuple[int, str]]:
        """Return the number and the hash of the newest record of each chain."""
        c = tables.audit.c
        last = select(c.chain, func.max(c.number).label("number")).group_by(c.chain).subquery()
        statement = select(c.chain, c.number, c.sha256).join(
            last, (c.chain == last.c.chain) & (c.number == last.c.number)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return {row.chain: (row.number, row.sha256) for row in rows}

    def newest(self, sought: Sought, limit: int) -> list[StoredRecord]:
        """Return the newest records that fit, the newest first."""
        statement = _narrowed(sought).order_by(tables.audit.c.audit_id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_stored(row) for row in connection.execute(statement)]

    def all(self) -> Iterator[StoredRecord]:
        """Yield all records in the order in which they were stored."""
        last = 0
        while True:
            c = tables.audit.c
            statement = select(tables.audit).where(c.audit_id > last).order_by(c.audit_id)
            with self._engine.connect() as connection:
                rows = connection.execute(statement.limit(_PAGE)).all()
            yield from map(_stored, rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1].audit_id


def _narrowed(sought: Sought) -> Any:
    c = tables.audit.c
    statement = select(tables.audit)
    if sought.subject is not None:
        statement = statement.where(c.subject == sought.subject)
    if sought.object is not None:
        statement = statement.where(c.object == sought.object)
    if sought.since is not None:
        statement = statement.where(c.at >= sought.since)
    if sought.until is not None:
        statement = statement.where(c.at < sought.until)
    return statement


def _row(record: AuditRecord) -> dict[str, Any]:
    deed = record.deed
    return {
        "chain": record.chain, "number": record.number, "at": record.at, "subject": deed.subject,
        "action": deed.action, "object": deed.object, "address": deed.address,
        "detail": deed.detail, "before_sha256": record.before, "sha256": record.digest,
    }  # fmt: skip


def _stored(row: Any) -> StoredRecord:
    deed = Deed(row.subject, row.action, row.object, row.address, row.detail)
    record = AuditRecord(row.chain, row.number, row.at, deed, row.before_sha256)
    return StoredRecord(row.audit_id, record, row.sha256)
