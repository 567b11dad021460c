"""Failed tries to log in, by account and by address, which close both for a while."""

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine, delete, func, select, update

from callrisk.store.people import people_tables as tables
from callrisk.store.transaction import insert_into, writing

# Tries that are this old count no longer.
FORGOTTEN_AFTER = timedelta(minutes=15)
_LONGEST_CLOSED = timedelta(hours=1)
# How long a subject is closed at first.
CLOSED_FOR = timedelta(minutes=1)


class LoginTries:
    """The failed tries of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def closed_until(self, subjects: Collection[str], now: datetime) -> datetime | None:
        """Return until when one of the subjects is closed, None if none is."""
        c = tables.login_tries.c
        hashes = [_hashed(subject) for subject in subjects]
        statement = select(func.max(c.closed_until)).where(c.subject_sha256.in_(hashes))
        with self._engine.connect() as connection:
            until = connection.execute(statement).scalar()
        return until if until is not None and until > now else None

    def failed(self, subject: str, limit: int, closed_for: timedelta, now: datetime) -> None:
        """Count a failure; from the limit on each closes the subject for twice as long, an hour
        at most."""
        c = tables.login_tries.c
        mine = c.subject_sha256 == _hashed(subject)
        with writing(self._engine) as connection:
            is_open = c.closed_until.is_(None) | (c.closed_until < now)
            old = (c.last_at < now - FORGOTTEN_AFTER) & is_open
            connection.execute(delete(tables.login_tries).where(old))
            row = insert_into(connection, tables.login_tries).values(
                subject_sha256=_hashed(subject), failures=1, last_at=now
            )
            connection.execute(
                row.on_conflict_do_update(
                    index_elements=["subject_sha256"],
                    set_={"failures": c.failures + 1, "last_at": now},
                )
            )
            failures = connection.execute(select(c.failures).where(mine)).scalar_one()
            if failures >= limit:
                doubled = min(closed_for * 2 ** min(failures - limit, 10), _LONGEST_CLOSED)
                connection.execute(
                    update(tables.login_tries).where(mine).values(closed_until=now + doubled)
                )

    def succeeded(self, subject: str) -> None:
        """Forget the failures of a subject."""
        mine = tables.login_tries.c.subject_sha256 == _hashed(subject)
        with writing(self._engine) as connection:
            connection.execute(delete(tables.login_tries).where(mine))


def _hashed(subject: str) -> str:
    return sha256(subject.encode("utf-8")).hexdigest()
