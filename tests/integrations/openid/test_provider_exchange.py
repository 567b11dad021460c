"""An identity provider that answers slowly, without end or too much: no login waits for long."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from callrisk.domain.access.provider_login import LoginSecrets, ProviderError
from callrisk.integrations.openid.provider import Provider, Registration
from callrisk.integrations.openid.provider_documents import ProviderDocuments
from harness.openid.hostile_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    HostileProvider,
    hostile_provider,
)

SECRETS = LoginSecrets("state", "nonce", "v" * 43, "http://localhost/back")
WITHIN_S = 1.0
# The time of a busy machine; each byte comes within the limit of a read, which is 5 s.
LATEST_S = 4.0
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def provider() -> Iterator[HostileProvider]:
    with hostile_provider() as made:
        yield made


def own_at(provider: HostileProvider) -> Provider:
    """This product at the provider, of which it knows nothing yet."""
    own = Registration(provider.issuer, CLIENT_ID, CLIENT_SECRET, "openid")
    return Provider(own, ProviderDocuments(provider.issuer), WITHIN_S)


def log_in(own: Provider, provider: HostileProvider) -> Mapping[str, Any]:
    """What a login tells, with what userinfo adds."""
    code = provider.code_for(own.login_url(SECRETS, "ja"))["code"]
    return own.answer_to(code, None, SECRETS, lambda _claims: True).claims


def refused(job: Callable[[], object]) -> ProviderError:
    """The error of a job that must end within its time."""
    began = time.monotonic()
    with pytest.raises(ProviderError) as raised:
        job()
    assert time.monotonic() - began < LATEST_S
    return raised.value


@pytest.mark.parametrize("how", ["head", "body", "endless", "chunks"])
@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/keys", "/userinfo"])
def test_a_dripping_provider_is_cut_off(provider: HostileProvider, path: str, how: str) -> None:
    """Whichever answer drips, and in whichever part: it is away, as one that says nothing."""
    provider.drips = {path: how}
    own = own_at(provider)

    assert refused(lambda: log_in(own, provider)).is_away
    assert path in provider.asked


def test_all_answers_of_a_login_share_the_time(provider: HostileProvider) -> None:
    """Each comes in time by itself; together they take too long."""
    own = own_at(provider)
    code = provider.code_for(own.login_url(SECRETS, "ja"))["code"]
    provider.waits_s = WITHIN_S * 0.6

    error = refused(lambda: own.answer_to(code, None, SECRETS, lambda _claims: True))
    assert error.is_away
    assert provider.asked[-2:] == ["/token", "/keys"]


def test_logins_that_wait_for_another_one_have_their_time(provider: HostileProvider) -> None:
    """One asks a provider that drips; the others do not wait for as many times its time."""
    provider.drips = {DISCOVERY: "body"}
    own = own_at(provider)
    with ThreadPoolExecutor(8) as pool:
        errors = list(pool.map(lambda _: refused(lambda: own.login_url(SECRETS, "ja")), range(8)))

    assert all(error.is_away for error in errors)


def test_a_logout_does_not_wait_for_a_dripping_provider(provider: HostileProvider) -> None:
    """By the browser, and by the provider itself."""
    provider.drips = {DISCOVERY: "head"}
    token = provider.logout_token()

    assert refused(lambda: own_at(provider).logout_url("http://localhost/", "x")).is_away
    assert refused(lambda: own_at(provider).logout_of(token)).is_away
    assert refused(own_at(provider).check).is_away


def test_an_answer_that_is_too_large_is_no_answer(provider: HostileProvider) -> None:
    """It is not even held."""
    provider.broken = {DISCOVERY: (200, b'{"x": "' + b"x" * (1 << 20) + b'"}')}

    assert refused(lambda: own_at(provider).login_url(SECRETS, "ja")).is_away


def test_a_provider_is_asked_anew_after_a_cut(provider: HostileProvider) -> None:
    """Nothing of the old exchange is left in the thread."""
    provider.drips = {"/token": "head"}
    own = own_at(provider)
    refused(lambda: log_in(own, provider))
    provider.drips = {}

    assert log_in(own, provider)["sub"] == "subject-1"
