"""The person whom an identity provider's claims tell of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from callrisk.domain.access.policy_table import Role
from callrisk.people.logins import is_writable, spelled_login
from callrisk.people.person_import import parts_of

_MAIL, _IS_VERIFIED = "email", "email_verified"


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """Which claims say what, by name or by dotted path, and the roles of their values.

    The first login that is there counts, and all the roles. Without a claim of teams, or of agent
    ids, administrators say them here.
    """

    roles: tuple[str, ...]
    roles_by_value: Mapping[str, frozenset[Role]]
    login: tuple[str, ...]
    teams: str = ""
    agent_ids: str = ""

    def lack_in(self, claims: Mapping[str, Any]) -> bool:
        """Return True where claims lack some that the rules read; of logins one is enough."""
        paths = [*self.roles, *filter(None, (self.teams, self.agent_ids))]
        has_login = any(values_at(claims, path) for path in self.login)
        has_name = bool(values_at(claims, "name"))
        return not (has_login and has_name and all(values_at(claims, path) for path in paths))


@dataclass(frozen=True, slots=True)
class ClaimedPerson:
    """A person as claims tell; None for what they do not say."""

    login: str | None
    name: str
    roles: frozenset[Role]
    teams: frozenset[str] | None
    agent_ids: frozenset[str] | None


def claimed_person(claims: Mapping[str, Any], rules: ClaimRules) -> ClaimedPerson:
    """Return the person whom claims tell of."""
    logins = (spelled_login(value) for path in rules.login for value in values_at(claims, path))
    login = next(filter(is_writable, logins), None)
    names = [value.strip() for value in values_at(claims, "name")]
    values = [value for path in rules.roles for value in values_at(claims, path)]
    roles = (rules.roles_by_value.get(value, frozenset[Role]()) for value in values)
    return ClaimedPerson(
        login, next(filter(is_writable, names), login or ""), frozenset[Role]().union(*roles),
        _several(claims, rules.teams), _several(claims, rules.agent_ids),
    )  # fmt: skip


def values_at(claims: Mapping[str, Any], path: str) -> list[str]:
    """Return the texts of a claim: of that name, or else of that dotted path; empty for none."""
    found = _at(claims, path)
    several: Iterable[Any] = found if isinstance(found, list) else (found,)
    return [value for value in several if isinstance(value, str) and value]


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """Return the value of a claim; None for none.

    A mail address counts only where the provider says that it is the person's own: elsewhere
    persons may write into their profile whatever they like.
    """
    if path == _MAIL and str(claims.get(_IS_VERIFIED)).lower() != "true":
        return None
    found: Any = claims
    for name in (path,) if path in claims else path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _several(claims: Mapping[str, Any], path: str) -> frozenset[str] | None:
    """Return the texts of a claim that holds several, as a list or in one text."""
    if not path:
        return None
    found = _at(claims, path)
    parts = parts_of(found) if isinstance(found, str) else values_at(claims, path)
    return frozenset(filter(is_writable, parts))
