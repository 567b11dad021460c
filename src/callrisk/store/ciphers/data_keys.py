"""The data keys: one for each call, wrapped by the key ring, made when a call is first sealed.

Theory of operation
-------------------
A data key is stored before anything that it seals, in the key store, in a transaction of its own.
Two processes that make the same one agree on that which was stored first. Keys that were used are
at hand for an hour; so a key that nobody needs is *retired* first, and destroyed only when no
process can have it at hand any more. Whoever reads a retired key makes it needed again.

A call whose key is lost, though something was sealed with it, gets a new one for what comes later;
it is noted as lost, so what cannot be opened any more is told apart from what somebody changed.

A key that was destroyed stays as a row without its value: what it sealed reads as removed, and
words that come later get a new one, unless the person's data was *erased*. A key that is not there
at all, or that the ring cannot unwrap, is another matter: somebody started with the wrong ring or
key store, and nothing may be served or written as if it were empty.
"""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Update,
    bindparam,
    func,
    select,
    update,
)

from callrisk.domain.time import utc_now
from callrisk.store.ciphers.key_ring import KEY_BYTES, KeyPurpose, KeyRing, RingKey
from callrisk.store.ciphers.key_tables import data_keys, lost_keys
from callrisk.store.store_away import StoreAwayError
from callrisk.store.transaction import insert_of

logger = logging.getLogger(__name__)

NONCE_BYTES = 12
# So long a key is at hand without being looked up again, and so many are.
_AT_HAND_S, _MOST_AT_HAND = 3_600.0, 20_000
# Longer than any process has a key at hand.
_RETIRED_FOR = timedelta(seconds=2 * _AT_HAND_S)
_K = data_keys.c
_FIND = select(_K.call_id, _K.ring_key, _K.wrapped, _K.retired_at, _K.erased).where(
    _K.call_id.in_(bindparam("call_ids", expanding=True))
)
_PART = 500


class KeyLostError(StoreAwayError):
    """A data key is not in the key store, or the ring cannot unwrap it."""


class DataKeys:
    """The data keys of one key store under one ring; safe to use from many threads.

    `ring_now` reads the ring anew, which is done when a data key needs a key that is not in it.
    """

    def __init__(
        self, engine: Engine, ring: KeyRing, ring_now: Callable[[], KeyRing] | None = None
    ) -> None:
        self.engine = engine
        self._ring = ring
        self._ring_now = ring_now
        # Which of some calls have something sealed; set by whoever opens the database with them.
        self.with_sealed: Callable[[Collection[str]], set[str]] | None = None
        self._lock = threading.Lock()
        # Until when by two clocks: one stands still while a machine sleeps, one may be set back.
        self._at_hand: OrderedDict[str, tuple[AESGCM, float, float]] = OrderedDict()

    @property
    def ring(self) -> KeyRing:
        """The ring in use."""
        return self._ring

    def ring_as_kept(self) -> KeyRing:
        """Return the ring as it is kept now, whether or not it is in use."""
        return self._ring if self._ring_now is None else self._ring_now()

    def reread_ring(self) -> None:
        """Use the ring as it is now: a key may have been added or removed.

        A ring that lacks a key in use is another installation's, or an old copy: it is not used.
        """
        ring = self.ring_as_kept()
        if ring == self._ring:
            return
        lacking = [name for name in self.by_ring_key() if ring.find(name) is None]
        if lacking:
            logger.error("the key ring lacks %s now; that of before is used", ", ".join(lacking))
        else:
            self._ring = ring

    def lacking(self, call_ids: Collection[str]) -> set[str]:
        """Return those of these calls of which the key store knows nothing."""
        known: set[str] = set()
        with self.engine.connect() as connection:
            for part in _parts(call_ids):
                rows = connection.execute(select(_K.call_id).where(_K.call_id.in_(part)))
                known |= set(rows.scalars())
        return {*call_ids} - known

    def erased(self, call_ids: Collection[str]) -> set[str]:
        """Return those of these calls of which everything was erased, whoever did it."""
        with self.engine.connect() as connection:
            return erased_among(connection, call_ids)

    def made(self, call_ids: Collection[str]) -> Mapping[str, AESGCM | None]:
        """Return the keys of calls, new ones where there were none; None where all was erased.

        KeyLostError where the ring cannot unwrap one; errors of SQLAlchemy where the store is away.
        """
        found = self._known(call_ids)
        if lacking := [one for one in call_ids if one not in found]:
            found |= self._found(lacking)
            if new := [one for one in lacking if found.get(one) is None]:
                sealed = self._sealed_among([one for one in new if one not in found])
                self._make(new, sealed)
                found |= self._found(new)
        return found

    def found(self, call_ids: Collection[str]) -> Mapping[str, AESGCM | None]:
        """Return the keys of calls; None for destroyed ones, KeyLostError for one not there."""
        found = self._known(call_ids)
        if lacking := [one for one in call_ids if one not in found]:
            found |= self._found(lacking)
            if gone := [one for one in lacking if one not in found]:
                raise KeyLostError(
                    f"{len(gone)} data keys are not in the key store; restore it (python run.py "
                    "keys restore FILE) or set KEY_STORE_URL to the right one"
                )
        return found

    def was_lost(self, call_id: str) -> bool:
        """Return True for a call whose key was lost before it got another one."""
        wanted = select(lost_keys.c.call_id).where(lost_keys.c.call_id == call_id)
        with self.engine.connect() as connection:
            return connection.execute(wanted).first() is not None

    def have_at_hand(self, call_ids: Collection[str]) -> None:
        """Read the keys of calls in one look; those that are not there are passed over."""
        known = self._known(call_ids)
        if lacking := [one for one in call_ids if one not in known]:
            self._found(lacking)

    def give_up(self, call_ids: Collection[str], now: datetime) -> None:
        """Count the keys of calls, which are lost, as destroyed: their words read as removed."""
        gone = {"ring_key": "", "made_at": now, "destroyed_at": now, "erased": False}
        statement = insert_of(self.engine.dialect.name, data_keys).on_conflict_do_nothing()
        for part in _parts(call_ids):
            with self.writing() as connection:
                connection.execute(statement, [gone | {"call_id": one} for one in part])

    def retire(self, call_ids: Collection[str], now: datetime) -> None:
        """Mark keys that nobody needs any more; those that somebody asks for later stay."""
        for part in _parts(call_ids):
            idle = _K.call_id.in_(part) & _K.retired_at.is_(None) & _K.wrapped.is_not(None)
            self._write(update(data_keys).where(idle).values(retired_at=now))
            self._forget(part)

    def retired(self, now: datetime) -> list[str]:
        """Return some calls whose keys were retired so long ago that no process has them."""
        old = select(_K.call_id).where(_long_retired(now)).limit(_PART)
        with self.engine.connect() as connection:
            return list(connection.execute(old).scalars())

    def need_again(self, call_ids: Collection[str]) -> int:
        """Make retired keys needed again; return how many of them there are."""
        these = _K.call_id.in_(call_ids) & _K.wrapped.is_not(None)
        return self._write(update(data_keys).where(these).values(retired_at=None))

    def destroy(self, call_ids: Collection[str], now: datetime) -> int:
        """Destroy those of these keys that are long retired still; return how many."""
        old = _K.call_id.in_(call_ids) & _long_retired(now)
        return self._write(update(data_keys).where(old).values(wrapped=None, destroyed_at=now))

    def erase(self, call_ids: Collection[str], now: datetime) -> None:
        """Destroy keys for good: nothing that they sealed can be read again, and none is made."""
        for part in _parts(call_ids):
            rows = [
                {
                    "call_id": one, "ring_key": "", "made_at": now, "destroyed_at": now,
                    "erased": True,
                }
                for one in part
            ]  # fmt: skip
            statement = insert_of(self.engine.dialect.name, data_keys)
            values = {"wrapped": None, "destroyed_at": now, "ring_key": "", "erased": True}
            put = statement.on_conflict_do_update(index_elements=["call_id"], set_=values)
            with self.writing() as connection:
                connection.execute(put, rows)
            self._forget(part)

    def rewrap(self, most: int = _PART) -> int:
        """Wrap some keys with the newest key of the ring; return how many, 0 once all are."""
        active = self._ring.active(KeyPurpose.DATA)
        other = (_K.ring_key != active.key_id) & _K.wrapped.is_not(None)
        other &= _K.ring_key.in_([key.key_id for key in self._ring.keys])
        with self.engine.connect() as connection:
            old = connection.execute(
                select(_K.call_id, _K.ring_key, _K.wrapped).where(other).limit(most)
            ).all()
        rows = []
        for row in old:
            try:
                value = self._value(row)
            except KeyLostError as error:
                # One that is damaged must not hold up the others.
                logger.warning(
                    "the data key of call %s cannot be unwrapped: %s", row.call_id, error
                )
                continue
            rows.append({
                "of": row.call_id, "was": row.wrapped, "ring_key": active.key_id,
                "wrapped": _wrapped(active, row.call_id, value),
            })  # fmt: skip
        if rows:
            # One that was wrapped, destroyed or made anew meanwhile is left alone.
            same = (_K.call_id == bindparam("of")) & (_K.wrapped == bindparam("was"))
            with self.writing() as connection:
                connection.execute(update(data_keys).where(same), rows)
        return len(rows)

    def by_ring_key(self) -> dict[str, int]:
        """Return how many data keys each key of the ring wraps."""
        count = select(_K.ring_key, func.count()).where(_K.wrapped.is_not(None))
        with self.engine.connect() as connection:
            rows = connection.execute(count.group_by(_K.ring_key)).all()
        return {row[0]: row[1] for row in rows}

    def _known(self, call_ids: Collection[str]) -> dict[str, AESGCM | None]:
        now, clock = time.monotonic(), time.time()
        with self._lock:
            at_hand = ((one, self._at_hand.get(one)) for one in call_ids)
            return {
                one: it[0]
                for one, it in at_hand
                if it is not None and it[1] > now and it[2] > clock
            }

    def _keep(self, keys: Mapping[str, AESGCM | None]) -> None:
        until = time.monotonic() + _AT_HAND_S, time.time() + _AT_HAND_S
        with self._lock:
            for call_id, key in keys.items():
                if key is not None:
                    self._at_hand[call_id] = (key, *until)
            while len(self._at_hand) > _MOST_AT_HAND:
                self._at_hand.popitem(last=False)

    def _forget(self, call_ids: Iterable[str]) -> None:
        with self._lock:
            for call_id in call_ids:
                self._at_hand.pop(call_id, None)

    def _found(self, call_ids: Sequence[str]) -> dict[str, AESGCM | None]:
        """Return the keys that there are, read from the store; None for those without a value."""
        rows: list[Any] = []
        with self.engine.connect() as connection:
            for part in _parts(call_ids):
                rows += connection.execute(_FIND, {"call_ids": part}).all()
        retired = [row.call_id for row in rows if row.retired_at is not None and row.wrapped]
        if retired and self.need_again(retired) < len(retired):
            # One was destroyed meanwhile.
            return self._found(call_ids)
        found = {row.call_id: self._opened(row) for row in rows}
        self._keep(found)
        return found

    def _opened(self, row: Any) -> AESGCM | None:
        return None if row.wrapped is None else AESGCM(self._value(row))

    def _sealed_among(self, call_ids: Sequence[str]) -> set[str]:
        """Return those of calls without a key of which something is sealed all the same."""
        return self.with_sealed(call_ids) if call_ids and self.with_sealed is not None else set()

    def _make(self, call_ids: Sequence[str], sealed: Collection[str]) -> None:
        # A ring that changed is known here before it wraps anything.
        self.reread_ring()
        active, now = self._ring.active(KeyPurpose.DATA), utc_now()
        rows: list[dict[str, Any]] = [
            {
                "call_id": one, "ring_key": active.key_id, "made_at": now,
                "wrapped": _wrapped(active, one, secrets.token_bytes(KEY_BYTES)), "erased": False,
                "retired_at": None, "destroyed_at": None,
            }
            for one in call_ids
        ]  # fmt: skip
        statement = insert_of(self.engine.dialect.name, data_keys)
        # That which another process stored first stays; one that was destroyed gets a new value.
        names = ("ring_key", "wrapped", "made_at", "retired_at", "destroyed_at")
        anew = {name: statement.excluded[name] for name in names}
        destroyed = _K.wrapped.is_(None) & _K.erased.is_(False)
        with self.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["call_id"], set_=anew, where=destroyed
                ),
                rows,
            )
            ours = {row["call_id"]: row["wrapped"] for row in rows if row["call_id"] in sealed}
            if ours:
                _note_lost(connection, ours, now)

    def _value(self, row: Any) -> bytes:
        return self.unwrapped(row.call_id, row.ring_key, row.wrapped)

    def unwrapped(self, call_id: str, ring_key: str, wrapped: bytes) -> bytes:
        """Return the data key of a call; KeyLostError unless the ring has what wrapped it."""
        key = self._ring.find(ring_key)
        if key is None:
            self.reread_ring()
            key = self._ring.find(ring_key)
        if key is None:
            raise KeyLostError(f"the key ring lacks {ring_key}, which wrapped data keys")
        try:
            nonce, rest = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
            return AESGCM(key.value).decrypt(nonce, rest, call_id.encode())
        except InvalidTag as error:
            wrong = f"a data key was not wrapped by {ring_key} of this ring"
            raise KeyLostError(wrong) from error

    def _write(self, statement: Update) -> int:
        with self.writing() as connection:
            return int(connection.execute(statement).rowcount)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes to the key store."""
        with (
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection


def erased_among(connection: Connection, call_ids: Iterable[str]) -> set[str]:
    """Return those of these calls of which everything was erased, as a connection sees it."""
    found: set[str] = set()
    for part in _parts(call_ids):
        these = _K.call_id.in_(part) & _K.erased.is_(True)
        found |= set(connection.execute(select(_K.call_id).where(these)).scalars())
    return found


def _note_lost(connection: Connection, made: Mapping[str, bytes], now: datetime) -> None:
    """Note calls as lost whose new keys were stored; others had a key of another process."""
    these = select(_K.call_id, _K.wrapped).where(_K.call_id.in_(made))
    lost = [row[0] for row in connection.execute(these) if row[1] == made[row[0]]]
    if lost:
        logger.error("the data keys of %d calls were lost: %s", len(lost), ", ".join(lost))
        note = insert_of(connection.dialect.name, lost_keys).on_conflict_do_nothing()
        connection.execute(note, [{"call_id": one, "at": now} for one in lost])


def _wrapped(key: RingKey, call_id: str, value: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key.value).encrypt(nonce, value, call_id.encode())


def _long_retired(now: datetime) -> ColumnElement[bool]:
    return (_K.retired_at < now - _RETIRED_FOR) & _K.wrapped.is_not(None)


def _parts(call_ids: Iterable[str]) -> Iterable[list[str]]:
    all_of_them = list(call_ids)
    return (all_of_them[at : at + _PART] for at in range(0, len(all_of_them), _PART))
