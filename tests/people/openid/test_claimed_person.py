"""The person whom claims tell of, as the recipes of docs/access.md read those of each provider."""

from typing import Any

import pytest

from callrisk.domain.access.policy_table import Role
from callrisk.people.openid.claimed_person import (
    ClaimedPerson,
    ClaimRules,
    claimed_person,
    values_at,
)
from callrisk.settings.openid_settings import roles_by_value

NAME = {"name": "見本 太郎"}
ENTRA = {"roles": ["Callrisk.Agent"], "preferred_username": "Taro@Example.co.jp"} | NAME
GOOGLE = {"hd": "example.co.jp", "email": "taro@example.co.jp", "email_verified": True} | NAME
COGNITO = {"cognito:groups": ["agents"], "cognito:username": "taro", "custom:agent_ids": "a-1 a-2"}
KEYCLOAK = {"realm_access": {"roles": ["agents"]}, "preferred_username": "taro"} | NAME
AUTH0 = {"https://callrisk.example/roles": "agents", "preferred_username": "taro"} | NAME


def rules(roles: str, by_value: str, login: str = "preferred_username email") -> ClaimRules:
    return ClaimRules(tuple(roles.split()), roles_by_value(by_value), tuple(login.split()))


@pytest.mark.parametrize(
    ("claims", "read", "login"),
    [
        (ENTRA, rules("roles", "Callrisk.Agent=agent"), "taro@example.co.jp"),
        (GOOGLE, rules("hd email", "example.co.jp=agent", "email"), "taro@example.co.jp"),
        (COGNITO, rules("cognito:groups", "agents=agent", "cognito:username"), "taro"),
        (KEYCLOAK, rules("realm_access.roles", "agents=agent"), "taro"),
        (AUTH0, rules("https://callrisk.example/roles", "agents=agent"), "taro"),
    ],
)
def test_each_provider_is_read(claims: dict[str, Any], read: ClaimRules, login: str) -> None:
    """Login and roles; teams and agent ids only where a claim of them is named."""
    name = "見本 太郎" if "name" in claims else login

    assert claimed_person(claims, read) == ClaimedPerson(
        login, name, frozenset({Role.AGENT}), None, None
    )


def test_several_values_give_several_roles() -> None:
    """Of several claims, too; what the table does not name gives none."""
    read = rules("hd email", "example.co.jp=agent; taro@example.co.jp=auditor")

    assert claimed_person(GOOGLE | {"hd": "example.co.jp"}, read).roles == {
        Role.AGENT, Role.AUDITOR,
    }  # fmt: skip
    assert claimed_person(GOOGLE | {"hd": "other.example"}, read).roles == {Role.AUDITOR}


@pytest.mark.parametrize("verified", [None, False, "false", 1, "yes"])
def test_a_mail_that_nobody_verified_says_nothing(verified: object) -> None:
    """Persons may write the address of somebody else into their profile."""
    claims = GOOGLE | {"email_verified": verified}
    read = rules("email", "taro@example.co.jp=admin")

    assert claimed_person(claims, read).login is None
    assert claimed_person(claims, read).roles == frozenset()
    assert claimed_person(GOOGLE | {"email_verified": "true"}, read).roles == {Role.ADMIN}


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (["東京 第一", "大阪"], {"東京 第一", "大阪"}),
        (["東京 第一"], {"東京 第一"}),
        ("東京, 大阪", {"東京", "大阪"}),
        (["", 7, None, "x" * 300, "a\nb", "大阪"], {"大阪"}),
        ({"a": 1}, set()),
        (None, set()),
    ],
)
def test_teams_are_a_list_or_one_text(value: object, parts: set[str]) -> None:
    """What cannot be kept is left out."""
    read = ClaimRules(("roles",), {}, ("preferred_username",), teams="teams", agent_ids="teams")
    person = claimed_person(ENTRA | {"teams": value}, read)

    assert person.teams == parts
    assert person.agent_ids == parts


@pytest.mark.parametrize("value", [None, "", 7, [], {}, "x" * 300, "a\x00b"])
def test_a_login_that_cannot_be_kept_is_none(value: object) -> None:
    """The next claim counts then."""
    claims = ENTRA | {"preferred_username": value, "upn": "taro"}

    assert claimed_person(claims, rules("roles", "")).login is None
    assert claimed_person(claims, rules("roles", "", "preferred_username upn")).login == "taro"


def test_a_path_leads_nowhere_through_a_text() -> None:
    """Nor through a list."""
    for found in ("text", ["text"], None, 7):
        assert values_at({"realm_access": found}, "realm_access.roles") == []
        assert values_at({"realm_access": {"roles": {"a": found}}}, "realm_access.roles") == []


def test_claims_that_lack_something_are_told() -> None:
    """One login of several is enough."""
    read = rules("roles", "a=agent")
    assert not read.lack_in(ENTRA)
    for name in ENTRA:
        assert read.lack_in({key: value for key, value in ENTRA.items() if key != name})
