"""A logout that the identity provider tells of: by a token of its own alone, and once."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from callrisk.settings import Settings
from callrisk.web.app import Server
from harness.openid.hostile_provider import new_key
from harness.openid.login_desk import Desk, desk_of, is_logged_in, openid_server

LOGOUT = "/login/openid/backchannel-logout"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Settings]]:
    with openid_server(tmp_path_factory.mktemp("openid")) as made:
        yield made


@pytest.fixture
def desk(started: tuple[Server, Settings]) -> Iterator[Desk]:
    with desk_of(*started) as made:
        yield made


def told(desk: Desk, token: str) -> TestResponse:
    """Return what the provider is answered."""
    return desk.server.app.test_client().post(LOGOUT, data={"logout_token": token})


def test_all_sessions_of_a_person_end(desk: Desk) -> None:
    """On every page and socket, of this person alone; it is noted."""
    first, second, other = (desk.browser() for _ in range(3))
    desk.log_in(first)
    desk.log_in(second)
    person = desk.person()
    assert person is not None
    desk.provider.claims = {"sub": "subject-2", "preferred_username": "hanako"}
    desk.provider.userinfo = {"sub": "subject-2"}
    desk.log_in(other)
    socket = desk.server.socketio.test_client(desk.server.app, flask_test_client=first)
    before = desk.server.state.accounts.sessions.version
    answer = told(desk, desk.provider.logout_token())

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert [is_logged_in(one) for one in (first, second, other)] == [False, False, True]
    # What sockets and pages look at each second.
    assert desk.server.state.accounts.sessions.version > before
    desk.server.access.step()
    assert not socket.is_connected()
    who = f"person {person.person_id}"
    assert desk.newest() == (who, "log_out", {"means": "openid"})


def test_one_session_of_the_provider_ends(desk: Desk) -> None:
    """The others go on; by its name alone, or with the person's."""
    browsers = {}
    for sid in ("one", "two", "three"):
        desk.provider.claims = {"sid": sid}
        browsers[sid] = desk.browser()
        desk.log_in(browsers[sid])
    assert told(desk, desk.provider.logout_token(sid="one", sub=None)).status_code == 200
    assert told(desk, desk.provider.logout_token(sid="two")).status_code == 200
    assert told(desk, desk.provider.logout_token(sid="three", sub="subject-9")).status_code == 200

    assert {sid: is_logged_in(one) for sid, one in browsers.items()} == {
        "one": False, "two": False, "three": True,
    }  # fmt: skip


def test_a_session_that_the_provider_did_not_name_ends_with_its_person(desk: Desk) -> None:
    """Rather than stay open."""
    browser = desk.browser()
    desk.log_in(browser)
    told(desk, desk.provider.logout_token(sid="unknown"))

    assert not is_logged_in(browser)


NOW = int(time.time())


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"}, {"iss": None}, {"aud": "another"}, {"aud": None},
        {"aud": ["another"]}, {"events": None}, {"events": {}}, {"events": {EVENT: True}},
        {"events": [EVENT]}, {"nonce": "n"}, {"jti": None}, {"jti": ""}, {"jti": 7},
        {"iat": None}, {"iat": "now"}, {"iat": NOW + 3_600}, {"exp": NOW - 3_600},
        {"exp": "later"}, {"iat": NOW - 3_600, "exp": None}, {"sub": None}, {"sub": ""},
        {"sub": 7}, {"sid": {}}, {"exp": 10**30},
    ],
)  # fmt: skip
def test_a_token_that_is_none_ends_nothing(desk: Desk, wrong: dict[str, Any]) -> None:
    """Whatever else of it is right."""
    browser = desk.browser()
    desk.log_in(browser)
    answer = told(desk, desk.provider.logout_token(**wrong))

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")
    assert is_logged_in(browser)


def test_a_token_without_an_end_counts_for_some_minutes(desk: Desk) -> None:
    """As older providers send it."""
    browser = desk.browser()
    desk.log_in(browser)

    assert told(desk, desk.provider.logout_token(exp=None)).status_code == 200
    assert not is_logged_in(browser)


def test_nobody_else_can_sign(desk: Desk) -> None:
    """Another key, none, a shared secret, an ID token, another kind of token, no token."""
    browser, provider = desk.browser(), desk.provider
    desk.log_in(browser)
    right, own = provider.logout_token(), provider.key
    tokens = ["", "x.y.z", right[:-4] + "AAAA", provider.id_token("n"), "x" * 30_000]
    provider.key, provider.published = new_key("first"), [own]
    tokens.append(provider.logout_token())
    provider.key, provider.published = own, None
    provider.shared = b"geheim"
    tokens.append(provider.logout_token())
    provider.shared, provider.header = None, {"alg": "none"}
    tokens.append(provider.logout_token())
    provider.header = {"typ": "at+jwt"}
    tokens.append(provider.logout_token())

    assert [told(desk, token).status_code for token in tokens] == [400] * len(tokens)
    assert is_logged_in(browser)
    provider.header = {"typ": "logout+jwt"}
    assert told(desk, provider.logout_token()).status_code == 200


def test_a_token_counts_once(desk: Desk) -> None:
    """Who caught it ends no later session with it."""
    browser, token = desk.browser(), desk.provider.logout_token()
    assert told(desk, token).status_code == 200
    desk.log_in(browser)

    assert told(desk, token).status_code == 400
    assert is_logged_in(browser)


def test_a_logout_that_could_not_be_stored_counts_when_it_is_sent_again(desk: Desk) -> None:
    """The database failed after the token was taken, and before the sessions ended."""
    browser, token = desk.browser(), desk.provider.logout_token()
    desk.log_in(browser)
    engine = desk.server.state.store.engine
    refuse = "BEGIN SELECT RAISE(ABORT, 'no room'); END"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TRIGGER full BEFORE DELETE ON sessions {refuse}")
    failed = told(desk, token)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")

    assert failed.status_code >= 500
    assert is_logged_in(browser)
    assert told(desk, token).status_code == 200
    assert not is_logged_in(browser)


def test_a_logout_of_somebody_unknown_counts_once(desk: Desk) -> None:
    """It ends nobody's session, neither now nor once that person has come."""
    browser, token = desk.browser(), desk.provider.logout_token(sub="subject-9")
    desk.log_in(browser)

    assert told(desk, token).status_code == 200
    assert is_logged_in(browser)
    assert told(desk, token).status_code == 400


def test_a_provider_whose_keys_are_away_tells_again(desk: Desk) -> None:
    """503, and the same token counts later."""
    desk.provider.broken = {"/.well-known/openid-configuration": (500, b"")}

    assert told(desk, desk.provider.logout_token()).status_code == 503


def test_a_password_goes_on_and_without_a_provider_there_is_no_logout(desk: Desk) -> None:
    """The session of another way to log in ends only by itself."""
    openid, desk.server.state.accounts.openid = desk.server.state.accounts.openid, None
    answer = told(desk, desk.provider.logout_token())
    desk.server.state.accounts.openid = openid

    assert answer.status_code == 400
