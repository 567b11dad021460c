"""Encryption of single values under a key drawn from a secret of the server: cookies alone.

What older versions stored in the database under such keys is opened with them.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class SealError(RuntimeError):
    """A value cannot be opened: another key, another place, or it was tampered with."""


class SecretCipher:
    """AES-256-GCM; a key of its own for each purpose, and each value bound to its place."""

    def __init__(self, secret: str, purpose: str) -> None:
        derive = HKDF(SHA256(), 32, salt=None, info=f"callrisk {purpose} 1".encode())
        self._cipher = AESGCM(derive.derive(secret.encode()))

    def seal(self, value: bytes, place: bytes) -> bytes:
        """Return a value, encrypted."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return the value as it was; SealError if this key or this place does not fit."""
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, place)
        except InvalidTag as error:
            raise SealError("the value was sealed with another key, or elsewhere") from error
