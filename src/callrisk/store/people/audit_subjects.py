"""Whose data the records of the audit are about: calls by ids that are of no use without a list.

Theory of operation
-------------------
The id of a call is the SHA-256 of a random salt and the call. A record has the id and is never
changed; call and salt lie in the key store, which is backed up apart and for 30 days alone. So each
row there proves itself: another call, or another salt, has another id.

An erasure empties the rows of the calls of a person. The records stay as they were, and nobody can
tell any more, also not with the keys, about whom they are. A row that is not there at all is
another matter: the key store is older than the record, or somebody deleted it.

One call may have several ids, such as when an older key store was put back and the call seen again.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, insert, select, text, update

from callrisk.store import tables
from callrisk.store.ciphers.data_keys import DataKeys, erased_among
from callrisk.store.ciphers.key_tables import audit_calls, data_keys
from callrisk.store.facts import fact_tables
from callrisk.store.transaction import insert_of

T = TypeVar("T")
# How an id begins, by which it is told from a call itself.
MARK = "~"
_SALT_BYTES = 16
# No call has a longer id.
_LONGEST_ID = 256
_PART = 500
# Any number serves as the name of the lock under which rows are added and emptied.
_LOCK = 7_230_004
_A, _C, _F = audit_calls.c, tables.calls.c, fact_tables.call_facts.c
_EMPTY = {"call_id": None, "salt": None}


class Gone(Enum):
    """Why an id leads to no call."""

    ERASED = "erased"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AuditCall:
    """One row: an id with its call and salt, both None once they were erased."""

    audit_subject: str
    call_id: str | None
    salt: bytes | None

    @property
    def fits(self) -> bool:
        """True for a row that was erased, or whose id is that of its call."""
        if self.call_id is None:
            return True
        return self.salt is not None and self.audit_subject == _id_of(self.salt, self.call_id)


class AuditSubjects:
    """The list of one key store."""

    def __init__(self, keys: DataKeys) -> None:
        self.keys = keys

    def ids_of(self, call_ids: Collection[str]) -> dict[str, str]:
        """Return ids of calls in the audit, new ones where there were none.

        A call of an erased person has another one each time, which leads nowhere.
        """
        if not call_ids:
            return {}
        kept = {one: _kept(one) for one in call_ids}
        found = self._ids_of(set(kept.values()))
        return {one: found[name] for one, name in kept.items()}

    def _ids_of(self, call_ids: Collection[str]) -> dict[str, str]:
        with self.keys.engine.connect() as connection:
            found = _ids_in(connection, call_ids)
        for part in _parts({*call_ids} - {*found}):
            with self._writing() as connection:
                found |= _added(connection, part)
        return found

    def all_of(self, call_id: str) -> list[str]:
        """Return every id of a call."""
        with self.keys.engine.connect() as connection:
            these = select(_A.audit_subject).where(_A.call_id == _kept(call_id))
            return list(connection.execute(these).scalars())

    def calls_of(self, subjects: Collection[str]) -> dict[str, str | Gone]:
        """Return the calls behind ids, or why there is none.

        Records of older versions name calls by themselves.
        """
        ids = [one for one in subjects if one.startswith(MARK)]
        found: dict[str, str | Gone] = {one: one for one in subjects}
        found |= dict.fromkeys(ids, Gone.UNKNOWN)
        for part in _parts(ids):
            with self.keys.engine.connect() as connection:
                these = select(_A.audit_subject, _A.call_id).where(_A.audit_subject.in_(part))
                for subject, call_id in connection.execute(these):
                    found[subject] = Gone.ERASED if call_id is None else call_id
        return found

    def all(self) -> Iterator[AuditCall]:
        """Yield every row, by its id."""
        last = ""
        columns = select(_A.audit_subject, _A.call_id, _A.salt).order_by(_A.audit_subject)
        while True:
            with self.keys.engine.connect() as connection:
                rows = connection.execute(columns.where(_A.audit_subject > last).limit(_PART)).all()
            yield from (AuditCall(*row) for row in rows)
            if len(rows) < _PART:
                return
            last = rows[-1].audit_subject

    def put(self, calls: Iterable[AuditCall]) -> None:
        """Add rows of a copy; those that are here stay, and what was erased of either is."""
        add = insert_of(self.keys.engine.dialect.name, audit_calls).on_conflict_do_nothing()
        for part in _parts(calls):
            erased = [one.audit_subject for one in part if one.call_id is None]
            rows = [
                {"audit_subject": one.audit_subject, "call_id": one.call_id, "salt": one.salt}
                for one in part
            ]
            with self._writing() as connection:
                connection.execute(add, rows)
                _empty(connection, _A.audit_subject.in_(erased))
        self.unlink_erased()

    def unlink(self, call_ids: Collection[str]) -> None:
        """Erase calls for good; the records about them are about nobody from now on."""
        for part in _parts(call_ids):
            with self._writing() as connection:
                _empty(connection, _A.call_id.in_(part))

    def unlink_erased(self) -> int:
        """Erase the calls whose data keys were erased; return how many were left."""
        keys = data_keys.c
        erased = select(keys.call_id).where(keys.erased.is_(True))
        with self.keys.engine.connect() as connection:
            left = connection.execute(select(_A.call_id).where(_A.call_id.in_(erased))).scalars()
            call_ids = {one for one in left if one is not None}
        self.unlink(call_ids)
        return len(call_ids)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Open a transaction of which there is one at a time.

        Else a viewer could look for erasures, and add a call that is erased meanwhile.
        """
        with self.keys.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection


def _kept(call_id: str) -> str:
    """Return a call by its id, which fits its column; what somebody asked for is any text."""
    if len(call_id) <= _LONGEST_ID:
        return call_id
    return f"sha256:{sha256(call_id.encode()).hexdigest()}"


def _id_of(salt: bytes, call_id: str) -> str:
    return f"{MARK}{sha256(salt + call_id.encode()).hexdigest()}"


def _ids_in(connection: Connection, call_ids: Collection[str]) -> dict[str, str]:
    """Return one id of each of these calls that has any."""
    found: dict[str, str] = {}
    for part in _parts(call_ids):
        these = select(_A.call_id, _A.audit_subject).where(_A.call_id.in_(part))
        found |= {row[0]: row[1] for row in connection.execute(these)}
    return found


def _added(connection: Connection, call_ids: Collection[str]) -> dict[str, str]:
    """Return ids of calls that had none just now, added unless another process did."""
    found, erased = _ids_in(connection, call_ids), erased_among(connection, call_ids)
    rows = []
    for call_id in sorted({*call_ids} - {*found}):
        salt = secrets.token_bytes(_SALT_BYTES)
        found[call_id] = _id_of(salt, call_id)
        kept = _EMPTY if call_id in erased else {"call_id": call_id, "salt": salt}
        rows.append({"audit_subject": found[call_id], **kept})
    if rows:
        connection.execute(insert(audit_calls), rows)
    return found


def _empty(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(update(audit_calls).where(which).values(_EMPTY))


def customers_of(engine: Engine, call_ids: Collection[str]) -> dict[str, str]:
    """Return the record numbers of the customers of calls, as far as they are known."""
    found: dict[str, str] = {}
    for part in _parts(call_ids):
        with engine.connect() as connection:
            for column in (_F, _C):
                known = column.call_id.in_(part) & column.customer_id.is_not(None)
                rows = connection.execute(select(column.call_id, column.customer_id).where(known))
                found |= {row[0]: row[1] for row in rows}
    return found


def _parts(values: Iterable[T]) -> Iterator[list[T]]:
    all_of_them = list(values)
    return (all_of_them[at : at + _PART] for at in range(0, len(all_of_them), _PART))
