"""Sessions in use: who is behind a token, and until when.

What is known of a token is remembered until the version of access rises, which every process looks
for once a second; so a logout, another role or an account that was closed is known everywhere
within that second.
"""

import secrets
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callrisk.domain.access.person import Means, Person, Session, Subject
from callrisk.domain.access.policy_table import ROLES_OF_PERSONS, Role
from callrisk.store.people.kept_sessions import NewSession, ProviderSession
from callrisk.store.people.openid_answers import SentLogout
from callrisk.store.people.people_store import PeopleStore

_TOKEN_BYTES = 32
_LOOKED_EVERY_S = 1.0
# The use of a session is stored at most so often.
_STORED_EVERY = timedelta(minutes=1)
_KEYS_READ_EVERY = timedelta(minutes=5)
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """How long a session lasts without a person's action, and at most; and that of a wallboard."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    of_device: timedelta = timedelta(days=30)
    # How long the link of a wallboard waits for its browser.
    of_link: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Known:
    """A subject with its session, None for a key; `read_again_at` for what is known of a key."""

    subject: Subject
    session: Session | None
    read_again_at: datetime | None = None


class Sessions:
    """The sessions and keys of one database, as one process sees them; for many threads.

    `has_call` says whether one of some agents is in a call, during which nobody is logged out for
    doing nothing.
    """

    def __init__(
        self, store: PeopleStore, now: Callable[[], datetime],
        has_call: Callable[[Collection[str]], bool], times: SessionTimes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._store = store
        self._now = now
        self._has_call = has_call
        self.times = times or SessionTimes()
        self._clock = clock
        self.persons = store.persons
        self.kept = store.sessions
        self.keys = store.keys
        self._lock = threading.Lock()
        self._known: dict[str, Known] = {}
        self._version = -1
        self._looked_at = float("-inf")

    @property
    def version(self) -> int:
        """The version of access, as it stood within the last second."""
        with self._lock:
            if self._clock() - self._looked_at >= _LOOKED_EVERY_S:
                version = self._store.access_version()
                if version != self._version or len(self._known) > _MOST_REMEMBERED:
                    self._known.clear()
                self._version, self._looked_at = version, self._clock()
            return self._version

    def begin(self, person: Person, label: str, provider: ProviderSession | None = None) -> str:
        """Begin a session of a person; return the token, which is kept nowhere.

        What an identity provider gave is kept until the logout.
        """
        ends, id_ = self._now() + self.times.longest, person.person_id
        return self._begin(NewSession(id_, Means.SESSION, label, (), ends, provider))

    def offer_device(self, label: str, teams: Collection[str]) -> str:
        """Return the link with which a browser becomes a wallboard, which sees calls of some teams.

        It is kept nowhere, and opens one browser, within 15 minutes.
        """
        link, now = secrets.token_urlsafe(_TOKEN_BYTES), self._now()
        ends = now + self.times.of_link
        self.kept.offer(link, NewSession(None, Means.DEVICE, label, sorted(teams), ends), now)
        return link

    def begin_device(self, link: str) -> str | None:
        """Begin the session of a wallboard; return its token, None for a link that is over."""
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._now()
        begun = self.kept.accept(link, token, now + self.times.of_device, now)
        return None if begun is None else token

    def _begin(self, new: NewSession) -> str:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        self.kept.begin(token, new, self._now())
        return token

    def of_token(self, token: str) -> Known | None:
        """Return who is behind the token of a session; None if it is over."""
        known = self._remembered(token, self._read_session)
        if known is None or known.session is None:
            return None
        if self._now() >= known.session.ends_at:
            return None
        return known if not self._is_idle(known.session) else self._revived(token, known)

    def of_key(self, key: str) -> Known | None:
        """Return the service behind a key; None if it is not known, or over."""
        return self._remembered(key, self._read_key)

    def use(self, token: str) -> None:
        """Note that a person did something, which is what keeps a session going."""
        known = self.of_token(token)
        if known is None or known.session is None:
            return
        if self._now() - known.session.used_at >= _STORED_EVERY:
            self._used(token, known, known.session)

    def ends_at(self, session: Session) -> datetime:
        """Return when a session ends unless somebody uses it."""
        if session.means is not Means.SESSION:
            return session.ends_at
        return min(session.ends_at, session.used_at + self.times.idle)

    def end(self, session_id: int) -> bool:
        """End a session everywhere; False if there is none."""
        done = self.kept.end(session_id)
        self.look_again()
        return done

    def end_of_person(self, person_id: int, but: int | None = None) -> None:
        """End the sessions of a person, but for one."""
        self.kept.end_of_person(person_id, but)
        self.look_again()

    def end_at_provider(self, person_id: int | None, logout: SentLogout) -> list[int] | None:
        """End sessions that a provider began, of a person or of one of its own; once."""
        persons = self._store.openid_answers.end_sessions(person_id, logout, self._now())
        self.look_again()
        return persons

    def look_again(self) -> None:
        """See at once what was changed here."""
        with self._lock:
            self._known.clear()
            self._looked_at = float("-inf")

    def _remembered(self, token: str, read: Callable[[str], Known | None]) -> Known | None:
        version = self.version
        with self._lock:
            known = self._known.get(token)
        if known is not None:
            again_at = known.read_again_at
            if again_at is None or self._now() < again_at:
                return known
        known = read(token)
        with self._lock:
            # Not what was read before something changed.
            if known is not None and version == self._version:
                self._known[token] = known
        return known

    def _read_session(self, token: str) -> Known | None:
        session = self.kept.of_token(token)
        if session is None:
            return None
        if session.person_id is None:
            return Known(self._device(session), session)
        person = self.persons.person(session.person_id)
        if person is None or not person.is_active:
            return None
        return Known(self.subject_of(person), session)

    def _read_key(self, key: str) -> Known | None:
        now = self._now()
        found = self.keys.of(key, now)
        if found is None:
            return None
        subject = Subject(
            f"key {found.key_id}", found.name, Means.KEY, frozenset({Role.SERVICE}),
            scopes=found.scopes,
        )  # fmt: skip
        again_at = now + _KEYS_READ_EVERY
        return Known(subject, None, min(again_at, found.ends_at or again_at))

    def subject_of(self, person: Person) -> Subject:
        """Return a person as a subject of the policy; the login counts as an agent id, too."""
        leads = Role.SUPERVISOR in person.roles
        return Subject(
            f"person {person.person_id}", person.name, Means.SESSION, person.roles,
            agent_ids=person.agent_ids | {person.login},
            team_agent_ids=self.persons.agents_of(person.teams) if leads else frozenset(),
            must_change_password=person.must_change_password,
        )  # fmt: skip

    def _device(self, session: Session) -> Subject:
        return Subject(
            f"device {session.session_id}", session.label, Means.DEVICE,
            frozenset({Role.WALLBOARD}),
            team_agent_ids=self.persons.agents_of(session.teams),
        )  # fmt: skip

    def _is_idle(self, session: Session) -> bool:
        is_person = session.means is Means.SESSION
        return is_person and self._now() - session.used_at >= self.times.idle

    def _revived(self, token: str, known: Known) -> Known | None:
        """Return a session that was used elsewhere, or whose person is in a call; else None."""
        newest = self.kept.of_token(token)
        if newest is None:
            return None
        if not self._is_idle(newest):
            self.look_again()
            return self._remembered(token, self._read_session)
        if self._has_call(known.subject.agent_ids):
            return self._used(token, known, newest)
        return None

    def _used(self, token: str, known: Known, session: Session) -> Known | None:
        """Store that a session is in use; None if it was ended in the meantime."""
        version, now = self.version, self._now()
        is_there = self.kept.use(session.session_id, now)
        used = replace(known, session=replace(session, used_at=now))
        with self._lock:
            self._known.pop(token, None)
            # What was ended or changed while this was written is read anew.
            if is_there and version == self._version and version == self._store.access_version():
                self._known[token] = used
        return used if is_there else None


def demo_subject() -> Subject:
    """Return who asks in development without a login: a person of every role, and any system."""
    return Subject(
        "demo", "DEMO", Means.DEMO, frozenset(ROLES_OF_PERSONS),
        scopes=frozenset({"calls:read", "calls:feed", "calls:work", "calls:act_as", "jobs:run"}),
    )  # fmt: skip
