"""A login in progress in its cookie: whole, for its own state, for ten minutes."""

import json
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from callrisk.people.openid.login_in_progress import LoginSeal, begun_login
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing, new_ring
from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.sealing import SecretCipher
from harness.key_rings import RING

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=9)
KIND = "logins in progress"


@dataclass
class Holder:
    """A ring that stays as it is."""

    ring: KeyRing

    def reread_ring(self) -> None:
        """Do nothing."""


def sealing(ring: KeyRing = RING, secret: str = "") -> LoginSeal:
    """Return the seal of a server; `secret` is that of older versions."""
    before = SecretCipher(secret, KIND) if secret else None
    return LoginSeal(RingCipher(Holder(ring), KeyPurpose.ACCOUNTS, KIND, before))


def test_a_login_comes_back_as_it_was() -> None:
    """From a cookie that shows nothing of it, at any server of the same ring."""
    login = begun_login("/manager/", "ja", "https://x/back", NOW)
    cookie = sealing().seal(login)

    assert sealing().open(cookie, login.secrets.state, LATER) == login
    assert login.secrets.state not in cookie
    assert len(cookie) < 1000
    assert sealing(new_ring(NOW), "s" * 40).open(cookie, login.secrets.state, LATER) is None


def test_what_is_not_of_this_login_is_none() -> None:
    """Another state, an old one, other bytes."""
    seal, login = sealing(), begun_login("/", "ja", "https://x/back", NOW)
    cookie, state = seal.seal(login), login.secrets.state

    assert seal.open(cookie, state[:-1], LATER) is None
    assert seal.open(cookie, "", LATER) is None
    assert seal.open(cookie, "日本", LATER) is None
    assert seal.open(cookie, state, NOW + timedelta(minutes=10)) is None
    for other in ("", "x", "日本", cookie[:-8], "A" + cookie[1:], "=" * 40):
        assert seal.open(other, state, LATER) is None


def test_a_path_too_long_for_a_cookie_is_left_out() -> None:
    """The login leads to the first page then."""
    login = begun_login("/" + "x" * 5000, "ja", "https://x/back", NOW)

    assert login.to == "/"
    longest = begun_login("/" + "x" * 1499, "ja", "https://x/back", NOW)
    assert len(sealing().seal(longest)) < 3500


def test_a_login_that_an_older_version_began_goes_on() -> None:
    """During the update; with the secret it was sealed with."""
    login = begun_login("/", "ja", "https://x/back", NOW)
    values = asdict(login) | {"ends_at": login.ends_at.isoformat()}
    sealed = SecretCipher("s" * 40, KIND).seal(json.dumps(values).encode(), b"cookie")
    cookie, state = urlsafe_b64encode(sealed).decode(), login.secrets.state

    assert sealing(secret="s" * 40).open(cookie, state, LATER) == login
    assert sealing(secret="t" * 40).open(cookie, state, LATER) is None
    assert sealing().open(cookie, state, LATER) is None
