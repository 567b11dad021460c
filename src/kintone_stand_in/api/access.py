"""Access to the apps: API tokens, permissions and guest spaces."""

from collections.abc import Mapping
from dataclasses import dataclass

from kintone_stand_in.api.messages import Request
from kintone_stand_in.api.refusals import refused
from kintone_stand_in.kintone_app import App

_TOKEN = "x-cybozu-api-token"  # noqa: S105 - the name of a header
_MOST_TOKENS = 9


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant: its apps and, if they lie in one, the number of their guest space."""

    apps: Mapping[int, App]
    guest_space: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A resource and its guest space; None outside of guest spaces."""

    resource: str
    guest_space: str | None


def route_of(path: str) -> Route | None:
    """Return the route of a path under /k, or None where it leads nowhere."""
    match path.split("/"):
        case ["", "k", "v1", *resource]:
            return Route("/".join(resource), None)
        case ["", "k", "guest", space, "v1", *resource]:
            return Route("/".join(resource), space)
    return None


def tokens_of(request: Request) -> list[str]:
    """Return the API tokens of a request; RefusedError (CB_AU01) if it has none."""
    header = request.headers.get(_TOKEN, "").strip()
    if not header:
        raise refused("CB_AU01")
    return [token.strip() for token in header.split(",")]


def permissions_of(tenant: Tenant, tokens: list[str], app_id: int) -> frozenset[str]:
    """Return the permissions of the tokens in an app; RefusedError for an unknown token."""
    if len(tokens) > _MOST_TOKENS:
        raise refused("GAIA_TO03")
    owners = [_owner(tenant, token) for token in tokens]
    if len({app.app_id for app in owners}) < len(owners):
        raise refused("GAIA_DA03")
    for app, token in zip(owners, tokens, strict=True):
        if app.app_id == app_id:
            return app.tokens[token]
    raise refused("GAIA_NO01")


def check_path(tenant: Tenant, route: Route) -> None:
    """Raise RefusedError unless an app is reached by the path of its own guest space."""
    if tenant.guest_space is None:
        if route.guest_space is not None:
            raise refused("CB_NO02")
    elif route.guest_space is None:
        raise refused("GAIA_IL23")
    elif route.guest_space != str(tenant.guest_space):
        raise refused("CB_NO02")


def _owner(tenant: Tenant, token: str) -> App:
    for app in tenant.apps.values():
        if token in app.tokens:
            return app
    raise refused("GAIA_IA02")
