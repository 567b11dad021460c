"""Whose data the records of the audit are about: calls by ids that are of no use without a list.

The list lies in the key store, which is backed up apart and for 30 days alone. An erasure removes
the calls of a person from it: the records stay as they were, and nobody can tell any more, also not
with the keys, about whom they are. The ids are random, so they cannot be made again from a call.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import Engine, delete, select

from callrisk.store import tables
from callrisk.store.ciphers.data_keys import DataKeys
from callrisk.store.ciphers.key_tables import audit_subjects
from callrisk.store.transaction import insert_of

# How an id begins, by which it is told from a call itself.
_MARK = "~"
_PART = 500
_A, _C, _F = audit_subjects.c, tables.calls.c, tables.call_facts.c


class AuditSubjects:
    """The list of one key store."""

    def __init__(self, keys: DataKeys) -> None:
        self._keys = keys

    def ids_of(self, call_ids: Collection[str]) -> dict[str, str]:
        """Return the ids of calls in the audit, new ones where there were none.

        A call of an erased person has another one each time, which is kept nowhere.
        """
        found = self.found(call_ids)
        if new := [one for one in call_ids if one not in found]:
            self.put({one: _new_id() for one in new})
            found |= self.found(new)
        return {one: found.get(one) or _new_id() for one in call_ids}

    def found(self, call_ids: Collection[str]) -> dict[str, str]:
        """Return the ids of those of these calls that are in the list."""
        rows: dict[str, str] = {}
        with self._keys.engine.connect() as connection:
            for part in _parts(call_ids):
                these = select(_A.call_id, _A.audit_subject).where(_A.call_id.in_(part))
                rows |= {row[0]: row[1] for row in connection.execute(these)}
        return rows

    def calls_of(self, subjects: Collection[str]) -> dict[str, str]:
        """Return the calls behind ids, those of erased persons left out.

        Records of older versions name calls by themselves.
        """
        rows = {one: one for one in subjects if not one.startswith(_MARK)}
        with self._keys.engine.connect() as connection:
            for part in _parts(subjects):
                these = select(_A.audit_subject, _A.call_id).where(_A.audit_subject.in_(part))
                rows |= {row[0]: row[1] for row in connection.execute(these)}
        return rows

    def all(self) -> dict[str, str]:
        """Return the ids of all calls in the list."""
        with self._keys.engine.connect() as connection:
            rows = connection.execute(select(_A.call_id, _A.audit_subject)).all()
        return {row[0]: row[1] for row in rows}

    def put(self, ids: Mapping[str, str]) -> None:
        """Add calls with their ids but for those of erased persons; those in the list stay."""
        erased = self._keys.erased(ids)
        statement = insert_of(self._keys.engine.dialect.name, audit_subjects)
        for part in _parts(one for one in ids if one not in erased):
            rows = [{"call_id": one, "audit_subject": ids[one]} for one in part]
            with self._keys.writing() as connection:
                connection.execute(statement.on_conflict_do_nothing(), rows)

    def unlink(self, call_ids: Collection[str]) -> None:
        """Remove calls for good; the records about them are about nobody from now on."""
        for part in _parts(call_ids):
            with self._keys.writing() as connection:
                connection.execute(delete(audit_subjects).where(_A.call_id.in_(part)))


def _new_id() -> str:
    return f"{_MARK}{secrets.token_hex(16)}"


def customers_of(engine: Engine, call_ids: Collection[str]) -> dict[str, str]:
    """Return the record numbers of the customers of calls, as far as they are known."""
    found: dict[str, str] = {}
    with engine.connect() as connection:
        for part in _parts(call_ids):
            for column in (_F, _C):
                known = column.call_id.in_(part) & column.customer_id.is_not(None)
                rows = connection.execute(select(column.call_id, column.customer_id).where(known))
                found |= {row[0]: row[1] for row in rows}
    return found


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    all_of_them = list(values)
    return (all_of_them[at : at + _PART] for at in range(0, len(all_of_them), _PART))
