"""The middleware of both apps before a tiny app: who comes in, and how soon who must leave is out.

The live server behind it is the real one.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocket, WebSocketDisconnect
from werkzeug.serving import make_server

from callrisk.bootstrap.apps.streamlit_apps import MANAGER, TABLET, AppKind, access_to
from callrisk.dashboards.access.app_access import AppAccess
from callrisk.dashboards.access.login_guard import ENDED, login_guards
from callrisk.dashboards.access.session_watch import REMEMBERED_S
from callrisk.domain.access.policy_table import POLICY, ROLES_OF_PERSONS, Role
from callrisk.people.signing_keys import visitor_keys
from callrisk.settings import load
from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.wire.visitor_address import VisitorSeal
from harness.key_rings import RING
from harness.ports import free_port
from harness.small_world import new_root
from harness.staffed import Staffed, staffed

SOON_S = 2.0
# How long a session that is about to end still has.
LEFT_S = 2.0
PAGE = {"Accept": "text/html", "Accept-Language": "en"}
LOGINS = {
    "agent-1": Role.AGENT,
    **{str(role): role for role in ROLES_OF_PERSONS if role is not Role.AGENT},
}


class Office:
    """The live server on a port of its own, with its persons; how often it was asked."""

    def __init__(self, made: Staffed) -> None:
        self.made, self.port, self.asked = made, free_port(), 0
        app = made.server.app

        def counting(environ: Any, start: Any) -> Any:
            self.asked += environ["PATH_INFO"] == "/api/session"
            return app(environ, start)

        self.http = make_server("127.0.0.1", self.port, counting, threaded=True)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def token(self, login: str) -> str:
        """The cookie's value of a fresh session."""
        sessions = self.made.server.state.accounts.sessions
        return sessions.begin(self.made.person(login), "test")

    def access(self, kind: AppKind) -> AppAccess:
        """What an app demands before this server."""
        return AppAccess(
            f"http://127.0.0.1:{self.port}", True, kind.operation, "__Host-callrisk", kind.path
        )

    def session_id(self, token: str) -> int:
        """The number of a session."""
        known = self.made.server.state.accounts.sessions.of_token(token)
        assert known is not None
        assert known.session is not None
        return known.session.session_id


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with staffed(tmp_path_factory.mktemp("guard") / "root") as made:
        served = Office(made)
        yield served
        served.http.shutdown()
        served.http.server_close()


def tiny(access: AppAccess) -> Starlette:
    """An app with a page, something a page fetches, a file to keep, and a socket that echoes."""

    def page(_: Request) -> Response:
        return HTMLResponse("<html><head><title>x</title></head></html>")

    def kept(_: Request) -> Response:
        return HTMLResponse("<head></head>", headers={"Content-Disposition": "attachment"})

    def fetched(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnect:
            pass

    at = access.path
    routes = [
        Route(f"{at}/live", page), Route(f"{at}/kept", kept), WebSocketRoute(f"{at}/stream", echo),
        Route(f"{at}/fetched", fetched, methods=["GET", "PUT"]),
        Route(f"{at}/static/x.js", fetched), Route(f"{at}/app/static/icons/x.png", fetched),
    ]  # fmt: skip
    return Starlette(routes=routes, middleware=login_guards(access))


@pytest.fixture(params=[MANAGER, TABLET], ids=["manager", "tablet"])
def kind(request: pytest.FixtureRequest) -> AppKind:
    chosen: AppKind = request.param
    return chosen


def client_of(office: Office, kind: AppKind, token: str = "") -> TestClient:
    """A browser at an app, with this cookie."""
    cookie = {"Cookie": f"__Host-callrisk={token}"} if token else {}
    return TestClient(
        tiny(office.access(kind)), headers=cookie, follow_redirects=False,
        base_url="https://callrisk.example",
    )  # fmt: skip


@pytest.mark.parametrize("token", ["", "x" * 43, "short", "a;b" * 20])
def test_a_page_without_a_session_leads_to_the_login(
    office: Office, kind: AppKind, token: str
) -> None:
    """And from there back to its place."""
    client = client_of(office, kind, token)
    answer = client.get(f"{kind.path}/live?run=2&lang=en", headers=PAGE)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={kind.path}/live%3Frun%3D2%26lang%3Den"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_nothing_else_is_answered_without_a_session(
    office: Office, kind: AppKind, method: str
) -> None:
    """Neither what a page fetches, nor a write, nor a page in the cloak of one."""
    client = client_of(office, kind)
    for path in ("fetched", "live", "nowhere"):
        assert client.request(method, f"{kind.path}/{path}").status_code == 401
    assert client.request(method, "/elsewhere", headers=PAGE).status_code == 404


@pytest.mark.parametrize("login", LOGINS)
def test_an_app_opens_for_whom_the_table_names(office: Office, kind: AppKind, login: str) -> None:
    """Others get a page that leads to their account, and nothing of the app."""
    client = client_of(office, kind, office.token(login))
    page = client.get(f"{kind.path}/live", headers=PAGE)
    fetched = client.get(f"{kind.path}/fetched")

    if kind.operation in POLICY[LOGINS[login]]:
        assert (page.status_code, fetched.status_code) == (200, 200)
        assert f'<script data-path="{kind.path}">' in page.text
        assert page.headers["cache-control"] == "no-store"
    else:
        assert (page.status_code, fetched.status_code) == (403, 403)
        assert 'href="/account?lang=en"' in page.text
        assert "role" in page.text
        japanese = client.get(f"{kind.path}/live?lang=ja", headers=PAGE)
        assert "権限がありません" in japanese.text
        with pytest.raises(WebSocketDisconnect):
            client.websocket_connect(f"{kind.path}/stream").__enter__()


def test_a_file_to_keep_is_not_changed(office: Office) -> None:
    """A report is a page, too, but nobody looks at it here."""
    client = client_of(office, MANAGER, office.token("manager"))
    assert client.get("/manager/kept", headers=PAGE).text == "<head></head>"


def test_the_bare_path_leads_into_the_app(office: Office) -> None:
    """Under whatever name it is known."""
    answer = client_of(office, MANAGER).get("/manager?lang=en", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (307, "/manager/?lang=en")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:8501", "null"])
def test_a_page_of_another_origin_gets_nothing(office: Office, origin: str) -> None:
    """Neither a socket nor a write, though the browser brings the cookie."""
    client = client_of(office, MANAGER, office.token("manager"))
    headers = {"Origin": origin}

    assert client.put("/manager/fetched", headers=headers).status_code == 403
    with pytest.raises(WebSocketDisconnect):
        client.websocket_connect("/manager/stream", headers=headers).__enter__()
    own = {"Origin": "https://callrisk.example", "Host": "callrisk.example"}
    assert client.put("/manager/fetched", headers=own).status_code == 200


def test_no_socket_without_a_session(office: Office, kind: AppKind) -> None:
    """It is closed before it is accepted."""
    with pytest.raises(WebSocketDisconnect) as refused:
        client_of(office, kind).websocket_connect(f"{kind.path}/stream").__enter__()
    assert refused.value.code == ENDED


def logged_out(office: Office, token: str) -> None:
    office.made.server.state.accounts.sessions.end(office.session_id(token))


def of_another_role(office: Office, token: str) -> None:
    del token
    person = office.made.person("supervisor")
    changed = replace(person, roles=frozenset({Role.AGENT}))
    office.made.server.state.accounts.persons.change(changed)
    office.made.server.state.accounts.sessions.look_again()


def deactivated(office: Office, token: str) -> None:
    del token
    person = office.made.person("supervisor")
    office.made.server.state.accounts.persons.change(replace(person, is_active=False))
    office.made.server.state.accounts.sessions.look_again()


@pytest.fixture
def supervisor(office: Office) -> Iterator[None]:
    """The supervisor is afterwards what the supervisor was."""
    before = office.made.person("supervisor")
    yield
    office.made.server.state.accounts.persons.change(before)
    office.made.server.state.accounts.sessions.look_again()


def closed_after(socket: WebSocketTestSession) -> float:
    """Seconds until the client is told that its session is over."""
    began = time.monotonic()
    with pytest.raises(WebSocketDisconnect) as over:
        socket.receive_text()
    assert over.value.code == ENDED
    return time.monotonic() - began


@pytest.mark.usefixtures("supervisor")
@pytest.mark.parametrize("change", [logged_out, of_another_role, deactivated])
def test_an_open_socket_is_closed_with_its_session(
    office: Office, change: Callable[[Office, str], None]
) -> None:
    """Within two seconds, and those of others stay."""
    token = office.token("supervisor")
    with (
        client_of(office, TABLET, token) as client,
        client.websocket_connect("/tablet/stream") as socket,
        client.websocket_connect(
            "/tablet/stream",
            headers={"Cookie": f"__Host-callrisk={office.token('manager')}"},
        ) as other,
    ):
        time.sleep(1.2)
        change(office, token)
        assert closed_after(socket) < SOON_S
        other.send_text("still there")
        assert other.receive_text() == "still there"


def test_an_open_socket_is_closed_when_its_time_is_over(office: Office) -> None:
    """Which nobody tells: the version of access stays."""
    sessions = office.made.server.state.accounts.sessions
    kept, times = sessions.kept, sessions.times
    token = office.token("manager")
    session = kept.of_token(token)
    assert session is not None
    kept.use(session.session_id, datetime.now(UTC) - times.idle + timedelta(seconds=LEFT_S))
    with (
        client_of(office, MANAGER, token) as client,
        client.websocket_connect("/manager/stream") as socket,
    ):
        assert LEFT_S - 1 < closed_after(socket) < LEFT_S + SOON_S


def test_many_open_sockets_cost_one_question_a_second(office: Office) -> None:
    """Of one process, whoever they belong to."""
    tokens = [office.token(login) for login in ("manager", "supervisor", "agent-1", "agent-2")]
    with client_of(office, TABLET) as client, ExitStack() as sockets:
        for token in tokens * 3:
            cookie = {"Cookie": f"__Host-callrisk={token}"}
            sockets.enter_context(client.websocket_connect("/tablet/stream", headers=cookie))
        time.sleep(1.5)
        before = office.asked
        time.sleep(5)
        assert 3 <= office.asked - before <= 6


def test_a_page_with_many_files_costs_one_question(office: Office) -> None:
    """What is known is remembered for a second."""
    client = client_of(office, MANAGER, office.token("manager"))
    with client:
        client.get("/manager/live", headers=PAGE)
        before, began = office.asked, time.monotonic()
        for _ in range(40):
            assert client.get("/manager/fetched").status_code == 200
        assert office.asked - before <= 1 + (time.monotonic() - began)


def test_the_icon_of_an_installed_app_is_read_without_a_cookie(office: Office) -> None:
    """As devices read it; nothing else is."""
    client = client_of(office, TABLET)

    assert client.get("/tablet/app/static/icons/x.png").status_code == 200
    assert client.get("/tablet/static/x.js").status_code == 401


def test_a_server_that_is_away_admits_nobody_and_closes_nothing(office: Office) -> None:
    """A page that is open outlasts its restart."""
    access = replace(office.access(MANAGER), api=f"http://127.0.0.1:{free_port()}")
    client = TestClient(
        tiny(access), headers={"Cookie": f"__Host-callrisk={office.token('manager')}"}
    )
    page = client.get("/manager/live", headers=PAGE)
    assert page.status_code == 503
    assert "does not answer" in page.text
    assert client.get("/manager/fetched").status_code == 503


def test_an_open_page_gets_its_files_while_the_server_restarts(tmp_path: Path) -> None:
    """Its scripts alone, of who was known lately; and nothing any more of who was refused since."""
    with staffed(tmp_path / "root") as made:
        office = Office(made)
        logins = ("agent-1", "agent-2", "admin", "manager")
        tokens = {login: office.token(login) for login in logins}
        browsers = {login: client_of(office, TABLET, token) for login, token in tokens.items()}
        for login in ("agent-1", "agent-2", "admin"):
            browsers[login].get("/tablet/static/x.js")
        logged_out(office, tokens["agent-2"])
        time.sleep(REMEMBERED_S + 0.2)
        assert browsers["agent-2"].get("/tablet/static/x.js").status_code == 401
        office.http.shutdown()
        office.http.server_close()
        time.sleep(REMEMBERED_S + 0.2)
        answers = {
            login: browser.get("/tablet/static/x.js").status_code
            for login, browser in browsers.items()
        }
        answers["nobody"] = client_of(office, TABLET).get("/tablet/static/x.js").status_code

        assert answers == {
            "agent-1": 200, "agent-2": 503, "admin": 503, "manager": 503, "nobody": 401,
        }  # fmt: skip
        assert browsers["agent-1"].get("/tablet/fetched").status_code == 503
        assert browsers["agent-1"].get("/tablet/live", headers=PAGE).status_code == 503


def test_development_on_demo_data_demands_nothing(tmp_path: Path) -> None:
    """As before."""
    access = access_to(load(new_root(tmp_path / "root")), MANAGER)
    assert not access.demands_login
    assert login_guards(access) == []


def test_an_app_signs_under_the_ring(tmp_path: Path) -> None:
    """Where it demands a login it names the key for that; its ring opens no database."""
    settings = load(new_root(tmp_path / "root"))
    env = settings.env.model_copy(update={"app_env": "production"})
    seal = access_to(settings.model_copy(update={"env": env}), TABLET).seal
    assert seal is not None
    now = datetime.now(UTC)
    header = seal.signed("192.0.2.7", "token", now)

    assert f" {RING.active(KeyPurpose.VISITORS).key_id} " in header
    ours = VisitorSeal(visitor_keys(lambda: RING, ""))
    assert ours.believed(header, "token", now) == "192.0.2.7"
