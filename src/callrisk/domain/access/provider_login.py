"""A login by an identity provider: what belongs to it alone, what comes of it, how it fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class ProviderError(RuntimeError):
    """A provider does not answer (`is_away`), or answers what cannot be taken.

    The message holds addresses and names of claims, never a token, a code or a secret.
    """

    def __init__(self, message: str, *, is_away: bool = False) -> None:
        super().__init__(message)
        self.is_away = is_away


@dataclass(frozen=True, slots=True)
class LoginSecrets:
    """The values of one login alone; `verifier` proves that its code came to the right place."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    # Where the provider sends the browser back to.
    back_to: str


@dataclass(frozen=True, slots=True)
class LoginAnswer:
    """The claims of a provider about a person who logged in, and the token that proves them."""

    claims: Mapping[str, Any] = field(repr=False)
    id_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProviderLogout:
    """A logout that a provider tells of: of a person, of one session there, or of both.

    `jti` names the telling, which counts once, and only until a moment.
    """

    subject: str | None
    sid: str | None = field(repr=False)
    jti: str = field(repr=False)
    until: datetime


class IdentityProvider(Protocol):
    """A provider at which this product is registered; every method raises ProviderError."""

    @property
    def issuer(self) -> str:
        """The address by which the provider is known."""

    def login_url(self, secrets: LoginSecrets, language: str) -> str:
        """Return where a browser begins a login."""

    def answer_to(
        self, code: str, issuer: str | None, secrets: LoginSecrets,
        lacks: Callable[[Mapping[str, Any]], bool],
    ) -> LoginAnswer:  # fmt: skip
        """Return what the provider says of the person to whom it gave this code.

        `issuer` is who the browser says that it comes from. While the claims lack something, more
        are asked for.
        """

    def logout_url(self, back_to: str, id_token: str) -> str | None:
        """Return where a browser ends its session at the provider, which sends it back; or None."""

    def logout_of(self, logout_token: str) -> ProviderLogout:
        """Return whose sessions end by a token that the provider sent."""
