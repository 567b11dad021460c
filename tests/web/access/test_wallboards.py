"""Wallboards: added by an administrator, begun by a link in one browser, ended like any session."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from callrisk.store.people.audit_log import Sought
from harness.staffed import TEAM, Staffed, staffed

NAME = "入口の画面"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with staffed(tmp_path_factory.mktemp("office") / "root") as made:
        yield made


def added(office: Staffed) -> str:
    """The link of a new wallboard, without the name of the server."""
    page = office.client("admin").post("/admin/wallboards", data={"name": NAME, "teams": TEAM})
    (link,) = re.findall(r"<code>https://localhost(/wallboard\?link=[\w-]{43})</code>", page.text)
    return str(link)


def begun(office: Staffed, browser: FlaskClient, link: str) -> int:
    """The status that confirming a link is answered with in a browser."""
    answer = browser.post("/wallboard", data={"link": link.partition("=")[2]})
    return answer.status_code


def test_a_link_begins_one_wallboard(office: Staffed) -> None:
    """Looking at it does not; a second browser is told that it is over."""
    link, browser, second = added(office), office.client(), office.client()
    for _ in range(2):
        assert "start-wallboard" in browser.get(link).text
    assert browser.get("/api/session").status_code == 401
    assert begun(office, browser, link) == 303
    session = browser.get("/api/session").get_json()

    assert (session["name"], session["means"], session["roles"]) == (NAME, "device", ["wallboard"])
    assert session["operations"] == ["read_health", "read_call_rows"]
    assert browser.get("/").status_code == 200
    assert second.get(link).status_code == 404
    assert begun(office, second, link) == 404
    assert second.get("/api/session").status_code == 401


def test_a_wallboard_reads_no_word_and_changes_nothing(office: Staffed) -> None:
    """Neither calls nor events, nor pages of persons."""
    browser = office.client()
    begun(office, browser, added(office))
    browser.environ_base["HTTP_X_CSRF_TOKEN"] = browser.get("/api/session").get_json()["csrf_token"]
    statuses = [
        browser.get(path).status_code
        for path in ("/api/calls", "/api/calls/c-own", "/api/events?after=0", "/admin", "/account")
    ]
    note = {"agent_id": "agent-1", "text": "見本"}

    assert statuses == [403] * 5
    assert browser.post("/api/calls/c-own/notes", json=note).status_code == 403


@pytest.mark.parametrize("is_begun", [True, False])
def test_it_is_ended_in_the_list_of_sessions(office: Staffed, is_begun: bool) -> None:
    """Also before its link was opened."""
    link, browser, admin = added(office), office.client(), office.client("admin")
    if is_begun:
        begun(office, browser, link)
    newest = office.server.state.accounts.sessions.kept.all()
    session_id = next(one.session_id for one in newest if one.label == NAME)
    assert NAME in admin.get("/admin/sessions").text
    admin.post(f"/admin/sessions/{session_id}/end")

    assert begun(office, browser, link) == 404
    assert browser.get("/api/session").status_code == 401


def test_whoever_was_logged_in_there_is_logged_out(office: Staffed) -> None:
    """The session of the person ends, and is not left behind."""
    browser, person = office.client("manager"), office.person("manager")
    begun(office, browser, added(office))

    assert browser.get("/api/session").get_json()["means"] == "device"
    assert office.server.state.accounts.sessions.kept.of_person(person.person_id) == []


@pytest.mark.parametrize(
    "form", [{"name": " ", "teams": TEAM}, {"name": NAME}, {"name": NAME, "teams": ["札幌"]}]
)
def test_a_wallboard_needs_a_name_and_teams_there_are(
    office: Staffed, form: dict[str, object]
) -> None:
    """Else it would show nothing to nobody."""
    answer = office.client("admin").post("/admin/wallboards", data={"lang": "en", **form})

    assert answer.status_code == 422
    assert "A name and at least one team are needed." in answer.text


@pytest.mark.parametrize("login", ["agent-1", "supervisor", "manager", "auditor"])
def test_administrators_alone_add_one(office: Staffed, login: str) -> None:
    """And not without the token of their page."""
    form = {"name": NAME, "teams": TEAM}
    assert office.client(login).post("/admin/wallboards", data=form).status_code == 403
    admin = office.client("admin")
    del admin.environ_base["HTTP_X_CSRF_TOKEN"]
    assert admin.post("/admin/wallboards", data=form).status_code == 403


def test_adding_and_beginning_are_noted(office: Staffed) -> None:
    """The person, then the device; neither its name nor its link."""
    link = added(office)
    begun(office, office.client(), link)
    newest = office.server.state.accounts.auditor.log.newest(Sought(), 1_000)
    begin, add = [one.record.deed for one in newest if "wallboard" in one.record.deed.action][:2]

    session_id = begin.object.removeprefix("session ")
    assert (begin.action, begin.subject) == ("begin_wallboard", f"device {session_id}")
    assert (add.action, add.subject) == (
        "add_wallboard", f"person {office.person('admin').person_id}",
    )  # fmt: skip
    assert link.partition("=")[2] not in str(newest)
    assert NAME not in str(newest)


@pytest.mark.parametrize(
    ("login", "status"), [("supervisor", 303), ("manager", 303), ("agent-1", 404)]
)
def test_who_sees_calls_of_others_has_a_wallboard_of_their_own(
    office: Staffed, login: str, status: int
) -> None:
    """Without a link; an agent, an administrator and nobody at all have none."""
    answer = office.client(login).get("/wallboard?team=x")

    assert answer.status_code == status
    assert answer.headers.get("Location") == ("/?wall=1&team=x" if status == 303 else None)
    assert office.client("admin").get("/wallboard").status_code == 404
    assert office.client().get("/wallboard").status_code == 404
