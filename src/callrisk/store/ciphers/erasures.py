"""The ledger of erasures: whose data was erased and when, by a keyed hash of the id alone.

It lies in the key store, so a database that is restored from an old backup is erased again before
anything of it serves.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from callrisk.store.ciphers.data_keys import DataKeys
from callrisk.store.ciphers.key_ring import KeyPurpose, RingKey
from callrisk.store.ciphers.key_tables import erasures
from callrisk.store.transaction import insert_of

_E = erasures.c


@dataclass(frozen=True, slots=True)
class Erasure:
    """One entry: everything of a customer from before a moment."""

    hash_key: str
    customer_hash: str
    at: datetime


class Erasures:
    """The entries in one key store."""

    def __init__(self, keys: DataKeys) -> None:
        self._keys = keys

    def all(self) -> list[Erasure]:
        """Return every entry."""
        with self._keys.engine.connect() as connection:
            rows = connection.execute(select(_E.hash_key, _E.customer_hash, _E.at)).all()
        return [Erasure(*row) for row in rows]

    def hash_keys(self) -> set[str]:
        """Return the keys of the ring by which customers are known again."""
        with self._keys.engine.connect() as connection:
            return set(connection.execute(select(_E.hash_key).distinct()).scalars())

    def add(self, customer_id: str, at: datetime) -> None:
        """Note that the data of a customer is erased; a later moment counts."""
        key = self._keys.ring.active(KeyPurpose.SEARCH)
        self.put([Erasure(key.key_id, _hash(key, customer_id), at)])

    def put(self, entries: Iterable[Erasure]) -> None:
        """Store entries, each once; of two of one customer the later counts."""
        statement = insert_of(self._keys.engine.dialect.name, erasures)
        later = statement.on_conflict_do_update(
            index_elements=["hash_key", "customer_hash"], set_={"at": statement.excluded.at},
            where=_E.at < statement.excluded.at,
        )  # fmt: skip
        rows = [
            {"hash_key": one.hash_key, "customer_hash": one.customer_hash, "at": one.at}
            for one in entries
        ]
        if rows:
            with self._keys.writing() as connection:
                connection.execute(later, rows)

    def of(self, customer_ids: Iterable[str]) -> dict[str, datetime]:
        """Return those of these customers whose data was erased, and when."""
        entries = self.all()
        if not entries:
            return {}
        known = {(one.hash_key, one.customer_hash): one.at for one in entries}
        names = {one.hash_key for one in entries}
        keys = [key for key in self._keys.ring.keys if key.key_id in names]
        found: dict[str, datetime] = {}
        for customer_id in customer_ids:
            moments = [known.get((key.key_id, _hash(key, customer_id))) for key in keys]
            if at := max(filter(None, moments), default=None):
                found[customer_id] = at
        return found


def _hash(key: RingKey, customer_id: str) -> str:
    return hmac.digest(key.value, f"customer {customer_id}".encode(), "sha256").hex()
