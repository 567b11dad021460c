"""Words sealed for their place: AES-256-GCM under the data key of their call.

A sealed value belongs to one place, a table with a call and a row: moved elsewhere it does not
open. Its first byte names the form.
"""

import json
import os
from collections.abc import Collection
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection

from callrisk.store.ciphers.data_keys import NONCE_BYTES, DataKeys
from callrisk.store.ciphers.sealing import SealError

_FORM = b"\x01"
# The name of the option by which an engine carries its cipher.
CIPHER = "word_cipher"


class WordsClosedError(RuntimeError):
    """The database was opened without its key ring."""


class WordCipher:
    """Seals and opens what was said, written down and dialled in calls."""

    def __init__(self, keys: DataKeys) -> None:
        self.keys = keys

    def prepare(self, call_ids: Collection[str]) -> None:
        """Have the keys of calls at hand, all in one look, before anybody has to wait."""
        self.keys.made(call_ids)

    def seal(self, kind: str, call_id: str, row_id: str, words: str) -> bytes | None:
        """Return words sealed for a row of a call; None for no words, or of an erased person."""
        key = self.keys.made([call_id])[call_id] if words else None
        if key is None:
            return None
        nonce = os.urandom(NONCE_BYTES)
        sealed = key.encrypt(nonce, words.encode(), _place(kind, call_id, row_id))
        return _FORM + nonce + sealed

    def open(self, kind: str, call_id: str, row_id: str, sealed: bytes | None) -> str:
        """Return words as they were; empty without any, or if their key was destroyed or lost.

        SealError for a value that belongs elsewhere or was changed, KeyLostError while a call has
        no key at all.
        """
        key = None if sealed is None else self.keys.found([call_id])[call_id]
        if sealed is None or key is None:
            return ""
        form, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            if form != _FORM:
                raise InvalidTag
            return key.decrypt(nonce, rest, _place(kind, call_id, row_id)).decode()
        except InvalidTag as error:
            if self.keys.was_lost(call_id):
                return ""
            raise SealError(f"{kind} {row_id}: sealed elsewhere, or changed since") from error

    def seal_json(self, kind: str, call_id: str, row_id: str, value: Any) -> bytes | None:
        """Return a value of JSON sealed as words are; None for None."""
        if value is None:
            return None
        return self.seal(kind, call_id, row_id, json.dumps(value, ensure_ascii=False))

    def open_json(self, kind: str, call_id: str, row_id: str, sealed: bytes | None) -> Any:
        """Return the value of JSON as it was; None if there is none, or its key was destroyed."""
        text = self.open(kind, call_id, row_id, sealed)
        return json.loads(text) if text else None


def cipher_of(connection: Connection) -> WordCipher:
    """Return the cipher of a database; WordsClosedError if it was opened without its ring."""
    cipher = connection.get_execution_options().get(CIPHER)
    if cipher is None:
        raise WordsClosedError("the database was opened without its key ring")
    return cipher  # type: ignore[no-any-return]


def _place(kind: str, call_id: str, row_id: str) -> bytes:
    return f"{len(kind)}:{kind}{len(call_id)}:{call_id}{row_id}".encode()
