"""The one policy: what it says, what it does not say, and that the documentation says the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrisk.domain.access.person import Means, Subject
from callrisk.domain.access.policy_table import (
    KEY_SCOPES,
    POLICY,
    ROLES_OF_PERSONS,
    Operation,
    Reach,
    Role,
    reach_of,
)
from harness import ROOT

OPERATIONS, ROLES = st.sampled_from(Operation), st.sets(st.sampled_from(ROLES_OF_PERSONS))
SHOWN = {"own": Reach.OWN, "team": Reach.TEAM, "all": Reach.ALL, "yes": Reach.ALL, "–": Reach.NONE}
ROWS = {
    "rows of calls": Operation.READ_CALL_ROWS,
    "calls whole": Operation.READ_CALLS,
    "whole telephone": Operation.REVEAL_PHONES,
    "work on calls": Operation.WORK_ON_CALLS,
    "answer escalations": Operation.ANSWER_ESCALATIONS,
    "decide about corrections": Operation.DECIDE_CORRECTIONS,
    "say who must not": Operation.DECIDE_CONTACTS,
    "keep and share": Operation.SAVE_SEGMENTS,
    "results and models": Operation.READ_ANALYTICS,
    "long jobs": Operation.RUN_JOBS,
    "recorded calls": Operation.PLAY_DEMO,
    "have the CRM": Operation.MEND_CRM,
    "persons": Operation.CHANGE_PERSONS,
    "webhooks": Operation.CHANGE_WEBHOOKS,
    "audit": Operation.READ_AUDIT,
}


def asker(*roles: Role, scopes: set[str] | None = None) -> Subject:
    """An agent of a team that this person may lead."""
    return Subject(
        "1", "見本", Means.SESSION, frozenset(roles), frozenset(scopes or ()),
        frozenset({"mine"}), frozenset({"ours"}),
    )  # fmt: skip


@given(operation=OPERATIONS, roles=ROLES)
def test_several_roles_reach_as_far_as_the_furthest(operation: Operation, roles: set[Role]) -> None:
    """And nobody without a role does anything."""
    each = [reach_of([role], (), operation) for role in roles]

    assert reach_of(roles, (), operation) == max(each, default=Reach.NONE)


@given(operation=OPERATIONS, roles=ROLES)
def test_nothing_is_open_before_a_new_password(operation: Operation, roles: set[Role]) -> None:
    """But for the own session, in which the password is changed."""
    asks = Subject("1", "", Means.SESSION, frozenset(roles), must_change_password=True)

    assert asks.may(operation) == (operation is Operation.USE_OWN_SESSION and bool(roles))


@pytest.mark.parametrize(
    ("role", "mine", "ours", "theirs"),
    [
        (Role.AGENT, True, False, False),
        (Role.SUPERVISOR, True, True, False),
        (Role.MANAGER, True, True, True),
        (Role.ADMIN, False, False, False),
        (Role.AUDITOR, False, False, False),
        (Role.WALLBOARD, False, False, False),
    ],
)
def test_whose_calls_are_open(role: Role, mine: bool, ours: bool, theirs: bool) -> None:
    """By the agents whose calls they are."""
    asks = asker(role)

    seen = [asks.may(Operation.READ_CALLS, agent) for agent in ("mine", "ours", "theirs")]
    assert seen == [mine, ours, theirs]


@pytest.mark.parametrize("scope", KEY_SCOPES)
def test_a_scope_opens_what_it_names_and_nothing_else(scope: str) -> None:
    """Beside the health, which every service may ask for."""
    asks = asker(Role.SERVICE, scopes={scope})

    opened = {operation for operation in Operation if asks.may(operation)}
    assert opened == KEY_SCOPES[scope] | {Operation.READ_HEALTH}
    assert all(asks.reach(operation) is Reach.ALL for operation in opened)


def test_unknown_scopes_open_nothing() -> None:
    """A key of a newer version."""
    asks = asker(Role.SERVICE, scopes={"everything"})

    assert [one for one in Operation if asks.may(one)] == [Operation.READ_HEALTH]


def test_who_may_name_whom() -> None:
    """The own ids; others by a scope."""
    assert asker(Role.MANAGER).may_act_as("mine")
    assert not asker(Role.MANAGER).may_act_as("ours")
    assert asker(Role.SERVICE, scopes={"calls:act_as"}).may_act_as("theirs")
    assert not asker(Role.SERVICE, scopes={"calls:work"}).may_act_as("theirs")


def test_the_documentation_shows_the_table() -> None:
    """Each row and each cell of docs/access.md."""
    text = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    heads = [
        Role(name.strip())
        for name in re.findall(r"^\| operation \|(.+)\|$", text, re.M)[0].split("|")
    ]
    documented = {}
    for start, operation in ROWS.items():
        (cells,) = re.findall(rf"^\| {start}[^|]*\|(.+)\|$", text, re.M)
        documented[operation] = [SHOWN[cell.strip()] for cell in cells.split("|")]

    expected = {
        operation: [POLICY[role].get(operation, Reach.NONE) for role in heads]
        for operation in documented
    }
    assert documented == expected
    quiet = {
        Operation.READ_HEALTH, Operation.USE_OWN_SESSION, Operation.READ_PERSONS,
        Operation.READ_WEBHOOKS,
    }  # fmt: skip
    of_keys = {Operation.FEED_CALLS, Operation.ACT_AS_AGENTS}
    assert documented.keys() | quiet | of_keys == set(Operation)
    assert all(f"`{scope}`" in text for scope in KEY_SCOPES)
