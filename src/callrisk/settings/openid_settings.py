"""The settings of OpenID Connect in the environment: what goes together, and what is unsafe."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from callrisk.domain.access.policy_table import ROLES_OF_PERSONS, Role

_ROLES = {str(role): role for role in ROLES_OF_PERSONS}
_WELL_KNOWN = "/.well-known/openid-configuration"
_HALF = "set with the other OIDC_…, or none of them"
# Without these there is no login.
_NEEDED = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES")


def roles_by_value(written: str) -> dict[str, frozenset[Role]]:
    """Return the roles of each value of the claim, of `value=role; value=role`.

    The last = of a part counts, so that a value may be a distinguished name. ValueError for a part
    of another form and for a role that persons cannot have.
    """
    found: dict[str, frozenset[Role]] = {}
    for part in filter(None, map(str.strip, written.split(";"))):
        value, sign, name = (text.strip() for text in part.rpartition("="))
        if not sign or not value or name not in _ROLES:
            raise ValueError(
                f"OIDC_ROLES as value=role; value=role with the roles {', '.join(_ROLES)}, "
                f"not {part!r}"
            )
        found[value] = found.get(value, frozenset()) | {_ROLES[name]}
    return found


def faults_of_openid(values: Mapping[str, str], is_production: bool) -> list[str]:
    """Return everything that is missing or unsafe, by names of variables; empty for nothing set."""
    if not any(values[name] for name in _NEEDED):
        return []
    found = [f"{name} ({_HALF})" for name in _NEEDED if not values[name]]
    if values["OIDC_ISSUER"]:
        found += _faults_of_issuer(values["OIDC_ISSUER"], is_production)
    if "openid" not in values["OIDC_SCOPES"].split():
        found.append("OIDC_SCOPES with openid")
    found += [f"{name} (the name of a claim)" for name in _CLAIMS if not values[name].split()]
    try:
        roles_by_value(values["OIDC_ROLES"])
    except ValueError as error:
        found.append(str(error))
    return found


_CLAIMS = ("OIDC_ROLES_CLAIM", "OIDC_LOGIN_CLAIM")


def _faults_of_issuer(issuer: str, is_production: bool) -> list[str]:
    try:
        parts = urlsplit(issuer)
        host = parts.hostname
    except ValueError:
        return ["OIDC_ISSUER as an address"]
    if parts.username or parts.password or parts.query or parts.fragment or not host:
        return ["OIDC_ISSUER as https://name/path, with nothing besides"]
    if issuer.rstrip("/").endswith(_WELL_KNOWN):
        return [f"OIDC_ISSUER without {_WELL_KNOWN}"]
    is_here = host in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "https" or (parts.scheme == "http" and is_here and not is_production):
        return []
    return ["OIDC_ISSUER by https://"]
