"""The keys of the ring that sign for one purpose, in a ring that may change while programs run."""

from collections.abc import Callable
from hashlib import sha256

from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing


class SigningKeys:
    """The keys of a purpose; `old_key` signs under a ring of a version that had no such purpose.

    `ring_now` returns the ring in use. `reread` returns it as it is kept, for a name that the one
    in use lacks: another program may have signed since the ring was changed.
    """

    def __init__(
        self, ring_now: Callable[[], KeyRing], purpose: KeyPurpose, old_key: bytes,
        reread: Callable[[], KeyRing] | None = None,
    ) -> None:  # fmt: skip
        self._ring_now = ring_now
        self._reread = reread or ring_now
        self._purpose = purpose
        self._old_key = old_key

    def newest(self) -> tuple[str, bytes]:
        """Return the name and the value of the key that signs; an empty name for `old_key`."""
        key = self._ring_now().newest(self._purpose)
        return ("", self._old_key) if key is None else (key.key_id, key.value)

    def find(self, name: str) -> bytes | None:
        """Return the value of a key of this purpose; `old_key` where it signs, for no name."""
        if not name:
            is_old = self._ring_now().newest(self._purpose) is None
            return self._old_key if is_old else None
        key = self._ring_now().find(name) or self._reread().find(name)
        return key.value if key is not None and key.purpose is self._purpose else None


def old_key(name: str, secret: str) -> bytes:
    """Return the key of an older version, which was drawn from a secret that had other purposes."""
    return sha256(f"callrisk {name} 1 {secret}".encode()).digest()


def visitor_keys(
    ring_now: Callable[[], KeyRing], secret: str, reread: Callable[[], KeyRing] | None = None
) -> SigningKeys:
    """Return the keys that sign the addresses of visitors; `secret` is FLASK_SECRET_KEY."""
    return SigningKeys(ring_now, KeyPurpose.VISITORS, old_key("visitor", secret), reread)
