"""One identity provider: leads a browser to its login, and takes what comes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from callrisk.domain.access.provider_login import (
    LoginAnswer,
    LoginSecrets,
    ProviderError,
    ProviderLogout,
)
from callrisk.integrations.openid.id_tokens import Expected, checked_claims
from callrisk.integrations.openid.logout_tokens import checked_logout
from callrisk.integrations.openid.provider_documents import Addresses, ProviderDocuments, json_of
from callrisk.integrations.openid.provider_exchange import (
    EXCHANGE_S,
    TIMEOUT_S,
    asked,
    exchange,
    mount_on,
)

# A longer ID token would make an address that proxies refuse.
_LONGEST_HINT = 3000


@dataclass(frozen=True, slots=True)
class Registration:
    """The client id of this product at a provider, and the secret that proves it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: str


class Provider:
    """A provider at which this product is registered; for many threads.

    Every method raises ProviderError, and none lasts longer than `within_s`, however the provider
    answers: a thread of the server waits for it.
    """

    def __init__(
        self, registration: Registration, documents: ProviderDocuments,
        within_s: float = EXCHANGE_S,
    ) -> None:  # fmt: skip
        self._own = registration
        self._documents = documents
        self._within_s = within_s

    @property
    def issuer(self) -> str:
        """The address by which the provider is known."""
        return self._own.issuer

    def login_url(self, secrets: LoginSecrets, language: str) -> str:
        """Return where a browser begins a login."""
        url, _ = self._client(secrets.back_to).create_authorization_url(
            self._addresses().login, state=secrets.state, nonce=secrets.nonce,
            code_verifier=secrets.verifier, ui_locales=language,
        )  # fmt: skip
        return str(url)

    def answer_to(
        self, code: str, issuer: str | None, secrets: LoginSecrets,
        lacks: Callable[[Mapping[str, Any]], bool],
    ) -> LoginAnswer:  # fmt: skip
        """Return what the provider says of the person to whom it gave this code.

        `issuer` is who the browser says that it comes from. Where the ID token lacks something,
        the rest is asked for (userinfo).
        """
        with exchange(self.issuer, self._within_s), self._client(secrets.back_to) as client:
            addresses = self._documents.addresses()
            if issuer != self.issuer and (issuer is not None or addresses.names_issuer):
                raise ProviderError("the browser comes from another issuer")
            tokens = self._tokens(client, addresses, code, secrets)
            id_token, access_token = _text(tokens, "id_token"), _text(tokens, "access_token")
            expected = Expected(self.issuer, self._own.client_id, secrets.nonce, access_token)
            claims = checked_claims(id_token, self._documents.keys, expected)
            if addresses.userinfo is not None and lacks(claims):
                claims = _userinfo(addresses.userinfo, access_token, claims["sub"]) | claims
        return LoginAnswer(claims, id_token)

    def logout_url(self, back_to: str, id_token: str) -> str | None:
        """Return where a browser ends its session at the provider; None where it has no such place.

        `back_to` is where it comes back to.
        """
        address = self._addresses().logout
        if address is None:
            return None
        query = {"client_id": self._own.client_id, "post_logout_redirect_uri": back_to}
        query["state"] = "out"
        if len(id_token) <= _LONGEST_HINT:
            query["id_token_hint"] = id_token
        if (urlsplit(self.issuer).hostname or "").startswith("cognito-idp."):
            # Amazon Cognito has names of its own, and refuses the others.
            query = {"client_id": self._own.client_id, "logout_uri": back_to}
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"

    def logout_of(self, logout_token: str) -> ProviderLogout:
        """Return whose sessions end by a logout token of this provider."""
        with exchange(self.issuer, self._within_s):
            keys, own = self._documents.keys, self._own
            return checked_logout(logout_token, keys, self.issuer, own.client_id)

    def check(self) -> int:
        """Return how many keys the provider publishes, having read its documents."""
        with exchange(self.issuer, self._within_s):
            return len(self._documents.keys().keys)

    def _addresses(self) -> Addresses:
        with exchange(self.issuer, self._within_s):
            return self._documents.addresses()

    def _client(self, back_to: str) -> OAuth2Session:
        client = OAuth2Session(
            self._own.client_id, self._own.client_secret, scope=self._own.scopes,
            redirect_uri=back_to, code_challenge_method="S256", default_timeout=TIMEOUT_S,
        )  # fmt: skip
        mount_on(client)
        return client

    def _tokens(
        self, client: OAuth2Session, addresses: Addresses, code: str, secrets: LoginSecrets
    ) -> dict[str, Any]:
        # RFC 6749 2.3.1 has both encoded, which the library leaves out.
        basic = (quote_plus(self._own.client_id), quote_plus(self._own.client_secret))
        auth = basic if addresses.takes_basic else client.client_auth("client_secret_post")
        try:
            tokens = client.fetch_token(
                addresses.tokens, grant_type="authorization_code", code=code,
                code_verifier=secrets.verifier, redirect_uri=secrets.back_to, auth=auth,
                allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:
            raise _silent(addresses.tokens, error) from error
        except (AuthlibBaseError, ValueError) as error:
            said = getattr(error, "error", "") or type(error).__name__
            raise ProviderError(f"{addresses.tokens} refuses the code: {said!r:.60}") from error
        return dict(tokens)


def _userinfo(address: str, access_token: str, subject: str) -> dict[str, Any]:
    """Return the claims of userinfo, which are of the same person."""
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    try:
        answer = asked(address, headers)
    except requests.RequestException as error:
        raise _silent(address, error) from error
    claims = json_of(answer)
    if claims.get("sub") != subject:
        raise ProviderError(f"{address} tells of somebody else")
    return claims


def _silent(address: str, error: Exception) -> ProviderError:
    return ProviderError(f"{address} does not answer ({type(error).__name__})", is_away=True)


def _text(tokens: dict[str, Any], name: str) -> str:
    value = tokens.get(name)
    if not isinstance(value, str) or not value:
        raise ProviderError(f"the provider gave no {name}")
    return value
