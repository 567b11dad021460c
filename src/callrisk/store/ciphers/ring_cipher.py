"""Single values sealed under a key of the ring: each for its kind and place, named by its key.

What was sealed before, under a key drawn from FLASK_SECRET_KEY, stays readable.
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, func, select

from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing, RingKey
from callrisk.store.ciphers.sealing import SealError, SecretCipher
from callrisk.store.connect import connect_tables
from callrisk.store.contacting.contact_tables import contact_decisions
from callrisk.store.customer_segments.segment_tables import customer_segments
from callrisk.store.people import people_tables
from callrisk.store.search.search_tables import saved_searches
from callrisk.store.search.word_segments import segments_by_ring_key
from callrisk.store.webhooks.webhook_tables import webhooks

_NONCE_BYTES = 12
# A nonce of before begins like this once in 2^64 values.
_FORM = b"cr-ring\x01"
# The head of a value has the name of its key, which is shorter than this.
_HEAD = 128
_SEALED = (
    connect_tables.quarantine.c.sealed, people_tables.persons.c.sealed_totp,
    people_tables.sessions.c.sealed_id_token, webhooks.c.sealed_secret,
    webhooks.c.sealed_old_secret, saved_searches.c.sealed, contact_decisions.c.sealed,
    customer_segments.c.sealed,
)  # fmt: skip


class RingHolder(Protocol):
    """Has the key ring, and reads it again."""

    @property
    def ring(self) -> KeyRing:
        """The ring in use."""

    def reread_ring(self) -> None:
        """Use the ring as it is now."""


class RingCipher:
    """AES-256-GCM under the newest key of a purpose; values belong to their kind and place.

    `before` opens what was sealed without the ring.
    """

    def __init__(
        self, holder: RingHolder, purpose: KeyPurpose, kind: str,
        before: SecretCipher | None = None,
    ) -> None:  # fmt: skip
        self._holder = holder
        self._purpose = purpose
        self._kind = kind
        self._before = before

    def seal(self, value: bytes, place: bytes) -> bytes:
        """Return a value, encrypted."""
        key = self._holder.ring.active(self._purpose)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(key.value).encrypt(nonce, value, self._bound(place))
        return _head(key) + nonce + sealed

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return the value as it was; SealError if no key, or this place, does not fit."""
        if not sealed.startswith(_FORM):
            if self._before is None:
                raise SealError("the value was sealed without the key ring")
            return self._before.open(sealed, place)
        name, rest = _parts(sealed)
        nonce, value = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        key = self._key(name)
        try:
            return AESGCM(key.value).decrypt(nonce, value, self._bound(place))
        except InvalidTag as error:
            raise SealError("the value was sealed elsewhere, or changed since") from error

    def is_newest(self, sealed: bytes) -> bool:
        """Return True for a value that the newest key of the ring sealed."""
        return sealed.startswith(_head(self._holder.ring.active(self._purpose)))

    def _key(self, name: str) -> RingKey:
        key = self._holder.ring.find(name)
        if key is None:
            # Another program may have sealed it since the ring was changed.
            self._holder.reread_ring()
            key = self._holder.ring.find(name)
        if key is None or key.purpose is not self._purpose:
            raise SealError(f"the key ring lacks {name}, which sealed the value")
        return key

    def _bound(self, place: bytes) -> bytes:
        return f"{self._kind}:".encode() + place


def values_by_ring_key(connection: Connection) -> dict[str, int]:
    """Return how many values of a database each key of the ring seals by itself, or hashes."""
    count = Counter[str](segments_by_ring_key(connection))
    for column in _SEALED:
        heads = select(func.substr(column, 1, _HEAD)).where(column.is_not(None))
        count.update(_names(connection.execute(heads).scalars()))
    return dict(count)


def _names(heads: Iterable[bytes]) -> Iterable[str]:
    return (_parts(bytes(head))[0] for head in heads if bytes(head).startswith(_FORM))


def _head(key: RingKey) -> bytes:
    name = key.key_id.encode()
    return _FORM + len(name).to_bytes(2, "big") + name


def _parts(sealed: bytes) -> tuple[str, bytes]:
    """Return the name of the key of a value, and what follows it."""
    begin = len(_FORM) + 2
    end = begin + int.from_bytes(sealed[len(_FORM) : begin], "big")
    return sealed[begin:end].decode(errors="replace"), sealed[end:]
