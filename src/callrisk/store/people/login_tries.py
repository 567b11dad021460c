"""Failed tries to log in, by account and by address, which close both for a while."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Engine, delete, func, select, update

from callrisk.store.people import people_tables as tables
from callrisk.store.transaction import insert_into, writing

# Tries that are this old count no longer.
FORGOTTEN_AFTER = timedelta(minutes=15)
_LONGEST_CLOSED = timedelta(hours=1)
# How long a subject is closed at first.
CLOSED_FOR = timedelta(minutes=1)
_T, _C = tables.login_tries, tables.login_tries.c


@dataclass(frozen=True, slots=True)
class _Counted:
    """A try that was counted for a subject, and when the one before was."""

    subject_sha256: str
    at: datetime
    before: datetime | None


@dataclass(frozen=True, slots=True)
class TakenTry:
    """A try that may be made, counted as failed until it is given back; or until when none may."""

    counted: tuple[_Counted, ...] = ()
    closed_until: datetime | None = None


class LoginTries:
    """The tries of one database.

    Each is counted before anything is checked, in one transaction. Else as many as arrive at once
    were checked, however few are allowed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, limits: Mapping[str, int], now: datetime) -> TakenTry:
        """Count a try for each subject, unless one is closed.

        From its limit on each try closes a subject for twice as long, an hour at most.
        """
        hashes = {_hashed(subject): limit for subject, limit in limits.items()}
        with writing(self._engine) as connection:
            until = _closed_until(connection, hashes)
            if until is not None and until > now:
                return TakenTry(closed_until=until)
            _forget_old(connection, now)
            counted = (_count(connection, one, limit, now) for one, limit in hashes.items())
            return TakenTry(tuple(counted))

    def give_back(self, taken: TakenTry) -> None:
        """Count a try no more, which was none in vain; what it closed is open again."""
        with writing(self._engine) as connection:
            for one in taken.counted:
                mine = _C.subject_sha256 == one.subject_sha256
                # While a subject is closed no try is made, so whoever made one found it open.
                fewer = {"failures": _C.failures - 1, "closed_until": None}
                connection.execute(update(_T).where(mine).values(fewer))
                if one.before is not None:
                    newest = mine & (_C.last_at == one.at)
                    connection.execute(update(_T).where(newest).values(last_at=one.before))
                connection.execute(delete(_T).where(mine & (_C.failures <= 0)))

    def forget(self, subject: str) -> None:
        """Forget the failures of a subject."""
        with writing(self._engine) as connection:
            connection.execute(delete(_T).where(_C.subject_sha256 == _hashed(subject)))


def _closed_until(connection: Connection, hashes: Collection[str]) -> datetime | None:
    statement = select(func.max(_C.closed_until)).where(_C.subject_sha256.in_(hashes))
    return connection.execute(statement).scalar()


def _forget_old(connection: Connection, now: datetime) -> None:
    is_open = _C.closed_until.is_(None) | (_C.closed_until < now)
    connection.execute(delete(_T).where((_C.last_at < now - FORGOTTEN_AFTER) & is_open))


def _count(connection: Connection, subject: str, limit: int, now: datetime) -> _Counted:
    mine = _C.subject_sha256 == subject
    before = connection.execute(select(_C.last_at).where(mine)).scalar()
    row = insert_into(connection, _T).values(subject_sha256=subject, failures=1, last_at=now)
    more = {"failures": _C.failures + 1, "last_at": now}
    connection.execute(row.on_conflict_do_update(index_elements=["subject_sha256"], set_=more))
    failures = connection.execute(select(_C.failures).where(mine)).scalar_one()
    if failures >= limit:
        doubled = min(CLOSED_FOR * 2 ** min(failures - limit, 10), _LONGEST_CLOSED)
        connection.execute(update(_T).where(mine).values(closed_until=now + doubled))
    return _Counted(subject, now, before)


def _hashed(subject: str) -> str:
    return sha256(subject.encode("utf-8")).hexdigest()
