"""The key ring: keys of this installation by purpose; the newest of a purpose seals.

None is derived from another. A ring stands in a file, in the environment, or in a file whose keys a
key service wrapped; how it is read is told in `bootstrap/keys`.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

KEY_BYTES = 32
_FORMAT = 1
_ID_BYTES = 4


class KeyPurpose(StrEnum):
    """The purpose of a key."""

    # Wraps the data keys, which encrypt what was said.
    DATA = "data"
    # Makes the tokens by which persons and words are found without being readable.
    SEARCH = "search"
    QUARANTINE = "quarantine"
    # Second factors and what else belongs to accounts.
    ACCOUNTS = "accounts"
    # Signs the anchors of the audit.
    AUDIT = "audit"
    # Makes what persons are called in logs.
    LOG = "log"
    # Signs the addresses of visitors, which the apps tell the server.
    VISITORS = "visitors"


# Rings of older versions lack them; `keys rotate --purpose` adds them.
LATER_PURPOSES = frozenset({KeyPurpose.AUDIT, KeyPurpose.LOG, KeyPurpose.VISITORS})


class KeyRingError(ValueError):
    """A ring cannot be read, or lacks a key; the message says which, never its value."""


@dataclass(frozen=True, slots=True, repr=False)
class RingKey:
    """One key with its name, which tells purpose and day."""

    key_id: str
    purpose: KeyPurpose
    value: bytes

    def __repr__(self) -> str:
        return f"RingKey({self.key_id})"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys, the oldest first."""

    keys: tuple[RingKey, ...]

    def active(self, purpose: KeyPurpose) -> RingKey:
        """Return the key that seals now; KeyRingError if there is none."""
        found = self.newest(purpose)
        if found is None:
            raise KeyRingError(
                f"鍵束に {purpose} の鍵がありません / the key ring lacks a key for {purpose}"
            )
        return found

    def newest(self, purpose: KeyPurpose) -> RingKey | None:
        """Return the key that seals now; None in a ring of before that purpose."""
        return next((key for key in reversed(self.keys) if key.purpose is purpose), None)

    def find(self, key_id: str) -> RingKey | None:
        """Return the key of a name, None if it is not in the ring."""
        return next((key for key in self.keys if key.key_id == key_id), None)

    def of(self, purpose: KeyPurpose) -> Sequence[RingKey]:
        """Return the keys of a purpose, the oldest first."""
        return [key for key in self.keys if key.purpose is purpose]

    def with_new(self, purpose: KeyPurpose, now: datetime) -> "KeyRing":
        """Return a ring in which a new key of the purpose seals; the others open still."""
        name = f"{purpose}-{now:%Y%m%d}-{secrets.token_hex(_ID_BYTES)}"
        return KeyRing((*self.keys, RingKey(name, purpose, secrets.token_bytes(KEY_BYTES))))

    def without(self, key_id: str) -> "KeyRing":
        """Return a ring without a key."""
        return KeyRing(tuple(key for key in self.keys if key.key_id != key_id))


def new_ring(now: datetime) -> KeyRing:
    """Return a ring with one new key for each purpose."""
    ring = KeyRing(())
    for purpose in KeyPurpose:
        ring = ring.with_new(purpose, now)
    return ring


def ring_json(ring: KeyRing, wrapped_by: str = "") -> str:
    """Return a ring as the text of its file; `wrapped_by` names the service that wrapped it."""
    keys = [
        {
            "id": key.key_id, "purpose": str(key.purpose),
            "key": urlsafe_b64encode(key.value).decode("ascii"),
        }
        for key in ring.keys
    ]  # fmt: skip
    whole = {"format": _FORMAT, **({"wrapped_by": wrapped_by} if wrapped_by else {}), "keys": keys}
    return json.dumps(whole, indent=1) + "\n"


def wrapped_by(text: str) -> str:
    """Return the name of the key service that wrapped the keys of a ring; empty if none did."""
    return str(_whole(text).get("wrapped_by", ""))


def ring_from(text: str) -> KeyRing:
    """Return the ring of a text, its keys as they stand there; KeyRingError for any other text."""
    whole = _whole(text)
    try:
        keys = tuple(
            RingKey(one["id"], KeyPurpose(one["purpose"]), urlsafe_b64decode(one["key"]))
            for one in whole["keys"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable() from error
    if not whole.get("wrapped_by") and any(len(key.value) != KEY_BYTES for key in keys):
        raise _unreadable()
    if len({key.key_id for key in keys}) != len(keys):
        raise _unreadable()
    ring = KeyRing(keys)
    for purpose in KeyPurpose:
        if purpose not in LATER_PURPOSES:
            ring.active(purpose)
    return ring


def _whole(text: str) -> dict[str, Any]:
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise _unreadable() from error
    if not isinstance(whole, dict) or whole.get("format") != _FORMAT:
        raise _unreadable()
    return whole


def _unreadable() -> KeyRingError:
    return KeyRingError(
        "鍵束として読めません（python run.py keys new が作る形式です） / not a key ring as "
        "python run.py keys new makes it"
    )
