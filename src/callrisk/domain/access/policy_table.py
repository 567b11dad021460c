"""The one policy: what each role may do, and with whose calls.

Every route, event, page and export asks it. What the table does not name is denied.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What a person is in the call centre; a service and a wallboard are no persons."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMIN = "admin"
    AUDITOR = "auditor"
    SERVICE = "service"
    WALLBOARD = "wallboard"


# The roles that a person can have.
ROLES_OF_PERSONS = (Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR)


class Operation(StrEnum):
    """What can be asked of the product; the name says whether it only reads."""

    # The state of the server; no call, no person.
    READ_HEALTH = "read_health"
    # The own session: who am I, log out, change the password.
    USE_OWN_SESSION = "use_own_session"
    # Rows of calls in progress: ids, scores, times; no words.
    READ_CALL_ROWS = "read_call_rows"
    # A call whole: its customer, what was said, notes, assessments.
    READ_CALLS = "read_calls"
    # See the telephone number of a call whole, which is masked everywhere else.
    REVEAL_PHONES = "reveal_phones"
    # Begin, hear and end calls, as a telephony does.
    FEED_CALLS = "feed_calls"
    # Begin and end a call by hand, note, escalate, judge advice, say whose call it is.
    WORK_ON_CALLS = "work_on_calls"
    # Say that an escalation is looked at, and answer it.
    ANSWER_ESCALATIONS = "answer_escalations"
    # Approve or reject what was meant by a statement, and take the approved sentences out.
    DECIDE_CORRECTIONS = "decide_corrections"
    # Say who must not be called, or may be called all the same.
    DECIDE_CONTACTS = "decide_contacts"
    # Name another agent than one's own.
    ACT_AS_AGENTS = "act_as_agents"
    # Keep segments of customers, and share them.
    SAVE_SEGMENTS = "save_segments"
    # Results of runs, models, customers of an export: the analytics app.
    READ_ANALYTICS = "read_analytics"
    # Train, promote, roll back; other long jobs.
    RUN_JOBS = "run_jobs"
    # Play recorded calls in development.
    PLAY_DEMO = "play_demo"
    # Have what is in the way of the CRM tried again.
    MEND_CRM = "mend_crm"
    # Persons, teams, keys and sessions of others.
    READ_PERSONS = "read_persons"
    CHANGE_PERSONS = "change_persons"
    READ_AUDIT = "read_audit"
    # Webhooks: where other systems are told of events, their secrets, what was sent.
    READ_WEBHOOKS = "read_webhooks"
    CHANGE_WEBHOOKS = "change_webhooks"

    @property
    def is_read(self) -> bool:
        """True if it changes nothing."""
        return self.name.startswith("READ_")


class Reach(IntEnum):
    """With whose calls something may be done; a higher one includes the lower ones."""

    NONE = 0
    OWN = 1
    TEAM = 2
    ALL = 3


_ANY_PERSON = {Operation.READ_HEALTH: Reach.ALL, Operation.USE_OWN_SESSION: Reach.ALL}

POLICY: Mapping[Role, Mapping[Operation, Reach]] = {
    Role.AGENT: _ANY_PERSON
    | {
        Operation.READ_CALL_ROWS: Reach.OWN,
        Operation.READ_CALLS: Reach.OWN,
        Operation.REVEAL_PHONES: Reach.OWN,
        Operation.WORK_ON_CALLS: Reach.OWN,
        Operation.PLAY_DEMO: Reach.OWN,
    },
    Role.SUPERVISOR: _ANY_PERSON
    | {
        Operation.READ_CALL_ROWS: Reach.TEAM,
        Operation.READ_CALLS: Reach.TEAM,
        Operation.REVEAL_PHONES: Reach.TEAM,
        Operation.WORK_ON_CALLS: Reach.TEAM,
        Operation.ANSWER_ESCALATIONS: Reach.TEAM,
        Operation.DECIDE_CORRECTIONS: Reach.TEAM,
        Operation.PLAY_DEMO: Reach.TEAM,
        Operation.MEND_CRM: Reach.ALL,
    },
    Role.MANAGER: _ANY_PERSON
    | {
        Operation.READ_CALL_ROWS: Reach.ALL,
        Operation.READ_CALLS: Reach.ALL,
        Operation.REVEAL_PHONES: Reach.ALL,
        Operation.WORK_ON_CALLS: Reach.ALL,
        Operation.ANSWER_ESCALATIONS: Reach.ALL,
        Operation.DECIDE_CORRECTIONS: Reach.ALL,
        Operation.DECIDE_CONTACTS: Reach.ALL,
        Operation.SAVE_SEGMENTS: Reach.ALL,
        Operation.READ_ANALYTICS: Reach.ALL,
        Operation.RUN_JOBS: Reach.ALL,
        Operation.PLAY_DEMO: Reach.ALL,
        Operation.MEND_CRM: Reach.ALL,
    },
    Role.ADMIN: _ANY_PERSON
    | {
        Operation.MEND_CRM: Reach.ALL,
        Operation.READ_PERSONS: Reach.ALL,
        Operation.CHANGE_PERSONS: Reach.ALL,
        Operation.READ_WEBHOOKS: Reach.ALL,
        Operation.CHANGE_WEBHOOKS: Reach.ALL,
    },
    Role.AUDITOR: _ANY_PERSON | {Operation.READ_AUDIT: Reach.ALL},
    Role.WALLBOARD: {Operation.READ_HEALTH: Reach.ALL, Operation.READ_CALL_ROWS: Reach.TEAM},
    # A service may do what the scopes of its key name, and nothing by being one.
    Role.SERVICE: {Operation.READ_HEALTH: Reach.ALL},
}

# What a key of a service may be given, and what it then may do with all calls.
KEY_SCOPES: Mapping[str, frozenset[Operation]] = {
    "calls:read": frozenset({Operation.READ_CALL_ROWS, Operation.READ_CALLS}),
    "calls:reveal": frozenset({Operation.REVEAL_PHONES}),
    # Who hears calls names the agents who are in them.
    "calls:feed": frozenset({Operation.FEED_CALLS, Operation.ACT_AS_AGENTS}),
    "calls:work": frozenset({Operation.WORK_ON_CALLS}),
    "calls:act_as": frozenset({Operation.ACT_AS_AGENTS}),
    "jobs:run": frozenset({Operation.RUN_JOBS}),
    "webhooks:manage": frozenset({Operation.READ_WEBHOOKS, Operation.CHANGE_WEBHOOKS}),
}


def reach_of(roles: Iterable[Role], scopes: Iterable[str], operation: Operation) -> Reach:
    """Return with whose calls somebody of these roles, or a key of these scopes, may do it."""
    by_role = (POLICY[role].get(operation, Reach.NONE) for role in roles)
    by_scope = (
        Reach.ALL for scope in scopes if operation in KEY_SCOPES.get(scope, frozenset[Operation]())
    )
    return max([*by_role, *by_scope], default=Reach.NONE)
