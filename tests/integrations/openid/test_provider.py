"""A provider's answers: what is taken, and what is refused; over HTTP, with real keys."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from callrisk.domain.access.provider_login import LoginAnswer, LoginSecrets, ProviderError
from callrisk.integrations.openid.provider import Provider, Registration
from callrisk.integrations.openid.provider_documents import ProviderDocuments
from harness.openid.hostile_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    HostileProvider,
    hostile_provider,
    new_key,
)

SECRETS = LoginSecrets("state", "nonce", "v" * 43, "http://localhost/back")


class Desk:
    """A provider, and this product at it, whose clock stands."""

    def __init__(self, provider: HostileProvider) -> None:
        self.provider = provider
        self.now = 1000.0
        own = Registration(provider.issuer, CLIENT_ID, CLIENT_SECRET, "openid")
        self.own = Provider(own, ProviderDocuments(provider.issuer, lambda: self.now))

    def log_in(self, issuer: str | None = None, is_lacking: bool = False) -> LoginAnswer:
        """What comes of a login."""
        came = self.provider.code_for(self.own.login_url(SECRETS, "ja"))

        def lacks(_claims: Mapping[str, Any]) -> bool:
            return is_lacking

        return self.own.answer_to(came["code"], issuer, SECRETS, lacks)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with hostile_provider() as made:
        yield Desk(made)


def test_a_right_answer_is_taken(desk: Desk) -> None:
    """With its claims; no secret is seen where the values are printed."""
    answer = desk.log_in()

    assert answer.claims["sub"] == "subject-1"
    assert str(answer) == "LoginAnswer()"
    assert str(SECRETS) == "LoginSecrets(back_to='http://localhost/back')"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": [CLIENT_ID, "another"]}, "azp"),
        ({"azp": "another"}, "azp"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"exp": 1}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "never"}, "exp"),
        ({"iat": 99999999999}, "iat"),
        ({"nbf": 99999999999}, "nbf"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"at_hash": "AAAA"}, "at_hash"),
    ],
)
def test_an_id_token_that_is_wrong_is_refused(desk: Desk, claims: dict[str, Any], why: str) -> None:
    """And said to be."""
    desk.provider.claims = claims

    with pytest.raises(ProviderError, match=rf"the ID token is refused: .*{why}"):
        desk.log_in()


def test_no_signature_is_none(desk: Desk) -> None:
    """A token that says so itself opens nothing."""
    desk.provider.header = {"alg": "none"}

    with (
        pytest.warns(match='"none" is deprecated'),
        pytest.raises(ProviderError, match="Algorithm"),
    ):
        desk.log_in()


@pytest.mark.parametrize("shared", ["secret", "public key"])
def test_a_signature_that_others_can_make_is_refused(desk: Desk, shared: str) -> None:
    """By the secret, or by the public key as if it were one."""
    public = desk.provider.key.as_pem(private=False)
    desk.provider.shared = CLIENT_SECRET.encode() if shared == "secret" else public

    with pytest.raises(ProviderError, match="Algorithm"):
        desk.log_in()


def test_a_key_that_only_bears_the_name_is_refused(desk: Desk) -> None:
    """The signature counts."""
    desk.provider.published, desk.provider.key = [desk.provider.key], new_key("first")

    with pytest.raises(ProviderError, match="BadSignature"):
        desk.log_in()


def test_rsa_keys_without_a_name_are_taken(desk: Desk) -> None:
    """As long as there is one."""
    desk.provider.key = RSAKey.generate_key(2048)
    desk.provider.header = {"alg": "RS256"}

    assert desk.log_in().claims["sub"] == "subject-1"


def test_keys_that_changed_are_read_again(desk: Desk) -> None:
    """Once a token names one that is new; not again at each such token."""
    desk.log_in()
    desk.provider.key = new_key("second")
    desk.now += 11
    assert desk.log_in().claims["sub"] == "subject-1"
    assert desk.provider.asked.count("/keys") == 2
    desk.provider.published, desk.provider.key = [desk.provider.key], new_key("third")
    with pytest.raises(ProviderError, match="InvalidKeyId"):
        desk.log_in()
    assert desk.provider.asked.count("/keys") == 2
    desk.now += 11
    with pytest.raises(ProviderError, match="InvalidKeyId"):
        desk.log_in()
    assert desk.provider.asked.count("/keys") == 3


def test_a_key_that_was_withdrawn_is_forgotten(desk: Desk) -> None:
    """After an hour at the latest."""
    desk.log_in()
    desk.provider.published = [new_key("second")]
    assert desk.log_in()
    desk.now += 3601

    with pytest.raises(ProviderError, match="InvalidKeyId"):
        desk.log_in()


@pytest.mark.parametrize(
    ("path", "answer", "is_away"),
    [
        ("/token", (500, b""), True),
        ("/token", (200, b"[]"), False),
        ("/token", (200, b"{}"), False),
        ("/token", (200, b'{"access_token": "access", "id_token": "a.b.c"}'), False),
        ("/token", (200, b'{"access_token": "access", "id_token": 7}'), False),
        ("/token", (400, b'{"error": "invalid_client", "error_description": "x"}'), False),
        ("/token", (302, b""), False),
        ("/keys", (500, b""), True),
        ("/keys", (200, b'{"keys": []}'), False),
        ("/keys", (200, b'{"keys": 7}'), False),
        ("/keys", (200, b'{"keys": [{"kty": "EC"}]}'), False),
        ("/userinfo", (503, b""), True),
        ("/userinfo", (200, b"<html>"), False),
        ("/userinfo", (200, b'{"sub": "subject-2", "roles": ["callrisk-admins"]}'), False),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused(
    desk: Desk, path: str, answer: tuple[int, bytes], is_away: bool
) -> None:
    """A provider that is away is told from one that answers wrongly."""
    desk.provider.broken[path] = answer

    with pytest.raises(ProviderError) as refused:
        desk.log_in(is_lacking=True)
    assert refused.value.is_away is is_away


def test_a_provider_that_is_away_is_not_asked_at_once_again() -> None:
    """However many wait for it; it is asked after some seconds."""
    with hostile_provider() as made:
        desk = Desk(made)
        path = "/.well-known/openid-configuration"
        made.broken[path] = (503, b"")
        for _ in range(3):
            with pytest.raises(ProviderError, match="answered 503"):
                desk.own.check()
        assert made.asked == [path]
        made.broken.clear()
        desk.now += 4
        assert desk.own.check() == 1
    desk.now += 3601

    with pytest.raises(ProviderError, match="does not answer") as refused:
        desk.own.login_url(SECRETS, "ja")
    assert refused.value.is_away


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"issuer": "https://evil.example"}, "calls itself"),
        ({"token_endpoint": None}, "token_endpoint"),
        ({"jwks_uri": "file:///etc/passwd"}, "jwks_uri"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint"),
        ({"userinfo_endpoint": 7}, "userinfo_endpoint"),
    ],
)
def test_a_document_that_is_wrong_is_refused(
    desk: Desk, changed: dict[str, object], why: str
) -> None:
    """Of another issuer, without an address, or with an unsafe one."""
    desk.provider.metadata = changed

    with pytest.raises(ProviderError, match=why):
        desk.own.check()


@pytest.mark.parametrize("issuer", ["https://evil.example", None])
def test_an_answer_of_another_issuer_is_refused(desk: Desk, issuer: str | None) -> None:
    """Where the provider names itself in its answers (RFC 9207)."""
    desk.provider.metadata = {"authorization_response_iss_parameter_supported": True}
    assert desk.log_in(desk.provider.issuer)

    with pytest.raises(ProviderError, match="another issuer"):
        desk.log_in(issuer)


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"], None])
def test_the_secret_goes_along_as_the_provider_takes_it(
    desk: Desk, methods: list[str] | None
) -> None:
    """In the header, encoded, or in the form."""
    desk.provider.metadata = {"token_endpoint_auth_methods_supported": methods}

    assert desk.log_in()
    assert desk.provider.proved == [
        (CLIENT_ID, CLIENT_SECRET, "form" if methods == ["client_secret_post"] else "header")
    ]


def test_the_logout_of_amazon_cognito_has_names_of_its_own(desk: Desk) -> None:
    """Its issuer tells it."""
    url = desk.own.logout_url("https://callrisk.example/login", "a.b.c")
    assert url is not None
    assert url.startswith(f"{desk.provider.issuer}/logout?client_id=callrisk&post_logout_redirect_")
    assert "id_token_hint=a.b.c" in url
    assert "id_token_hint" not in str(desk.own.logout_url("https://x", "a" * 4000))
    issuer = "https://cognito-idp.ap-northeast-1.amazonaws.com/pool"
    documents = ProviderDocuments(desk.provider.issuer)
    cognito = Provider(Registration(issuer, CLIENT_ID, CLIENT_SECRET, "openid"), documents)

    assert cognito.logout_url("https://x/login", "a.b.c") == (
        f"{desk.provider.issuer}/logout?client_id=callrisk&logout_uri=https%3A%2F%2Fx%2Flogin"
    )
