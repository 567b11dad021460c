"""Pages of other origins change nothing, and no foreign name is answered."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError

from callrisk.bootstrap.server import create_app
from callrisk.settings import load
from callrisk.settings.environment import Environment
from callrisk.web import sockets
from callrisk.web.access.call_followers import CallFollowers
from callrisk.web.access.socket_access import SocketAccess
from callrisk.web.app import Server, WebSettings, make_flask
from harness import ROOT
from harness.small_world import new_root

CRM = "https://crm.example"
WRITES = ["/api/start_call", "/api/demo/calls", "/api/demo/stop", "/api/end_call"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that a CRM's pages may use, known by one more name."""
    built = create_app(load(new_root(tmp_path_factory.mktemp("outside"))))
    socketio = sockets.make_socketio()
    web = WebSettings(ROOT, "secret", 5000, (CRM,), ("callrisk.example",))
    access = SocketAccess(
        CallFollowers(socketio), built.state.requesters, built.state.queries, web.outside,
        built.state.accounts.auditor,
    )  # fmt: skip
    app = make_flask(web, built.state, socketio, built.wallboard, access)
    yield Server(app, socketio, built.state, built.wallboard, access, 0)
    built.state.store.engine.dispose()


@pytest.fixture
def client(server: Server) -> FlaskClient:
    return server.app.test_client()


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "https://[::1"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_no_foreign_page_writes(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    """With and without a body, whatever the body would have been."""
    answer = client.post(path, json={}, headers=headers)

    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert client.post(path, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": CRM, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_own_pages_named_origins_and_programs_write(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    """A program sends no origin; a page of the server sends its own."""
    assert client.post("/api/start_call", json={}, headers=headers).status_code == 422


def test_reading_needs_no_origin(client: FlaskClient) -> None:
    """A foreign page may ask; the browser gives it no answer to read."""
    answer = client.get("/api/health", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:5000", 200),
        ("127.0.0.1:5000", 200),
        ("[::1]:5000", 200),
        ("callrisk.example", 200),
        ("evil.example", 421),
        ("evil.example:5000", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example:5000", 421),
        ("", 421),
        ("[", 421),
        ("evil@localhost", 421),
        ("localhost/evil", 421),
        ("localhost?x", 421),
        ("localhost#x", 421),
        ("localhost:abc", 421),
        ("localhost:5000:1", 421),
        ("LOCALHOST:5000", 200),
    ],
)
@pytest.mark.parametrize("path", ["/api/health", "/", "/openapi.json", "/static/js/main.js"])
def test_only_known_names_are_answered(
    client: FlaskClient, host: str, status: int, path: str
) -> None:
    """A page whose name was made to resolve here reads nothing."""
    assert client.get(path, headers={"Host": host}).status_code == status


def test_no_socket_opens_under_a_foreign_name(server: Server) -> None:
    """Not even without an origin, as a page of that very name asks."""
    foreign = server.socketio.test_client(server.app, headers={"Host": "evil.example"})

    assert not foreign.is_connected()
    assert server.socketio.test_client(server.app).is_connected()


def test_the_document_is_the_same_whoever_asked_for_it_first(client: FlaskClient) -> None:
    """It is made once; an address that leads nowhere else than to us stands in it."""
    for host in ("LOCALHOST:99999", "callrisk.example", "127.0.0.1:5000"):
        document = client.get("/openapi.json", headers={"Host": host}).get_json()
        assert document["servers"] == [{"url": "/"}]


@pytest.mark.parametrize(
    "origins", ["*", "https://*.example", "crm.example", "https://crm.example/", "null", "file://"]
)
def test_origins_are_named_one_by_one(origins: str) -> None:
    """A pattern, or no origin, is refused at the start, with an example."""
    with pytest.raises(ValidationError, match=r"CORS_ORIGINS.*https://crm\.example"):
        Environment(cors_origins=origins)


@pytest.mark.parametrize("hosts", ["*", ".example", "https://callrisk.example", "a.example:80"])
def test_hosts_are_named_one_by_one(hosts: str) -> None:
    """A pattern would let in names that somebody else can make."""
    with pytest.raises(ValidationError, match=r"TRUSTED_HOSTS.*callrisk\.example"):
        Environment(trusted_hosts=hosts)
    known = Environment(trusted_hosts="a.example, 10.0.0.5,[::2]").known_hosts
    assert known == ("a.example", "10.0.0.5", "[::2]")
