"""Searches by words that are kept, sealed, so that a page can be shown again by an id alone."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from callrisk.domain.search.sought_calls import SoughtFacts
from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.search.search_tables import saved_searches
from callrisk.store.transaction import writing

SEARCHES_KEPT = timedelta(days=30)
_ID_BYTES = 16
_S = saved_searches.c


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """The words as they were typed, and the facts."""

    words: str
    facts: SoughtFacts


class SavedSearches:
    """The searches of one database; each belongs to the person who made it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            keys = cipher_of(connection).keys
        self._cipher = RingCipher(keys, KeyPurpose.ACCOUNTS, "search")

    def add(self, owner: str, search: SavedSearch, now: datetime) -> str:
        """Store a search; return its id, which tells nothing."""
        search_id = secrets.token_urlsafe(_ID_BYTES)
        whole = json.dumps(asdict(search), ensure_ascii=False, default=date.isoformat)
        sealed = self._cipher.seal(whole.encode(), _place(search_id, owner))
        row = {"search_id": search_id, "owner": owner, "sealed": sealed, "made_at": now}
        with writing(self._engine) as connection:
            connection.execute(insert(saved_searches).values(row))
        return search_id

    def find(self, owner: str, search_id: str, now: datetime) -> SavedSearch | None:
        """Return a search of a person; None where there is none, or no longer."""
        this = (_S.search_id == search_id, _S.owner == owner, _S.made_at > now - SEARCHES_KEPT)
        with self._engine.connect() as connection:
            sealed = connection.execute(select(_S.sealed).where(*this)).scalar()
        if sealed is None:
            return None
        whole = json.loads(self._cipher.open(sealed, _place(search_id, owner)))
        days = {
            name: None if (day := whole["facts"][name]) is None else date.fromisoformat(day)
            for name in ("first", "last")
        }
        return SavedSearch(whole["words"], SoughtFacts(**(whole["facts"] | days)))

    def delete_old(self, now: datetime) -> int:
        """Delete the searches that are kept no longer; return their number."""
        old = _S.made_at <= now - SEARCHES_KEPT
        with self._engine.connect() as connection:
            if connection.execute(select(_S.search_id).where(old).limit(1)).first() is None:
                return 0
        with writing(self._engine) as connection:
            return int(connection.execute(delete(saved_searches).where(old)).rowcount)


def _place(search_id: str, owner: str) -> bytes:
    return f"{search_id} {owner}".encode()
