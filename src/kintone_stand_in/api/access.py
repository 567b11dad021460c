"""Who may do what: the tokens of a request, and the path on which its app lies."""

from collections.abc import Mapping
from dataclasses import dataclass

from kintone_stand_in.api.messages import Request
from kintone_stand_in.api.refusals import refused
from kintone_stand_in.kintone_app import App

_TOKEN = "x-cybozu-api-token"  # noqa: S105 - the name of a header
_MOST_TOKENS = 9


@dataclass(frozen=True, slots=True)
class Site:
    """All apps of the stand-in, and the guest space that they lie in, if they do."""

    apps: Mapping[int, App]
    guest_space: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Which resource a path names, and in which guest space; None outside of guest spaces."""

    resource: str
    guest_space: str | None


def route_of(path: str) -> Route | None:
    """The parts of a path under /k; None where it leads nowhere."""
    match path.split("/"):
        case ["", "k", "v1", *resource]:
            return Route("/".join(resource), None)
        case ["", "k", "guest", space, "v1", *resource]:
            return Route("/".join(resource), space)
    return None


def tokens_of(request: Request) -> list[str]:
    """The tokens of the request; being without any is CB_AU01."""
    header = request.headers.get(_TOKEN, "").strip()
    if not header:
        raise refused("CB_AU01")
    return [token.strip() for token in header.split(",")]


def permissions_of(site: Site, tokens: list[str], app_id: int) -> frozenset[str]:
    """What the tokens allow in this app; every one of them must be a token of some app."""
    if len(tokens) > _MOST_TOKENS:
        raise refused("GAIA_TO03")
    owners = [_owner(site, token) for token in tokens]
    if len({app.app_id for app in owners}) < len(owners):
        raise refused("GAIA_DA03")
    for app, token in zip(owners, tokens, strict=True):
        if app.app_id == app_id:
            return app.tokens[token]
    raise refused("GAIA_NO01")


def check_path(site: Site, route: Route) -> None:
    """An app in a guest space is reached by the path of that space alone, any other by none."""
    if site.guest_space is None:
        if route.guest_space is not None:
            raise refused("CB_NO02")
    elif route.guest_space is None:
        raise refused("GAIA_IL23")
    elif route.guest_space != str(site.guest_space):
        raise refused("CB_NO02")


def _owner(site: Site, token: str) -> App:
    for app in site.apps.values():
        if token in app.tokens:
            return app
    raise refused("GAIA_IA02")
