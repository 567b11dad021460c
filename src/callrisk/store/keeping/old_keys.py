"""The keys in use: wrapped by the newest key of the ring, and destroyed once nothing needs them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Engine, select, union

from callrisk.store import tables
from callrisk.store.ciphers.data_keys import DataKeys
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.people.audit_subjects import AuditSubjects
from callrisk.store.store_away import store_away_reported

_C = tables.calls.c
_AT_ONCE = 500


class OldKeys:
    """Keeps the data keys of a database in order; `step` is repeated by a loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._keys = cipher_of(connection).keys
        self._subjects = AuditSubjects(self._keys)

    def unlink_erased(self) -> int:
        """Take calls whose keys were erased out of the audit; return how many were left there."""
        with store_away_reported():
            return self._subjects.unlink_erased()

    def step(self, now: datetime) -> int:
        """Wrap some keys anew, or destroy those that nothing needs; return how many were."""
        with store_away_reported():
            self._keys.reread_ring()
            if count := self._keys.rewrap():
                return count
            retired = self._keys.retired(now)
            with self._engine.connect() as connection:
                needed = with_sealed(connection, retired)
            self._keys.need_again(needed)
            return self._keys.destroy([one for one in retired if one not in needed], now)


def newest_with_sealed(engine: Engine, most: int) -> set[str]:
    """Return those of the newest calls of which something is encrypted."""
    newest = select(_C.call_id).order_by(_C.started_at.desc()).limit(most)
    with store_away_reported(), engine.connect() as connection:
        return with_sealed(connection, list(connection.execute(newest).scalars()))


def lost_keys(engine: Engine, keys: DataKeys) -> list[str]:
    """Return the calls of which something is encrypted whose keys are nowhere; may take minutes."""
    c = tables.calls.c.call_id
    lost, last = [], ""
    with engine.connect() as connection:
        while ids := connection.execute(
            select(c).where(c > last).order_by(c).limit(_AT_ONCE)
        ).scalars().all():  # fmt: skip
            lost += sorted(keys.lacking(with_sealed(connection, ids)))
            last = ids[-1]
    return lost


def with_sealed(connection: Connection, call_ids: Collection[str]) -> set[str]:
    """Return those of these calls of which something is still encrypted."""
    if not call_ids:
        return set()
    of_rows = (tables.segments, tables.notes, tables.drafts, tables.outbox, tables.assessments)
    found = [
        select(table.c.call_id).where(table.c.call_id.in_(call_ids), table.c.sealed.is_not(None))
        for table in of_rows
    ]
    sealed = _C.sealed_phone.is_not(None) | _C.sealed_summary.is_not(None)
    found.append(select(_C.call_id).where(_C.call_id.in_(call_ids), sealed))
    return set(connection.execute(union(*found)).scalars())
