"""The audit: records are added and read, and never changed."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select

from callrisk.domain.access.audit_record import NO_HASH, AuditRecord, Deed
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.people import people_tables as tables
from callrisk.store.people.audit_subjects import MARK, AuditSubjects, Gone, customers_of
from callrisk.store.transaction import writing

_PAGE = 1_000
# How the object of a deed begins that is one call, and where a deed has the calls of a list.
CALL, LISTED = "call ", "calls"


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


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record with the calls that it is about, or why each of them is not known.

    `customers` are the record numbers of the persons whose calls they are, as far as known.
    """

    stored: StoredRecord
    calls: tuple[str | Gone, ...]
    customers: tuple[str, ...]

    @property
    def object(self) -> str | Gone:
        """The object by its name; of a call that is not known, why."""
        named = self.stored.record.deed.object
        if not named.startswith(CALL):
            return named
        return f"{CALL}{self.calls[0]}" if isinstance(self.calls[0], str) else self.calls[0]


class AuditLog:
    """The audit of one database; this process adds to the chain with its name.

    Objects that are calls are stored by their ids in `subjects`.
    """

    def __init__(self, engine: Engine, chain: str) -> None:
        self.engine = engine
        self._chain = chain
        with engine.connect() as connection:
            self.subjects = AuditSubjects(cipher_of(connection).keys)

    def add(self, deed: Deed, now: datetime, once: str | None = None) -> bool:
        """Store a deed; False if one with the same `once` is there already."""
        c = tables.audit.c
        with writing(self.engine) as connection:
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

    def keyed(self, deed: Deed) -> Deed:
        """Return a deed as it is stored: calls by the ids that the audit has of them."""
        listed = deed.detail.get(LISTED, [])
        call_id = deed.object.removeprefix(CALL) if deed.object.startswith(CALL) else None
        known = self.subjects.ids_of([*listed, *([] if call_id is None else [call_id])])
        return replace(
            deed,
            object=deed.object if call_id is None else f"{CALL}{known[call_id]}",
            detail=deed.detail | ({LISTED: [known[one] for one in listed]} if listed else {}),
        )

    def named(self, stored: Sequence[StoredRecord]) -> list[NamedRecord]:
        """Return records with the calls and customers that they are about, unless erased."""
        ids = {one for it in stored for one in _subjects(it.record.deed)}
        calls = self.subjects.calls_of(ids)
        known = [one for one in calls.values() if isinstance(one, str)]
        customers = customers_of(self.engine, known)
        named = []
        for it in stored:
            about = tuple(calls[one] for one in _subjects(it.record.deed))
            whose = {customers[one] for one in about if one in customers}
            named.append(NamedRecord(it, about, tuple(sorted(whose))))
        return named

    def changed_calls(self) -> Iterator[str]:
        """Yield the ids of calls in the key store that another call has now."""
        return (one.audit_subject for one in self.subjects.all() if not one.fits)

    def unknown_calls(self) -> set[str]:
        """Return the ids of calls that records have and the key store does not."""
        found: set[str] = set()
        for records in self._pages():
            ids = {one for it in records for one in _subjects(it.record.deed)}
            calls = self.subjects.calls_of(ids)
            found |= {one for one, call in calls.items() if call is Gone.UNKNOWN}
        return found

    def has_plain_calls(self) -> bool:
        """Return True if records of older versions name calls by themselves."""
        named = tables.audit.c.object
        plain = named.startswith(CALL) & ~named.startswith(f"{CALL}{MARK}")
        with self.engine.connect() as connection:
            return connection.execute(select(named).where(plain).limit(1)).first() is not None

    def heads(self) -> dict[str, tuple[int, str]]:
        """Return the number and the hash of the newest record of each chain."""
        c = tables.audit.c
        last = select(c.chain, func.max(c.number).label("number")).group_by(c.chain).subquery()
        statement = select(c.chain, c.number, c.sha256).join(
            last, (c.chain == last.c.chain) & (c.number == last.c.number)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(statement).all()
        return {row.chain: (row.number, row.sha256) for row in rows}

    def newest(self, sought: Sought, limit: int) -> list[StoredRecord]:
        """Return the newest records that fit, the newest first."""
        return [stored for page in self.newest_pages(sought, limit) for stored in page]

    def newest_pages(self, sought: Sought, limit: float = math.inf) -> Iterator[list[StoredRecord]]:
        """Yield the newest records that fit, the newest first, some hundred at a time."""
        c, statement = tables.audit.c, _narrowed(sought)
        if sought.object is not None:
            statement = statement.where(c.object.in_(self._names_of(sought.object)))
        statement, before = statement.order_by(c.audit_id.desc()), None
        while limit > 0:
            size = int(min(limit, _PAGE))
            page = statement if before is None else statement.where(c.audit_id < before)
            with self.engine.connect() as connection:
                found = [_stored(row) for row in connection.execute(page.limit(size))]
            if found:
                yield found
            if len(found) < size:
                return
            limit, before = limit - size, found[-1].audit_id

    def _names_of(self, named: str) -> list[str]:
        """Return how an object may be stored: a call by its id here, or as older versions did."""
        call_id = named.removeprefix(CALL) if named.startswith(CALL) else ""
        ids = self.subjects.all_of(call_id) if call_id else ()
        return [named, *(f"{CALL}{one}" for one in ids)]

    def all(self) -> Iterator[StoredRecord]:
        """Yield all records in the order in which they were stored."""
        for records in self._pages():
            yield from records

    def _pages(self) -> Iterator[list[StoredRecord]]:
        last = 0
        while True:
            c = tables.audit.c
            statement = select(tables.audit).where(c.audit_id > last).order_by(c.audit_id)
            with self.engine.connect() as connection:
                rows = connection.execute(statement.limit(_PAGE)).all()
            yield [_stored(row) for row in rows]
            if len(rows) < _PAGE:
                return
            last = rows[-1].audit_id


def _subjects(deed: Deed) -> list[str]:
    """Return the ids of the calls that a deed is about: the one, or those of its list."""
    if deed.object.startswith(CALL):
        return [deed.object.removeprefix(CALL)]
    return list(deed.detail.get(LISTED, []))


def _narrowed(sought: Sought) -> Any:
    c = tables.audit.c
    statement = select(tables.audit)
    if sought.subject is not None:
        statement = statement.where(c.subject == sought.subject)
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
