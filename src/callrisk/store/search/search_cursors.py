"""The end of a page of a search, sealed: it may be a call out of reach of who searches."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from sqlalchemy import Engine

from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.sealing import SealError
from callrisk.store.ciphers.word_cipher import cipher_of


class SearchCursors:
    """Seals cursors under the key ring of one database; each belongs to who was given it."""

    def __init__(self, engine: Engine) -> None:
        with engine.connect() as connection:
            keys = cipher_of(connection).keys
        self._cipher = RingCipher(keys, KeyPurpose.ACCOUNTS, "search cursor")

    def seal(self, owner: str, reached: tuple[datetime, str]) -> str:
        """Return the start and the id of a call as a cursor."""
        whole = json.dumps([reached[0].isoformat(), reached[1]], ensure_ascii=False)
        sealed = self._cipher.seal(whole.encode(), owner.encode())
        return urlsafe_b64encode(sealed).decode("ascii").rstrip("=")

    def open(self, owner: str, cursor: str) -> tuple[datetime, str] | None:
        """Return what a cursor was made of; None for one that this owner was not given."""
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            moment, call_id = json.loads(self._cipher.open(sealed, owner.encode()))
        except (SealError, ValueError):
            return None
        return datetime.fromisoformat(moment), call_id
