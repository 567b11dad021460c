"""A login in progress in its cookie: whole, for its own state, for ten minutes."""

from datetime import UTC, datetime, timedelta

from callrisk.people.openid.login_in_progress import LoginSeal, begun_login

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=9)


def test_a_login_comes_back_as_it_was() -> None:
    """From a cookie that shows nothing of it, at any server of the same secret."""
    login = begun_login("/manager/", "ja", "https://x/back", NOW)
    cookie = LoginSeal("s" * 40).seal(login)

    assert LoginSeal("s" * 40).open(cookie, login.secrets.state, LATER) == login
    assert login.secrets.state not in cookie
    assert len(cookie) < 1000
    assert LoginSeal("t" * 40).open(cookie, login.secrets.state, LATER) is None


def test_what_is_not_of_this_login_is_none() -> None:
    """Another state, an old one, other bytes."""
    seal, login = LoginSeal("s" * 40), begun_login("/", "ja", "https://x/back", NOW)
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
    assert len(LoginSeal("s" * 40).seal(longest)) < 3500
