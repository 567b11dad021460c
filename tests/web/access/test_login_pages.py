"""The pages of the login, the own account and the administration, as a browser uses them."""

import io
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from callrisk.domain.access.policy_table import KEY_SCOPES
from callrisk.web.access.access_words import WORDS, Language, spoken
from callrisk.web.access.admin_words import SCOPE_WORDS
from harness.staffed import PASSWORD, Staffed, staffed

NEW = "鯨と梯子と紫の切符売り場"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with staffed(tmp_path_factory.mktemp("pages") / "root") as made:
        yield made


def posted(client: FlaskClient, path: str, **form: object) -> str:
    """The page that answers a form, in English."""
    answer = client.post(path, data={"lang": "en", **form})
    assert answer.status_code in {200, 422}, answer.text
    return answer.text


def secret_of(page: str) -> str:
    """What is shown only now."""
    found = re.search(r"<code>([^<]+)</code></div>", page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/?call=c-1", "/?call=c-1"),
        ("/account", "/account"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_login_leads_on_to_our_own_pages(office: Staffed, asked: str, goes_to: str) -> None:
    """And nowhere else."""
    client = office.client()
    form = {"login": "manager", "password": PASSWORD, "next": asked}

    assert client.post("/login", data=form).location == goes_to


@pytest.mark.parametrize(
    ("login", "home"),
    [("agent-1", "/"), ("manager", "/"), ("admin", "/admin"), ("auditor", "/audit")],
)
def test_each_role_has_a_place_to_begin(office: Staffed, login: str, home: str) -> None:
    """Nobody begins with a refusal."""
    client = office.client()
    answer = office.log_in(client, login)

    assert answer.location == home
    assert client.get(home).status_code == 200


def test_the_cookie_and_the_session_are_new_at_each_login(office: Staffed) -> None:
    """A token that somebody else knew is worth nothing."""
    client = office.client()
    client.set_cookie("__Host-callrisk", "planted", domain="localhost", secure=True)
    first = office.log_in(client, "agent-1").headers["Set-Cookie"]
    for part in ("__Host-callrisk=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in first
    assert "Domain" not in first
    old = client.get_cookie("__Host-callrisk")
    second = office.log_in(client, "agent-1").headers["Set-Cookie"]
    assert old is not None
    assert "planted" not in first
    assert first.partition(";")[0] != second.partition(";")[0]
    client.set_cookie("__Host-callrisk", old.value, domain="localhost", secure=True)
    assert client.get("/api/session").status_code == 401


def test_a_logout_ends_the_session_and_what_the_browser_kept(office: Staffed) -> None:
    """On every device that has its cookie."""
    client = office.client("agent-2")
    kept = client.get_cookie("__Host-callrisk")
    answer = client.post("/logout")
    assert kept is not None
    assert (answer.status_code, answer.location) == (303, "/login?out")
    assert "storage" in answer.headers["Clear-Site-Data"]
    client.set_cookie("__Host-callrisk", kept.value, domain="localhost", secure=True)

    assert client.get("/api/session").status_code == 401


@pytest.mark.parametrize(
    "path", ["/login", "/account", "/admin", "/api/calls", "/static/js/main.js"]
)
def test_every_answer_is_for_https_alone_and_frames_nothing(office: Staffed, path: str) -> None:
    """Errors, too."""
    headers = office.client().get(path).headers

    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_the_touch_page_is_held_by_pages_of_its_own_origin_alone(office: Staffed) -> None:
    """In production, where all three screens are one; it is for who works on calls."""
    page = office.client("agent-1").get("/touch")

    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert office.client().get("/touch").location == "/login?next=%2Ftouch"
    assert office.client("auditor").get("/touch").status_code == 303


def test_the_own_password(office: Staffed) -> None:
    """With the present one, a good new one, and an end of all other sessions."""
    client, elsewhere = office.client("agent-3"), office.client("agent-3")
    assert "is wrong" in posted(client, "/account/password", old="wrong", new=NEW)
    assert "easily guessed" in posted(
        client, "/account/password", old=PASSWORD, new="agent-3agent-3"
    )
    assert "is changed" in posted(client, "/account/password", old=PASSWORD, new=NEW)

    assert client.get("/api/session").status_code == 200
    assert elsewhere.get("/api/session").status_code == 401
    assert office.log_in(office.client(), "agent-3").status_code == 401
    assert office.log_in(office.client(), "agent-3", NEW).status_code == 303


def test_an_administrator_makes_a_person(office: Staffed) -> None:
    """Whose first password opens nothing but the form of a new one."""
    admin = office.client("admin")
    page = posted(
        admin, "/admin/persons/0", login="New@Example.jp", name="見本 新", roles="agent",
        teams="東京", agent_ids="agent-9",
    )  # fmt: skip
    assert "Saved." in page
    person = office.person("new@example.jp")
    assert person.agent_ids == {"agent-9"}
    first = secret_of(posted(admin, f"/admin/persons/{person.person_id}/password"))
    client = office.client()
    assert office.log_in(client, "new@example.jp", first).location == "/account"
    assert client.get("/").location == "/account"
    assert client.get("/api/calls").status_code == 403
    client.environ_base["HTTP_X_CSRF_TOKEN"] = client.get("/api/session").get_json()["csrf_token"]
    assert "is changed" in posted(client, "/account/password", old=first, new=NEW)

    assert client.get("/api/calls").status_code == 200
    assert "agent-9" in client.get("/account").text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"login": ""}, "A login, a name and a role are needed."),
        ({"roles": "service"}, "A login, a name and a role are needed."),
        ({"login": "agent-1"}, "Somebody else has this login"),
        ({"agent_ids": "agent-2"}, "Somebody else has this login"),
    ],
)
def test_persons_that_cannot_be(office: Staffed, changed: dict[str, str], told: str) -> None:
    """One sentence, and nothing is stored."""
    form = {"login": "x", "name": "見本", "roles": "agent", "agent_ids": ""} | changed

    before = len(office.server.state.accounts.persons.all())
    assert told in posted(office.client("admin"), "/admin/persons/0", **form)
    assert len(office.server.state.accounts.persons.all()) == before


def test_the_last_administrator_stays(office: Staffed) -> None:
    """By form and by file."""
    admin, person = office.client("admin"), office.person("admin")
    path = f"/admin/persons/{person.person_id}"
    form = {"login": "admin", "name": person.name}
    rows = b"login,name,roles\nadmin,\xe8\xa6\x8b\xe6\x9c\xac,agent\n"
    for page in (
        posted(admin, path, roles="agent", is_active="on", **form),
        posted(admin, path, roles="admin", **form),
        posted(admin, "/admin/import", file=(io.BytesIO(rows), "people.csv")),
    ):
        assert "There is no other administrator" in page
    assert office.person("admin") == person


def test_a_file_of_persons(office: Staffed) -> None:
    """All of them, or none with every line at fault."""
    admin = office.client("admin")
    bad = "login,name,roles\nimp-1,見本,agent\nimp-2,見本,boss\n".encode()
    assert "line 3: there is no role boss" in posted(
        admin, "/admin/import", file=(io.BytesIO(bad), "people.csv")
    )
    assert office.server.state.accounts.persons.by_login("imp-1") is None
    good = "login,name,roles,teams,agent_ids\nimp-1,見本 一,agent,名古屋,i-1\n".encode("cp932")
    page = posted(admin, "/admin/import", file=(io.BytesIO(good), "people.csv"))

    assert "Imported; added and changed: 1 + 0" in page
    assert office.person("imp-1").teams == {"名古屋"}
    assert "imp-1" in admin.get("/admin?q=名古屋").text
    assert "agent-1" not in admin.get("/admin?q=名古屋").text


def test_keys_are_made_replaced_and_removed(office: Staffed) -> None:
    """Each is shown once; the old one works until the next day."""
    admin = office.client("admin")
    assert "at least one known scope" in posted(admin, "/admin/keys", name="x")
    assert "from 1 to 3650" in posted(admin, "/admin/keys", name="x", scopes="calls:read", days="0")
    key = secret_of(posted(admin, "/admin/keys", name="CRM", scopes="calls:read", days="30"))
    made = next(
        one for one in office.server.state.accounts.sessions.keys.all() if one.name == "CRM"
    )

    def opens(value: str) -> bool:
        system = office.client()
        system.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {value}"
        return system.get("/api/calls").status_code == 200

    assert key.startswith(made.prefix)
    assert opens(key)
    assert key not in admin.get("/admin/keys").text
    newer = secret_of(posted(admin, f"/admin/keys/{made.key_id}/replace"))
    assert opens(key)
    assert opens(newer)
    posted(admin, f"/admin/keys/{made.key_id}/remove")
    assert not opens(key)
    assert opens(newer)


def test_an_administrator_ends_a_session(office: Staffed) -> None:
    """Of anybody, at once."""
    client, admin = office.client("supervisor"), office.client("admin")
    person = office.person("supervisor")
    (session,) = office.server.state.accounts.sessions.kept.of_person(person.person_id)
    assert person.name in admin.get("/admin/sessions").text
    posted(admin, f"/admin/sessions/{session.session_id}/end")

    assert client.get("/api/session").status_code == 401


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_speak_both_languages(office: Staffed, language: str) -> None:
    """And escape what people are called."""
    admin = office.client("admin")
    name = '<img src=x onerror="alert(1)">'
    posted(admin, "/admin/persons/0", login=f"x-{language}", name=name, roles="agent")
    for path in ("/admin", "/admin/keys", "/admin/sessions", "/account", "/admin/persons/new"):
        page = admin.get(f"{path}?lang={language}").text
        assert f'<html lang="{language}">' in page
        assert "<img src=x" not in page


@pytest.mark.parametrize(
    ("came_by", "is_told"), [({}, True), ({"X-Forwarded-Proto": "https"}, False)]
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_login_without_https_says_why_it_is_lost(
    office: Staffed, came_by: dict[str, str], is_told: bool, language: Language
) -> None:
    """The browser drops the cookie of production there; by https nothing is said."""
    client = office.server.app.test_client()
    path = f"/login?lang={language}"
    told = client.get(path, headers={"Host": "localhost", **came_by}).text

    assert (spoken(WORDS["lacks_https"], language) in told) is is_told
    assert "lacks-https" not in client.get(path, base_url="https://localhost").text


def test_a_new_person_has_no_role_until_one_is_ticked(office: Staffed) -> None:
    """Nobody becomes an agent by an oversight."""
    admin = office.client("admin")
    assert "checked" not in admin.get("/admin/persons/new").text
    page = posted(admin, "/admin/persons/0", login="none@example.jp", name="見本 無")
    assert "a role are needed" in page
    assert office.server.state.accounts.persons.by_login("none@example.jp") is None


def test_after_the_first_password_the_wanted_page_opens(office: Staffed) -> None:
    """Wherever the person came from; an address of elsewhere leads nowhere."""
    admin = office.client("admin")
    for number, (wanted, opens) in enumerate(
        [("/manager/live", "/manager/live"), ("//evil.example", None)]
    ):
        login = f"first-{number}"
        posted(admin, "/admin/persons/0", login=login, name="見本 初", roles="manager")
        person_id = office.person(login).person_id
        first = secret_of(posted(admin, f"/admin/persons/{person_id}/password"))
        client = office.client()
        form = {"login": login, "password": first, "next": wanted}
        begun = client.post("/login", data=form)
        assert begun.location == ("/account?next=%2Fmanager%2Flive" if opens else "/account")
        assert client.get("/?call=c-1").location == "/account?next=%2F%3Fcall%3Dc-1"
        page = client.get(begun.location).text
        assert f'name="next" value="{opens or "/"}"' in page
        token = client.get("/api/session").get_json()["csrf_token"]
        client.environ_base["HTTP_X_CSRF_TOKEN"] = token
        changed = client.post(
            "/account/password", data={"old": first, "new": NEW, "next": wanted, "lang": "en"}
        )
        assert changed.location == opens


@pytest.mark.parametrize(
    ("login", "links"),
    [
        ("agent-1", {"/", "/tablet/"}), ("manager", {"/", "/manager/", "/tablet/"}),
        ("admin", set()),
    ],
)  # fmt: skip
def test_the_account_leads_to_the_screens_of_its_roles(
    office: Staffed, login: str, links: set[str]
) -> None:
    """And to no other."""
    page = office.client(login).get("/account").text
    found = set(re.findall(r'class="button" href="(/(?:manager/|tablet/)?)"', page))

    assert found == links


def test_each_scope_of_a_key_is_named_in_words(office: Staffed) -> None:
    """None is left out when one is added."""
    page = office.client("admin").get("/admin/keys?lang=ja").text

    assert SCOPE_WORDS.keys() == KEY_SCOPES.keys()
    assert all(text.ja in page for text in SCOPE_WORDS.values())
