"""The ID token of a login: whether it is one of this provider, for this product and this login."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from callrisk.domain.access.provider_login import ProviderError

# Signatures that only the provider can make: neither "none" nor those of a shared secret.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
)  # fmt: skip
# How far two clocks may be apart, in seconds.
LEEWAY_S = 60
LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Expected:
    """The claims that an ID token must have: issuer, audience, login, and the token beside it."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


def checked_claims(
    id_token: str, keys: Callable[[KeySet | None], KeySet], expected: Expected,
    now: Callable[[], float] = time.time,
) -> dict[str, Any]:  # fmt: skip
    """Return the claims of an ID token; ProviderError for one that is not to be trusted.

    `keys` returns the provider's keys, newer ones when given those that did not fit.
    """
    try:
        token = verified(id_token, keys)
        claims = CodeIDToken(token.claims, token.header, *_wanted(expected))
        claims.validate(now=int(now()), leeway=LEEWAY_S)
    except ClaimError as error:
        raise ProviderError(f"the ID token is refused: {error.error} {error.claim}") from error
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderError(f"the ID token is refused: {type(error).__name__}") from error
    if not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
        raise ProviderError("the ID token is refused: sub")
    return dict(claims)


def verified(token: str, keys: Callable[[KeySet | None], KeySet]) -> jwt.Token:
    """Return a token that the provider signed; JoseError or ValueError for any other.

    `keys` returns the provider's keys, newer ones when given those that did not fit.
    """
    known = keys(None)
    try:
        return _verified(token, known)
    except (InvalidKeyIdError, BadSignatureError):
        # The provider may have changed its keys.
        newer = keys(known)
        if newer is known:
            raise
        return _verified(token, newer)


def _verified(id_token: str, keys: KeySet) -> jwt.Token:
    # Providers put headers of their own into tokens, such as x5t.
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    return jwt.decode(id_token, keys, registry=registry)


def _wanted(expected: Expected) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "nonce": {"essential": True, "value": expected.nonce},
        "sub": {"essential": True}, "exp": {"essential": True}, "iat": {"essential": True},
    }  # fmt: skip
    parameters = {
        "nonce": expected.nonce, "client_id": expected.client_id,
        "access_token": expected.access_token,
    }  # fmt: skip
    return options, parameters
