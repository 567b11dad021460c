"""The documents of an identity provider, addresses (discovery) and keys, kept for a while."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from callrisk.domain.access.provider_login import ProviderError
from callrisk.integrations.openid.provider_exchange import asked, left_s

Answer = TypeVar("Answer")

_KEPT_S = 3600.0
# A provider that failed is not asked again at once, however many persons wait for it.
_ASKED_AGAIN_AFTER_S = 3.0
# Nor are newer keys asked for more often, whatever keys tokens name.
_NEW_KEYS_EVERY_S = 10.0
_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a provider; None for what it does not have."""

    login: str
    tokens: str
    keys: str
    userinfo: str | None
    logout: str | None
    # Whether the secret may go along in the header Authorization.
    takes_basic: bool
    # Whether each answer to the browser names the issuer (RFC 9207).
    names_issuer: bool


class ProviderDocuments:
    """The documents of one provider; for many threads. Every method raises ProviderError."""

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._lock = threading.Lock()
        self._addresses: Addresses | None = None
        self._keys: KeySet | None = None
        self._addresses_at = self._keys_at = self._failed_at = float("-inf")
        self._failure = ProviderError("was not asked yet", is_away=True)

    def addresses(self) -> Addresses:
        """Return the addresses, an hour old at most."""
        with self._alone():
            return self._known_addresses()

    def keys(self, other_than: KeySet | None = None) -> KeySet:
        """Return the keys, an hour old at most; newer ones where those seen did not fit."""
        with self._alone():
            age = self._clock() - self._keys_at
            does_not_fit = self._keys is other_than and age >= _NEW_KEYS_EVERY_S
            if self._keys is None or age >= _KEPT_S or does_not_fit:
                self._keys = self._asked(lambda: _key_set(self._known_addresses().keys))
                self._keys_at = self._clock()
            return self._keys

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait until no other thread asks the provider; the wait is part of the exchange."""
        if not self._lock.acquire(timeout=left_s()):
            raise ProviderError(f"{self._issuer} still answers another login", is_away=True)
        try:
            yield
        finally:
            self._lock.release()

    def _known_addresses(self) -> Addresses:
        if self._addresses is None or self._clock() - self._addresses_at >= _KEPT_S:
            self._addresses = self._asked(lambda: _addresses_of(self._issuer))
            self._addresses_at = self._clock()
        return self._addresses

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        """Return what the provider answers; for some seconds after a failure the same failure."""
        if self._clock() - self._failed_at < _ASKED_AGAIN_AFTER_S:
            raise self._failure
        try:
            return ask()
        except ProviderError as error:
            self._failure, self._failed_at = error, self._clock()
            raise


def json_of(answer: requests.Response) -> dict[str, Any]:
    """Return the JSON object of an answer; ProviderError for anything else."""
    where = urlsplit(answer.url)._replace(query="", fragment="").geturl()
    if answer.status_code != HTTPStatus.OK:
        is_away = answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise ProviderError(f"{where} answered {answer.status_code}", is_away=is_away)
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ProviderError(f"{where} answered no JSON object")
    return body


def _fetched(address: str) -> dict[str, Any]:
    try:
        answer = asked(address, {"Accept": "application/json"})
    except requests.RequestException as error:
        raise ProviderError(
            f"{address} does not answer ({type(error).__name__})", is_away=True
        ) from error
    return json_of(answer)


def _key_set(address: str) -> KeySet:
    try:
        return KeySet.import_key_set(_fetched(address))  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderError(f"{address} has no keys ({type(error).__name__})") from error


def _addresses_of(issuer: str) -> Addresses:
    found = _fetched(issuer.rstrip("/") + _WELL_KNOWN)
    if found.get("issuer") != issuer:
        raise ProviderError(f"calls itself {found.get('issuer')!r}; OIDC_ISSUER is {issuer!r}")
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Addresses(
        _address(found, "authorization_endpoint", issuer),
        _address(found, "token_endpoint", issuer),
        _address(found, "jwks_uri", issuer),
        _address(found, "userinfo_endpoint", issuer) if "userinfo_endpoint" in found else None,
        _address(found, "end_session_endpoint", issuer)
        if "end_session_endpoint" in found
        else None,
        "client_secret_basic" in methods,
        found.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(found: Mapping[str, Any], name: str, issuer: str) -> str:
    """Return an address of the document, which is as safe as that of the issuer."""
    value = found.get(name)
    allowed = {"https", urlsplit(issuer).scheme}
    if not isinstance(value, str) or urlsplit(value).scheme not in allowed:
        raise ProviderError(f"names no {name} by https")
    return value
