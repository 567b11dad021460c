"""Persons and sessions as they are answered, and what a request of a person carries."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import Field

from callrisk.domain.access.person import Means
from callrisk.domain.access.policy_table import Operation, Role
from callrisk.wire.base import Moment, Wire
from callrisk.wire.visitor_address import VISITOR_HEADER, VisitorSeal

# A name with this start is taken by browsers only from its own host, over https, for all paths.
SECURE_COOKIE, COOKIE = "__Host-callrisk", "callrisk_session"
CSRF_HEADER = "X-CSRF-Token"


def session_cookie(is_secure: bool) -> str:
    """Return the name of the cookie of a session; `is_secure` where browsers come over https."""
    return SECURE_COOKIE if is_secure else COOKIE


def openid_cookie(is_secure: bool, state: str) -> str:
    """Return the name of the cookie of a login by an identity provider, one for each state."""
    return f"{SECURE_COOKIE if is_secure else COOKIE}-openid-{state[:16]}"


class SessionAnswer(Wire):
    """Who asks: a person, a wallboard, a service, or everybody in development (`demo`).

    `csrf_token` goes into the header X-CSRF-Token of every write that a cookie proves.
    `access_version` rises whenever somebody logs out or may do less or more. `ends_at` is when
    the session ends unless somebody uses it. `draft_key` is 256 bits under which the pages of this
    session encrypt what is not sent yet; it ends with the session. `sees_all` is true where
    the calls of all agents are open; `teams` has the agents of each team whose calls are.
    """

    subject_id: str
    name: str
    means: Means
    roles: list[Role]
    agent_ids: list[str]
    operations: list[Operation]
    csrf_token: str | None
    access_version: int
    ends_at: Moment | None = None
    draft_key: str | None = None
    sees_all: bool = False
    teams: dict[str, list[str]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonsSession:
    """The session of a person, by its cookie; `csrf_token` goes along with what is written."""

    cookie: str
    token: str
    csrf_token: str = ""
    # Where the person is, for an app that asks on behalf of that person.
    address: str = ""
    seal: VisitorSeal | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request that this person makes."""
        csrf = {CSRF_HEADER: self.csrf_token} if self.csrf_token else {}
        return {"Cookie": f"{self.cookie}={self.token}"} | csrf | self._visitor

    @property
    def _visitor(self) -> dict[str, str]:
        if self.seal is None or not self.address:
            return {}
        return {VISITOR_HEADER: self.seal.signed(self.address, self.token, datetime.now(UTC))}
