"""The logout token of a provider, which ends sessions that it began (OpenID back-channel logout).

https://openid.net/specs/openid-connect-backchannel-1_0.html, section 2.6.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from callrisk.domain.access.provider_login import ProviderError, ProviderLogout
from callrisk.integrations.openid.id_tokens import LEEWAY_S, LONGEST_SUBJECT, verified

_EVENT = "http://schemas.openid.net/event/backchannel-logout"
# None of another kind, such as an access token. Not every provider names the kind.
_KINDS = frozenset({"", "jwt", "logout+jwt", "application/logout+jwt"})
# Older providers name no end.
_LASTS_S = 600
_LONGEST_TOKEN = 20_000


def checked_logout(
    logout_token: str, keys: Callable[[KeySet | None], KeySet], issuer: str, client_id: str,
    now: Callable[[], float] = time.time,
) -> ProviderLogout:  # fmt: skip
    """Return whose sessions end; ProviderError for a token that is not to be trusted."""
    if len(logout_token) > _LONGEST_TOKEN:
        raise _refused("too long")
    try:
        token = verified(logout_token, keys)
    except (JoseError, ValueError, TypeError) as error:
        raise _refused(type(error).__name__) from error
    claims, events = token.claims, token.claims.get("events")
    is_right = {
        "typ": str(token.header.get("typ", "")).lower() in _KINDS,
        "iss": claims.get("iss") == issuer,
        "aud": _is_for(claims.get("aud"), client_id),
        "events": isinstance(events, Mapping) and isinstance(events.get(_EVENT), Mapping),
        # An ID token has one.
        "nonce": "nonce" not in claims,
    }
    if wrong := [name for name, right in is_right.items() if not right]:
        raise _refused(", ".join(wrong))
    until = _end(claims, now())
    subject, sid = _text(claims, "sub"), _text(claims, "sid")
    if subject is None and sid is None:
        raise _refused("sub, sid")
    return ProviderLogout(subject, sid, _text(claims, "jti") or _missing("jti"), until)


def _is_for(audience: object, client_id: str) -> bool:
    return audience == client_id or (isinstance(audience, list) and client_id in audience)


def _end(claims: Mapping[str, Any], now: float) -> datetime:
    """Return until when a token counts; ProviderError for one of another time."""
    issued = _moment(claims.get("iat"), "iat")
    ends = _moment(claims.get("exp", issued + _LASTS_S), "exp")
    if issued > now + LEEWAY_S:
        raise _refused("iat")
    if ends <= now - LEEWAY_S:
        raise _refused("exp")
    try:
        return datetime.fromtimestamp(ends, UTC) + timedelta(seconds=2 * LEEWAY_S)
    except (OverflowError, ValueError, OSError) as error:
        raise _refused("exp") from error


def _moment(value: object, name: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _refused(name)
    return value


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    """Return a claim, None if there is none; ProviderError for one that is no short text."""
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_SUBJECT:
        raise _refused(name)
    return value


def _missing(name: str) -> str:
    raise _refused(name)


def _refused(why: str) -> ProviderError:
    return ProviderError(f"the logout token is refused: {why}")
