"""Keys of services: of each only a hash and its start are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update

from callrisk.domain.access.person import ServiceKey
from callrisk.store.people import people_tables as tables
from callrisk.store.people.access_version import raise_version
from callrisk.store.people.kept_sessions import hashed
from callrisk.store.transaction import writing

_PREFIX = 8
# The use of a key is noted at most so often.
_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is for, what it may, and until when."""

    name: str
    scopes: Collection[str]
    ends_at: datetime | None


class KeptKeys:
    """The keys of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, key: str, new: NewKey, now: datetime) -> ServiceKey:
        """Store a key; return it as it is shown."""
        c = tables.service_keys.c
        values = {
            "prefix": key[:_PREFIX], "key_sha256": hashed(key), "name": new.name,
            "scopes": sorted(new.scopes), "created_at": now, "ends_at": new.ends_at,
        }  # fmt: skip
        with writing(self._engine) as connection:
            statement = insert(tables.service_keys).values(values).returning(c.key_id)
            key_id = int(connection.execute(statement).scalar_one())
        return ServiceKey(
            key_id, key[:_PREFIX], new.name, frozenset(new.scopes), now, new.ends_at, None
        )

    def all(self) -> list[ServiceKey]:
        """Return all keys, the newest first."""
        c = tables.service_keys.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.service_keys).order_by(c.key_id.desc())).all()
        return [_key(row) for row in rows]

    def of(self, key: str, now: datetime) -> ServiceKey | None:
        """Return the key, None for one that is not known or whose time is over; note its use."""
        c = tables.service_keys.c
        with self._engine.connect() as connection:
            row = connection.execute(
                select(tables.service_keys).where(c.key_sha256 == hashed(key))
            ).first()
        if row is None or (row.ends_at is not None and row.ends_at <= now):
            return None
        if row.used_at is None or row.used_at + _NOTED_EVERY <= now:
            mine = c.key_id == row.key_id
            with writing(self._engine) as connection:
                connection.execute(update(tables.service_keys).where(mine).values(used_at=now))
        return _key(row)

    def end_at(self, key_id: int, moment: datetime) -> bool:
        """Let a key end at a moment, as it is replaced by another; False if there is none."""
        mine = tables.service_keys.c.key_id == key_id
        with writing(self._engine) as connection:
            raise_version(connection)
            statement = update(tables.service_keys).where(mine).values(ends_at=moment)
            return connection.execute(statement).rowcount == 1

    def remove(self, key_id: int) -> bool:
        """Forget a key; return False if there is none."""
        mine = tables.service_keys.c.key_id == key_id
        with writing(self._engine) as connection:
            raise_version(connection)
            return connection.execute(delete(tables.service_keys).where(mine)).rowcount == 1


def _key(row: object) -> ServiceKey:
    values = row._mapping  # type: ignore[attr-defined]
    return ServiceKey(
        values["key_id"], values["prefix"], values["name"], frozenset(values["scopes"]),
        values["created_at"], values["ends_at"], values["used_at"],
    )  # fmt: skip
