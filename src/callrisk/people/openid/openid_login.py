"""Logging in by an identity provider: begins, comes back once, and ends there, too."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from callrisk.domain.access.person import Person, Session
from callrisk.domain.access.provider_login import IdentityProvider, ProviderError
from callrisk.domain.wording import Text
from callrisk.people.openid.claimed_person import ClaimRules, claimed_person
from callrisk.people.openid.login_in_progress import LoginInProgress, LoginSeal, begun_login
from callrisk.people.openid.openid_persons import OpenIdPersons
from callrisk.people.openid.refused_login import Refusal, RefusedError
from callrisk.store.ciphers.sealing import SealError
from callrisk.store.people.kept_sessions import ProviderSession
from callrisk.store.people.openid_answers import SentLogout
from callrisk.store.people.people_store import PeopleStore

logger = logging.getLogger(__name__)

# The state of a login that was not begun here tells nobody; of its others only a hash is noted.
_UNKNOWN = "openid"


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """The provider of an installation, what its claims mean, and the name of its button."""

    provider: IdentityProvider
    rules: ClaimRules
    button: Text


@dataclass(frozen=True, slots=True)
class CameBack:
    """The answer that a browser brings back from the provider, and its address."""

    code: str = field(repr=False)
    error: str
    issuer: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A person who logged in, and what is kept of the provider for the logout."""

    person: Person
    provider: ProviderSession


class OpenIdLogin:
    """The logins by the provider of one installation; for many threads."""

    def __init__(
        self, choice: ProviderChoice, store: PeopleStore, persons: OpenIdPersons, secret: str
    ) -> None:
        self.button = choice.button
        self._provider = choice.provider
        self._rules = choice.rules
        self._store = store
        self._persons = persons
        self._seal = LoginSeal(store.cipher("logins in progress", secret))
        self._tokens = store.cipher("ID tokens", secret)

    @property
    def refusals(self) -> Mapping[str, int]:
        """The logins that opened nothing since the process began, by the reason."""
        return dict.fromkeys(map(str, Refusal), 0) | dict(self._persons.refusals.counts)

    def identity_of(self, subject: str) -> str:
        """Return under which name the person of a subject is known."""
        return f"{self._provider.issuer} {subject}"

    def begin(
        self, to: str, language: str, back_to: str, now: datetime
    ) -> tuple[LoginInProgress, str]:
        """Return a login that begins, and where the browser goes; ProviderError."""
        login = begun_login(to, language, back_to, now)
        return login, self._provider.login_url(login.secrets, language)

    def sealed(self, login: LoginInProgress) -> str:
        """Return a login in progress as its cookie holds it."""
        return self._seal.seal(login)

    def opened(
        self, cookie: str, state: str, address: str, now: datetime
    ) -> LoginInProgress | None:
        """Return the login that a browser began and that comes back for the first time."""
        login = self._seal.open(cookie, state, now)
        if login is None or not self._store.openid_answers.take(state, login.ends_at, now):
            self._persons.note_refusal(_UNKNOWN, Refusal.STATE, address, now)
            return None
        return login

    def enter(self, login: LoginInProgress, came: CameBack, now: datetime) -> Entered:
        """Return the person who comes back from the provider; RefusedError for nobody."""
        try:
            if came.error or not came.code:
                logger.warning("the identity provider broke a login off: %.60r", came.error)
                raise RefusedError(Refusal.BROKEN_OFF)
            answer = self._provider.answer_to(
                came.code, came.issuer, login.secrets, self._rules.lack_in
            )
        except (RefusedError, ProviderError) as error:
            refused = refusal_of(error)
            self._persons.note_refusal(_UNKNOWN, refused.refusal, came.address, now)
            raise refused from error
        subject = str(answer.claims["sub"])
        claimed = claimed_person(answer.claims, self._rules)
        try:
            person = self._persons.entered(self.identity_of(subject), claimed, came.address, now)
        except RefusedError as error:
            raise RefusedError(error.refusal, subject) from error
        sealed = self._tokens.seal(answer.id_token.encode("utf-8"), _place(person.person_id))
        sid = answer.claims.get("sid")
        return Entered(person, ProviderSession(sealed, sid if isinstance(sid, str) else None))

    def end_sessions(self, logout_token: str, address: str, now: datetime) -> None:
        """End the sessions that the provider says; ProviderError for what it did not say.

        A token counts once: whoever sends it again changes nothing.
        """
        told = self._provider.logout_of(logout_token)
        identity = None if told.subject is None else self.identity_of(told.subject)
        logout = SentLogout(f"logout {self._provider.issuer} {told.jti}", told.until, told.sid)
        if not self._persons.left(identity, logout, address, now):
            raise ProviderError("the logout token is refused: jti was used before")

    def logout_url(self, session: Session, back_to: str) -> str | None:
        """Return where the browser ends its session at the provider, which sends it back.

        None where no provider began this session, or where it has no such place or is away.
        """
        sealed = self._store.sessions.sealed_id_token(session.session_id)
        if sealed is None or session.person_id is None:
            return None
        try:
            id_token = self._tokens.open(sealed, _place(session.person_id)).decode("utf-8")
            return self._provider.logout_url(back_to, id_token)
        except (SealError, ProviderError):
            logger.warning("cannot log out at the identity provider", exc_info=True)
            return None


def refusal_of(error: RefusedError | ProviderError) -> RefusedError:
    """Return why a login opens nothing; what is wrong with a provider is logged."""
    if isinstance(error, RefusedError):
        return error
    logger.warning("login by the identity provider: %s", error)
    return RefusedError(Refusal.AWAY if error.is_away else Refusal.WRONG)


def _place(person_id: int) -> bytes:
    return f"person {person_id}".encode()
