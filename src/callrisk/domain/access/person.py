"""A person, a key of a service, and who is behind a request."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callrisk.domain.access.policy_table import Operation, Reach, Role, reach_of

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """A person who may log in; `agent_ids` are the names of this person in the telephony.

    Of an agent `teams` are those in which the agent works, of a supervisor those led.
    """

    person_id: int
    login: str
    name: str
    roles: frozenset[Role]
    teams: frozenset[str] = NOBODY
    agent_ids: frozenset[str] = NOBODY
    is_active: bool = True
    # Whether a password of this person is kept here; else an identity provider logs in.
    has_password: bool = False
    has_totp: bool = False
    must_change_password: bool = False
    # Whether an identity provider knows this person.
    has_identity: bool = False


class Means(StrEnum):
    """How it is known who asks."""

    DEMO = "demo"
    SESSION = "session"
    DEVICE = "device"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks: a person with a session, a wallboard, a service with a key, or the demonstration.

    `reachable` has the agents of each reach below ALL: the own ids, and those of the teams.
    """

    subject_id: str
    name: str
    means: Means
    roles: frozenset[Role]
    scopes: frozenset[str] = NOBODY
    agent_ids: frozenset[str] = NOBODY
    team_agent_ids: frozenset[str] = NOBODY
    # Only USE_OWN_SESSION until a new password was chosen.
    must_change_password: bool = False

    def reach(self, operation: Operation) -> Reach:
        """Return with whose calls the subject may do it."""
        if self.must_change_password and operation is not Operation.USE_OWN_SESSION:
            return Reach.NONE
        return reach_of(self.roles, self.scopes, operation)

    def agents(self, operation: Operation) -> Set[str] | None:
        """Return the agents with whose calls the subject may do it; None for those of all."""
        return {
            Reach.NONE: NOBODY,
            Reach.OWN: self.agent_ids,
            Reach.TEAM: self.agent_ids | self.team_agent_ids,
            Reach.ALL: None,
        }[self.reach(operation)]

    def may(self, operation: Operation, agent_id: str | None = None) -> bool:
        """Return True if the subject may do it; with the calls of an agent where one is named."""
        agents = self.agents(operation)
        if agent_id is None:
            return self.reach(operation) is not Reach.NONE
        return agents is None or agent_id in agents

    def may_act_as(self, agent_id: str) -> bool:
        """Return True if a call, a note or an escalation may bear the name of this agent."""
        if self.means is Means.DEMO or self.reach(Operation.ACT_AS_AGENTS) is Reach.ALL:
            return True
        return agent_id in self.agent_ids


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner and an administrator see it; its token is never kept."""

    session_id: int
    person_id: int | None
    means: Means
    label: str
    teams: frozenset[str]
    created_at: datetime
    used_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A key of another system; only the start of it is kept readable."""

    key_id: int
    prefix: str
    name: str
    scopes: frozenset[str]
    created_at: datetime
    ends_at: datetime | None
    used_at: datetime | None
