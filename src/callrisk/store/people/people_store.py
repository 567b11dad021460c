"""Everything about persons in one database."""

from datetime import datetime

from sqlalchemy import Engine

from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.sealing import SecretCipher
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.people.access_version import access_version
from callrisk.store.people.first_code import is_first_code, store_first_code, take_first_code
from callrisk.store.people.kept_keys import KeptKeys
from callrisk.store.people.kept_sessions import KeptSessions
from callrisk.store.people.login_tries import LoginTries
from callrisk.store.people.openid_answers import OpenIdAnswers
from callrisk.store.people.persons import Persons


class PeopleStore:
    """Persons, sessions, keys, and tries to log in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.persons = Persons(engine)
        self.sessions = KeptSessions(engine)
        self.keys = KeptKeys(engine)
        self.tries = LoginTries(engine)
        self.openid_answers = OpenIdAnswers(engine)

    def cipher(self, kind: str, old_secret: str) -> RingCipher:
        """Return what seals values of accounts; `old_secret` opens those of older versions."""
        with self._engine.connect() as connection:
            keys = cipher_of(connection).keys
        return RingCipher(keys, KeyPurpose.ACCOUNTS, kind, SecretCipher(old_secret, kind))

    def access_version(self) -> int:
        """Return the number that rises whenever somebody may do less or more."""
        return access_version(self._engine)

    def store_first_code(self, code: str, now: datetime) -> None:
        """Store the code with which the first administrator is made."""
        store_first_code(self._engine, code, now)

    def is_first_code(self, code: str, now: datetime) -> bool:
        """Return True for the code that is valid, which stays so."""
        return is_first_code(self._engine, code, now)

    def take_first_code(self, code: str, now: datetime) -> bool:
        """Return True once for the code that is valid."""
        return take_first_code(self._engine, code, now)
