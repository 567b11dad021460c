"""What administrators do: persons, their passwords, keys of services, sessions."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callrisk.domain.access.person import Person, ServiceKey
from callrisk.domain.access.policy_table import KEY_SCOPES
from callrisk.domain.wording import Text
from callrisk.people.logins import is_writable, spelled_login
from callrisk.people.password_rules import hashed
from callrisk.people.person_import import Imported, persons_of
from callrisk.people.sessions import Sessions
from callrisk.store.people.kept_keys import NewKey
from callrisk.store.people.people_store import PeopleStore
from callrisk.store.people.persons import NoAdminLeftError, TakenError

# So that a key in a log or a mail is known for one by scanners of secrets.
_KEY_START, _KEY_BYTES = "crk_", 32
# How long the old key works beside the one that replaces it.
_OLD_KEY_LASTS = timedelta(hours=24)
_PASSWORD_BYTES = 12

NAME_MISSING = Text("ログイン名、氏名、役割が必要です。", "A login, a name and a role are needed.")
TAKEN = Text(
    "ログイン名かオペレーターIDが、ほかの人と同じです。",
    "Somebody else has this login, or one of these agent ids.",
)
NO_PASSWORDS = Text(
    "会社のアカウントでログインする人には、パスワードを発行できません。",
    "A person who logs in with the company account gets no password.",
)
NO_SUBJECT = Text("ID (sub) が正しくありません。", "That is no subject of a provider.")
IDENTITY_TAKEN = Text(
    "この会社のアカウントは、ほかの人のものです。", "Another person has this company account."
)
LAST_ADMIN = Text(
    "ほかに管理者がいないため、この人の管理者の役割を外すことも、無効にすることもできません。",
    "There is no other administrator, so this one has to stay one.",
)
KEY_UNFIT = Text(
    "名前と、一つ以上の権限が必要です。", "A name and at least one known scope are needed."
)


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A password or a key that is shown once, and what it belongs to."""

    value: str
    name: str


class Administration:
    """Changes persons, keys and sessions of one database; every change is seen at once here."""

    def __init__(self, store: PeopleStore, sessions: Sessions) -> None:
        self._store = store
        self._sessions = sessions

    def save(self, person: Person, now: datetime) -> Person | Text:
        """Store a new person, or one anew; return the person, or what is wrong."""
        spelled = replace(person, login=spelled_login(person.login), name=person.name.strip())
        texts = (spelled.login, spelled.name, *spelled.teams, *spelled.agent_ids)
        if not all(map(is_writable, texts)) or not spelled.roles:
            return NAME_MISSING
        try:
            if spelled.person_id:
                self._store.persons.change(spelled)
            else:
                spelled = self._store.persons.add(spelled, now)
        except TakenError:
            return TAKEN
        except NoAdminLeftError:
            return LAST_ADMIN
        if not spelled.is_active:
            self._store.sessions.end_of_person(spelled.person_id)
        self._sessions.look_again()
        return spelled

    def read(self, content: bytes, now: datetime) -> Imported | Text:
        """Store the persons of a CSV file; return them, or what is wrong.

        ImportRefusedError for a file with lines at fault; then nothing is stored.
        """
        read = persons_of(content, self._store.persons.all())
        try:
            self._store.persons.save_all(read.added, read.changed, now)
        except TakenError:
            return TAKEN
        except NoAdminLeftError:
            return LAST_ADMIN
        self._sessions.look_again()
        return read

    def new_password(self, person_id: int) -> NewSecret | Text | None:
        """Return a password that its person has to change, and end the person's sessions.

        Return why not for a person whom an identity provider logs in.
        """
        person = self._store.persons.person(person_id)
        if person is None:
            return None
        if person.has_identity:
            return NO_PASSWORDS
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        self._store.persons.set_password(person_id, hashed(password), must_change=True)
        self._store.persons.set_totp(person_id, None)
        self._sessions.end_of_person(person_id)
        return NewSecret(password, person.login)

    def set_identity(self, person: Person, identity: str | None) -> Text | None:
        """Have an identity provider log a person in, or none any more; return what is wrong.

        The person's password and one-time codes are removed, and the sessions end.
        """
        if identity is not None and not is_writable(identity):
            return NO_SUBJECT
        try:
            self._store.persons.set_identity(person.person_id, identity)
        except TakenError:
            return IDENTITY_TAKEN
        except NoAdminLeftError:
            return LAST_ADMIN
        self._sessions.end_of_person(person.person_id)
        return None

    def new_key(
        self, name: str, scopes: Collection[str], ends_at: datetime | None, now: datetime
    ) -> NewSecret | Text:
        """Return a key that is shown once; what is wrong where it has no name or no scope."""
        if not name.strip() or not scopes or not KEY_SCOPES.keys() >= set(scopes):
            return KEY_UNFIT
        key = _KEY_START + secrets.token_urlsafe(_KEY_BYTES)
        self._store.keys.add(key, NewKey(name.strip(), scopes, ends_at), now)
        return NewSecret(key, name.strip())

    def replaced_key(self, key_id: int, now: datetime) -> NewSecret | None:
        """Return a key that replaces another one, which works for a day beside it."""
        old = self._key(key_id)
        if old is None:
            return None
        key = _KEY_START + secrets.token_urlsafe(_KEY_BYTES)
        self._store.keys.add(key, NewKey(old.name, old.scopes, old.ends_at), now)
        last = now + _OLD_KEY_LASTS
        self._store.keys.end_at(key_id, min(last, old.ends_at or last))
        self._sessions.look_again()
        return NewSecret(key, old.name)

    def remove_key(self, key_id: int) -> None:
        """Let a key open nothing any more."""
        self._store.keys.remove(key_id)
        self._sessions.look_again()

    def keys(self) -> list[ServiceKey]:
        """Return all keys, the newest first."""
        return self._store.keys.all()

    def _key(self, key_id: int) -> ServiceKey | None:
        return next((key for key in self.keys() if key.key_id == key_id), None)
