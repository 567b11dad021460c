"""The login by an identity provider, against one that answers what it likes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from callrisk.background.tally import Tally
from callrisk.bootstrap.metrics.server_figures import _counts
from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.people.password_rules import hashed
from callrisk.settings import Settings
from callrisk.store.people.audit_log import Sought
from callrisk.web.app import Server
from harness.openid.hostile_provider import (
    CLIENT_SECRET,
)
from harness.openid.login_desk import BACK, Desk, desk_of, is_logged_in, openid_server

PASSWORD = "馬と電池とホチキスの緑色"  # noqa: S105 - of these tests


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Settings]]:
    with openid_server(tmp_path_factory.mktemp("openid")) as made:
        yield made


@pytest.fixture
def desk(started: tuple[Server, Settings]) -> Iterator[Desk]:
    with desk_of(*started) as made:
        yield made


def test_a_person_comes_and_goes_on_to_the_deep_link(desk: Desk) -> None:
    """With roles, teams and agent ids of the claims, and a session of its own."""
    desk.provider.claims = {"teams": ["東京 第一"], "agents": "a-1, a-2"}
    browser = desk.browser()
    answer = desk.log_in(browser, "/manager/live?lang=en")

    assert (answer.status_code, answer.location) == (303, "/manager/live?lang=en")
    person = desk.person()
    assert person is not None
    assert (person.login, person.name) == (desk.provider.login, "見本 太郎")
    assert person.roles == {Role.AGENT}
    assert person.teams == {"東京 第一"}
    assert person.agent_ids == {"a-1", "a-2"}
    assert browser.get("/api/session").get_json()["subject_id"] == f"person {person.person_id}"


def test_the_way_there_names_everything_that_protects_it(desk: Desk) -> None:
    """State, nonce, S256, our address, and no secret."""
    url = desk.begin(desk.browser(), language="ja")
    asked = dict(parse_qsl(urlsplit(url).query))

    assert url.startswith(f"{desk.provider.issuer}/login?")
    assert asked["redirect_uri"] == f"http://localhost{BACK}"
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["ui_locales"] == "ja"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert all(len(asked[name]) == 43 for name in ("state", "nonce", "code_challenge"))
    assert CLIENT_SECRET not in url


@pytest.mark.parametrize("asked", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_it_leads_on_to_our_own_pages_alone(desk: Desk, asked: str) -> None:
    """As the login by password does."""
    assert desk.log_in(desk.browser(), asked).location == "/"


def test_an_answer_counts_once(desk: Desk) -> None:
    """Also for who kept the cookie of the login."""
    browser = desk.browser()
    came = desk.provider.code_for(desk.begin(browser))
    name = f"callrisk_session-openid-{came['state'][:16]}"
    cookie = browser.get_cookie(name)
    assert cookie is not None
    assert browser.get(BACK, query_string=came).status_code == 303
    assert browser.get_cookie(name) is None
    thief = desk.browser()
    thief.set_cookie(name, cookie.value, domain="localhost")
    again = thief.get(BACK, query_string=came, headers={"Accept-Language": "en"})

    assert again.status_code == 400
    assert "was used already" in again.text
    assert not is_logged_in(thief)


def test_an_answer_of_another_browser_is_refused(desk: Desk) -> None:
    """Whoever began the login in another browser cannot be logged in here."""
    came = desk.provider.code_for(desk.begin(desk.browser()))
    victim = desk.browser()
    desk.begin(victim)
    answer = victim.get(BACK, query_string=came)

    assert answer.status_code == 400
    assert not is_logged_in(victim)
    assert "/token" not in desk.provider.asked
    assert desk.newest()[1:] == ("log_in", {"outcome": "state", "means": "openid"})


def test_two_tabs_log_in_at_once(desk: Desk) -> None:
    """Each has a state of its own."""
    browser = desk.browser()
    first = desk.provider.code_for(desk.begin(browser, "/manager/"))
    second = desk.provider.code_for(desk.begin(browser, "/tablet/"))

    assert browser.get(BACK, query_string=first).location == "/manager/"
    assert browser.get(BACK, query_string=second).location == "/tablet/"


def test_a_login_that_took_too_long_is_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten minutes."""
    browser = desk.browser()
    came = desk.provider.code_for(desk.begin(browser))
    later = datetime.now(UTC) + timedelta(minutes=11)
    monkeypatch.setattr("callrisk.web.access.openid_pages.utc_now", lambda: later)

    assert browser.get(BACK, query_string=came).status_code == 400


def test_the_session_is_a_new_one(desk: Desk) -> None:
    """A token that somebody planted, or of the login before, is worth nothing."""
    browser = desk.browser()
    browser.set_cookie("callrisk_session", "planted", domain="localhost")
    desk.log_in(browser)
    first = browser.get_cookie("callrisk_session")
    desk.log_in(browser)
    second = browser.get_cookie("callrisk_session")
    assert first is not None
    assert second is not None
    assert len({"planted", first.value, second.value}) == 3
    browser.set_cookie("callrisk_session", first.value, domain="localhost")

    assert not is_logged_in(browser)


def test_an_id_token_that_is_wrong_opens_nothing(desk: Desk) -> None:
    """And makes nobody."""
    desk.provider.claims = {"nonce": "another"}
    browser = desk.browser()
    answer = desk.log_in(browser)
    openid = desk.server.state.accounts.openid
    assert openid is not None
    assert (openid.refusals["wrong"], openid.refusals["no_role"]) == (1, 0)
    [figure] = [
        one for one in _counts(desk.server.state, Tally()) if one.name == "callrisk_openid_refusals"
    ]
    assert any(one.labels["reason"] == "wrong" and one.value == 1 for one in figure.samples)

    assert answer.status_code == 502
    assert "did not answer as it must" in answer.text
    assert not is_logged_in(browser)
    assert desk.person() is None


@pytest.mark.parametrize("body", [(503, b""), (200, b"<html>"), (302, b"")])
def test_a_provider_that_is_away_is_told_in_words(desk: Desk, body: tuple[int, bytes]) -> None:
    """In the language of the reader, before anything begins."""
    path = "/.well-known/openid-configuration"
    desk.provider.broken[path] = body
    browser = desk.browser()
    for language, words in (("ja", "会社のアカウント"), ("en", "The login of the company")):
        answer = browser.get("/login/openid", query_string={"lang": language})
        assert answer.status_code == 502
        assert words in answer.text
        assert "Set-Cookie" not in answer.headers
    assert desk.provider.asked.count(path) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/token", (500, b"")),
        ("/token", (400, b'{"error": "invalid_client"}')),
        ("/keys", (500, b"")),
    ],
)
def test_an_answer_that_cannot_be_read_opens_nothing(
    desk: Desk, path: str, body: tuple[int, bytes]
) -> None:
    """One page says so, in the language in which the login began."""
    browser = desk.browser()
    came = desk.provider.code_for(desk.begin(browser, language="ja"))
    desk.provider.broken[path] = body
    answer = browser.get(BACK, query_string=came)

    assert answer.status_code == 502
    assert '<html lang="ja">' in answer.text
    assert desk.person() is None


def test_a_login_that_was_broken_off(desk: Desk) -> None:
    """The person, or the provider, said no."""
    browser = desk.browser()
    state = desk.provider.code_for(desk.begin(browser))["state"]
    answer = browser.get(BACK, query_string={"error": "access_denied", "state": state})

    assert answer.status_code == 400
    assert "was broken off" in answer.text


def test_what_the_id_token_lacks_is_asked_for(desk: Desk) -> None:
    """Of the same person."""
    desk.provider.claims = {"roles": None, "name": None}
    desk.provider.userinfo = {"sub": "subject-1", "roles": "callrisk-leads", "name": "見本 花子"}
    assert desk.log_in(desk.browser()).status_code == 303
    person = desk.person()

    assert person is not None
    assert (person.name, person.roles) == ("見本 花子", {Role.MANAGER})


@pytest.mark.parametrize("roles", [None, [], ["other"], "other", {"a": 1}, [["callrisk-admins"]]])
def test_nobody_comes_in_without_a_role(desk: Desk, roles: object) -> None:
    """A clear refusal, which is noted."""
    desk.provider.claims = {"roles": roles}
    desk.provider.userinfo = {"sub": "subject-1"}
    answer = desk.log_in(desk.browser())

    assert answer.status_code == 403
    assert "has no role" in answer.text
    assert desk.person() is None
    subject, action, detail = desk.newest()
    assert subject.startswith("sha256:")
    assert (action, detail["outcome"]) == ("log_in", "no_role")


def test_roles_change_at_the_next_login(desk: Desk) -> None:
    """In all sessions of the person, and noted; without a role they end."""
    first, second = desk.browser(), desk.browser()
    desk.log_in(first)
    desk.provider.claims = {"roles": ["callrisk-admins"], "preferred_username": "jiro"}
    desk.log_in(second)
    assert first.get("/api/session").get_json()["roles"] == ["admin"]
    records = desk.server.state.accounts.auditor.log.newest(Sought(), 2)
    [changed] = [one for one in records if one.record.deed.action == "person_changed"]
    assert changed.record.deed.detail == {
        "roles": {"before": ["agent"], "after": ["admin"]}, "texts": ["login"], "means": "openid",
    }  # fmt: skip
    desk.provider.claims = {"roles": ["other"]}
    desk.provider.userinfo = {"sub": "subject-1"}

    assert desk.log_in(desk.browser()).status_code == 403
    assert not is_logged_in(first)
    assert not is_logged_in(second)
    person = desk.person()
    assert person is not None
    assert person.roles == frozenset()


def test_a_closed_account_stays_closed(desk: Desk) -> None:
    """Whatever the provider says."""
    desk.log_in(desk.browser())
    person = desk.person()
    assert person is not None
    desk.server.state.accounts.persons.change(replace(person, is_active=False))
    browser = desk.browser()
    answer = desk.log_in(browser)

    assert answer.status_code == 403
    assert "is closed" in answer.text
    assert not is_logged_in(browser)
    assert desk.newest() == (
        f"person {person.person_id}", "log_in", {"outcome": "inactive", "means": "openid"},
    )  # fmt: skip


def local_account(desk: Desk, login: str, role: Role = Role.ADMIN) -> Person:
    persons = desk.server.state.accounts.persons
    added = persons.add(Person(0, login, "見本", frozenset({role})), datetime.now(UTC))
    persons.set_password(added.person_id, hashed(PASSWORD), must_change=False)
    return added


def test_an_equal_login_opens_no_other_account(desk: Desk) -> None:
    """Nor an equal agent id."""
    account = local_account(desk, desk.provider.login)
    answer = desk.log_in(desk.browser())
    assert answer.status_code == 403
    assert "Another account has this login" in answer.text
    assert desk.person() is None
    desk.provider.claims = {"preferred_username": "hanako", "agents": desk.provider.login}
    assert desk.log_in(desk.browser()).status_code == 403

    assert desk.person() is None
    found = desk.server.state.accounts.persons.person(account.person_id)
    assert found == replace(account, has_password=True)


def test_equal_subjects_of_two_providers_are_two_persons(desk: Desk) -> None:
    """The issuer belongs to the identity."""
    persons = desk.server.state.accounts.persons
    other = persons.add(
        Person(0, "other", "見本", frozenset({Role.ADMIN})), datetime.now(UTC),
        "https://other.example subject-1",
    )  # fmt: skip
    desk.log_in(desk.browser())
    person = desk.person()

    assert person is not None
    assert person.person_id != other.person_id


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 303), (Role.MANAGER, 401)])
def test_passwords_of_administrators_alone_still_count(desk: Desk, role: Role, status: int) -> None:
    """So that somebody comes in while the provider is away."""
    local_account(desk, f"local {role}", role)
    form = {"login": f"local {role}", "password": PASSWORD, "lang": "en"}
    answer = desk.browser().post("/login", data=form)

    assert answer.status_code == status
    assert ("Log in with the company account" in answer.text) == (status == 401)


def test_a_password_opens_no_account_of_the_provider(desk: Desk) -> None:
    """Whoever gave it one."""
    desk.provider.claims = {"roles": ["callrisk-admins"]}
    desk.log_in(desk.browser())
    person = desk.person()
    assert person is not None
    desk.server.state.accounts.persons.set_password(
        person.person_id, hashed(PASSWORD), must_change=False
    )
    form = {"login": desk.provider.login, "password": PASSWORD}

    assert desk.browser().post("/login", data=form).status_code == 401


def test_a_logout_goes_on_to_the_provider(desk: Desk) -> None:
    """With its ID token; the session here is over whatever happens there."""
    browser = desk.browser()
    desk.log_in(browser)
    token = browser.get("/api/session").get_json()["csrf_token"]
    answer = browser.post("/logout", data={"csrf_token": token, "lang": "en"})
    assert answer.status_code == 200
    assert "You are logged out." in answer.text
    assert f"{desk.provider.issuer}/logout?client_id=callrisk&amp;" in answer.text
    assert "id_token_hint=" in answer.text
    assert "storage" in answer.headers["Clear-Site-Data"]

    assert not is_logged_in(browser)
    assert "You are logged out." in browser.get("/login?state=out&lang=en").text


@pytest.mark.parametrize("has_place", [True, False])
def test_a_logout_of_others_stays_here(desk: Desk, has_place: bool) -> None:
    """Of a local account, and where the provider has no place for it."""
    browser = desk.browser()
    if has_place:
        local_account(desk, "stays")
        browser.post("/login", data={"login": "stays", "password": PASSWORD})
    else:
        desk.provider.metadata = {"end_session_endpoint": None}
        desk.log_in(browser)
    token = browser.get("/api/session").get_json()["csrf_token"]

    answer = browser.post("/logout", data={"csrf_token": token})
    assert answer.location == "/login?out"


def test_nothing_secret_is_logged_or_noted(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a token, nor a code, nor the secret, nor a name."""
    caplog.set_level("DEBUG")
    browsers = [desk.browser() for _ in range(2)]
    came = desk.provider.code_for(desk.begin(browsers[0]))
    browsers[0].get(BACK, query_string=came)
    desk.provider.claims = {"nonce": "another"}
    wrong = desk.provider.code_for(desk.begin(browsers[1]))
    browsers[1].get(BACK, query_string=wrong)
    noted = [str(one.record) for one in desk.server.state.accounts.auditor.log.all()]
    told = "\n".join([caplog.text, *noted])

    assert "the ID token is refused: invalid_claim nonce" in told
    for secret in (came["code"], came["state"], wrong["code"], CLIENT_SECRET, "見本", "taro@"):
        assert secret not in told
    assert "eyJ" not in told


def test_an_administrator_binds_an_account_that_was_there(desk: Desk) -> None:
    """By the subject that the refusal shows; its password opens nothing then."""
    local_account(desk, f"admin {desk.provider.issuer}")
    account = local_account(desk, desk.provider.login, Role.MANAGER)
    admin = desk.browser()
    admin.post("/login", data={"login": f"admin {desk.provider.issuer}", "password": PASSWORD})
    admin.environ_base["HTTP_X_CSRF_TOKEN"] = admin.get("/api/session").get_json()["csrf_token"]
    refused = desk.log_in(desk.browser())
    assert '<code data-testid="subject">subject-1</code>' in refused.text
    path = f"/admin/persons/{account.person_id}"
    assert "subject" in admin.get(path).text
    assert admin.post(f"{path}/identity", data={"subject": "subject-1"}).status_code == 200
    assert desk.log_in(desk.browser()).status_code == 303
    person = desk.person()
    assert person is not None
    assert (person.person_id, person.roles) == (account.person_id, {Role.AGENT})
    assert not person.has_password
    refusal = admin.post(f"{path}/password", data={"lang": "en"})
    assert "gets no password" in refusal.text
    assert "company account" in admin.get("/admin?lang=en").text

    assert admin.post(f"{path}/identity").status_code == 200
    assert desk.person() is None


def test_the_last_administrator_with_a_password_stays_one(desk: Desk) -> None:
    """Nor does an account get the identity of another."""
    accounts = desk.server.state.accounts
    desk.log_in(desk.browser())
    local = local_account(desk, f"bound {desk.provider.issuer}", Role.MANAGER)
    identity = f"{desk.provider.issuer} subject-1"
    taken = accounts.administration.set_identity(local, identity)
    assert taken is not None
    assert "Another person has this company account" in taken.en
    admins = [one for one in accounts.persons.all() if Role.ADMIN in one.roles and one.has_password]
    last = [accounts.administration.set_identity(one, f"x {one.person_id}") for one in admins]

    assert [fault is None for fault in last] == [True] * (len(admins) - 1) + [False]
