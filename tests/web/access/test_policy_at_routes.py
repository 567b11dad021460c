"""The policy at every route: each role with its own, the team's and the others' calls.

The routes are those of the application, and what is expected is worked out from the table, so a new
route is tried without a word here.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from callrisk.domain.access.policy_table import POLICY, Operation, Reach, Role
from callrisk.web.access import guards
from harness.databases import KINDS, fresh_database
from harness.staffed import CALLS, KEYS, Staffed, staffed

LOGINS = {"agent-1": Role.AGENT} | {
    str(role): role for role in (Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR)
}
# How far one has to reach for each call, seen by somebody of the team.
NEEDED = {"c-own": Reach.OWN, "c-team": Reach.TEAM, "c-other": Reach.ALL}
# Routes that name their call in the body.
IN_THE_BODY = {"calls.score_customer", "calls.end_call"}
# The session would be over, or the whole of it changed.
NOT_TRIED = {"openid_pages.log_out"}
OUT_OF_REACH, REFUSED, UNKNOWN, FAULT = 404, 403, 401, 500


@pytest.fixture(scope="module", params=KINDS)
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Staffed]:
    with (
        fresh_database(request.param) as address,
        staffed(tmp_path_factory.mktemp("office") / "root", address) as made,
    ):
        yield made


def closed_routes(app: Flask) -> list[tuple[Rule, str]]:
    """The routes that are not open to all, with a method each."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if guards.operations_of(rule.endpoint, app)  # type: ignore[arg-type]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint not in NOT_TRIED
    ]


def address_of(rule: Rule, call_id: str) -> str:
    """A path of the route about a call."""
    values = {name: call_id if name == "call_id" else "999" for name in rule.arguments}
    path = rule.rule
    for name, value in values.items():
        path = path.replace(f"<int:{name}>", value).replace(f"<{name}>", value)
    return path


def expected(role: Role, operations: tuple[Operation, ...], needed: Reach | None) -> int | None:
    """The refusal that the table asks for; None where it allows."""
    reach = max(POLICY[role].get(operation, Reach.NONE) for operation in operations)
    if reach is Reach.NONE:
        return REFUSED
    return OUT_OF_REACH if needed is not None and reach < needed else None


@pytest.mark.parametrize("login", LOGINS)
def test_each_role_reaches_what_the_table_says(office: Staffed, login: str) -> None:
    """Over every route, method and call; what is allowed may fail for another reason."""
    client, app, wrong = office.client(login), office.server.app, []
    for rule, method in closed_routes(app):
        has_call = "call_id" in rule.arguments or rule.endpoint in IN_THE_BODY
        for call_id in CALLS if has_call else ("c-own",):
            body = {"call_id": call_id} if rule.endpoint in IN_THE_BODY else {}
            answer = client.open(
                address_of(rule, call_id), method=method, json=None if method == "GET" else body
            )
            operations = guards.operations_of(rule.endpoint, app)
            wanted = expected(LOGINS[login], operations, NEEDED[call_id] if has_call else None)
            is_page = getattr(app.view_functions[rule.endpoint], "_is_page", False)
            if wanted == REFUSED and is_page:
                is_right = answer.status_code == 303 and "/account" in answer.location
            elif wanted is None:
                # A call may be there without what is asked of it, such as an assessment.
                not_found = has_call and "There is no call" in answer.text
                is_right = answer.status_code not in {UNKNOWN, REFUSED, FAULT} and not not_found
            else:
                is_right = answer.status_code == wanted
            if not is_right:
                wrong.append((rule.endpoint, method, call_id, wanted, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("key", ["", "unknown"])
def test_nobody_reaches_anything(office: Staffed, key: str) -> None:
    """Without a session, or with a key that is none: pages lead to the login, all else is 401."""
    client, app = office.client(), office.server.app
    if key:
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    for rule, method in closed_routes(app):
        answer = client.open(address_of(rule, "c-own"), method=method)
        if getattr(app.view_functions[rule.endpoint], "_is_page", False):
            assert answer.status_code == 303
            assert answer.location.startswith("/login?next=")
        else:
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_routes_open_to_all_are_these(office: Staffed) -> None:
    """Each checks by itself what it must; a new one is decided on here."""
    app = office.server.app
    opened = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not guards.operations_of(rule.endpoint, app)
    }

    assert opened == {
        "static", "webhooks.record_changed", "pages.show_alive", "pages.show_ready",
        "access_pages.show_login", "access_pages.log_in",
        "access_pages.show_first_admin", "access_pages.make_first_admin",
        "wallboard_pages.show_wallboard", "wallboard_pages.begin_wallboard",
        "openid_pages.begin_openid", "openid_pages.end_openid", "openid_pages.end_openid_sessions",
    }  # fmt: skip


def test_a_route_without_an_operation_stops_the_start(office: Staffed) -> None:
    """And one that lost its guard."""
    app = office.server.app
    for endpoint, view in app.view_functions.items():
        kept = view.__dict__.pop("_operations", None)
        if kept is None:
            continue
        with pytest.raises(RuntimeError, match=endpoint):
            guards.check_all_views(app)
        view.__dict__["_operations"] = kept
    guards.check_all_views(app)


def test_a_call_out_of_reach_is_like_one_that_is_not_there(office: Staffed) -> None:
    """In every word but its id, which the asker named, and that of the request."""
    client = office.client("agent-1")
    there, absent = client.get("/api/calls/c-other"), client.get("/api/calls/c-absent")

    assert there.status_code == absent.status_code == 404
    asked = there.get_json()["request_id"], absent.get_json()["request_id"]
    assert there.text.replace("c-other", "c-absent").replace(*asked) == absent.text


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("agent-1", {"c-own"}),
        ("supervisor", {"c-own", "c-team"}),
        ("manager", {"c-own", "c-team", "c-other"}),
    ],
)
def test_lists_hold_what_is_in_reach(office: Staffed, login: str, seen: set[str]) -> None:
    """Calls, those of an agent who is asked for, and events of the log."""
    client = office.client(login)
    calls = client.get("/api/calls").get_json()["calls"]
    events = client.get("/api/events?after=0").get_json()["events"]
    of_agent = client.get("/api/calls?agent_id=agent-3").get_json()["calls"]

    assert {call["call_id"] for call in calls} == seen
    assert {event["payload"]["call_id"] for event in events} == seen
    assert {call["call_id"] for call in of_agent} == seen & {"c-other"}


@pytest.mark.parametrize("key", KEYS)
def test_keys_do_what_their_scopes_name(office: Staffed, key: str) -> None:
    """Of all calls; cookies do not count beside a key, and no token of a page is asked for."""
    client = office.client("manager", key=key)
    client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    ids = {"call_id": "c-own", "customer_id": "1001", "agent_id": "agent-1"}
    statuses = (
        client.get("/api/calls").status_code,
        client.post("/api/start_call", json=ids).status_code,
        client.post("/api/jobs", json={"kind": "train"}).status_code,
    )

    allowed = {"reader": (200, 403, 403), "feeder": (403, 200, 403)}
    assert statuses == allowed.get(key, (403, 403, 403))


def test_nobody_writes_under_another_name(office: Staffed) -> None:
    """Neither an agent nor who leads the agent."""
    note = {"agent_id": "agent-2", "text": "見本"}
    assert office.client("agent-2").post("/api/calls/c-team/notes", json=note).status_code == 201
    for login in ("supervisor", "manager"):
        client = office.client(login)
        assert client.post("/api/calls/c-team/notes", json=note).status_code == 403
        own = note | {"agent_id": login}
        assert client.post("/api/calls/c-team/notes", json=own).status_code == 201


def test_nobody_asks_for_a_job_under_another_name(office: Staffed) -> None:
    """The list of jobs says who asked; a person is who is logged in."""
    manager = office.client("manager")
    statuses = [
        manager.post("/api/jobs", json={"kind": "train", "asked_by": name}).status_code
        for name in ("admin", "agent-1", "manager", None)
    ]
    assert statuses == [403, 403, 201, 201]


def test_a_cookie_alone_writes_nothing(office: Staffed) -> None:
    """A write needs the token of the session, and that of no other."""
    client, other = office.client("agent-1"), office.client("agent-2")
    body = {"agent_id": "agent-1", "text": "見本"}
    token = client.environ_base.pop("HTTP_X_CSRF_TOKEN")
    others = other.environ_base["HTTP_X_CSRF_TOKEN"]
    for headers in ({}, {"X-CSRF-Token": others}, {"X-CSRF-Token": ""}):
        answer = client.post("/api/calls/c-own/notes", json=body, headers=headers)
        assert answer.status_code == 403
    headers = {"X-CSRF-Token": token}
    assert client.post("/api/calls/c-own/notes", json=body, headers=headers).status_code == 201


def test_a_browser_may_ask_before_a_request(office: Staffed) -> None:
    """It sends no session with that question, and is told nothing about calls."""
    answer = office.client().options("/api/start_call")

    assert answer.status_code == 200
    assert answer.data == b""


def test_a_header_of_a_proxy_is_no_key(office: Staffed) -> None:
    """The session counts beside Basic authentication of something in between."""
    client = office.client("manager")
    headers = {"Authorization": "Basic cHJveHk6cHJveHk="}

    assert client.get("/api/calls", headers=headers).status_code == 200


def test_whoever_watches_the_process_needs_no_login(office: Staffed) -> None:
    """And learns that it is up, and that its database answers."""
    client = office.client()

    assert client.get("/livez").get_json() == {"product": "callrisk", "status": "up"}
    assert client.get("/readyz").get_json() == {"product": "callrisk", "status": "ready"}
