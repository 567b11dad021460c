"""A real app as production starts it: refuses without a secret, and without a session."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from callrisk.domain.access.policy_table import Role
from harness.production import COMMANDS, Production, begun, new_production

pytestmark = pytest.mark.slow
ROLES = {"manager": Role.MANAGER, "agent": Role.AGENT}
PAGE = {"Accept": "text/html"}
# The app asks each second, and a server remembers its own sessions for a second.
SOON_S = 2.0


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The live server and the analytics app."""
    made = new_production(tmp_path_factory.mktemp("apps") / "callrisk", ROLES)
    with made.running("server"), made.running("manager"):
        yield made


def test_a_page_is_shown_to_whose_work_it_is(office: Production) -> None:
    """Nobody else gets a file of it, either."""
    address = f"{office.address('manager')}/manager"
    manager, agent = (
        {"Cookie": f"__Host-callrisk={begun(office, login)[1]}"} for login in ROLES
    )  # fmt: skip

    def status(path: str, **headers: str) -> int:
        answer = requests.get(
            f"{address}{path}", headers=headers, allow_redirects=False, timeout=30
        )
        return answer.status_code

    for path in ("/", "/live", "/customers"):
        assert status(path, **PAGE) == 303
        assert status(path, **PAGE, **agent) == 403
        assert status(path, **PAGE, **manager) == 200
    for path in ("/_stcore/health", "/_stcore/host-config", "/media/x.csv"):
        assert status(path) == 401
        assert status(path, **agent) == 403
    assert status("/_stcore/health", **manager) == 200


def test_a_socket_is_closed_with_its_session(office: Production) -> None:
    """Nobody without one opens it."""
    store, token, session_id = begun(office, "manager")
    port = office.ports["manager"]

    def socket(cookie: str) -> connect:
        return connect(
            f"ws://127.0.0.1:{port}/manager/_stcore/stream", origin=f"http://127.0.0.1:{port}",
            additional_headers={"Cookie": f"__Host-callrisk={cookie}"},
        )  # type: ignore[arg-type]  # fmt: skip

    async def visit() -> float:
        with pytest.raises(InvalidStatus):
            await socket("x" * 43).__aenter__()
        async with socket(token) as opened:
            await asyncio.sleep(1.5)
            store.sessions.end(session_id)
            return await closed_after(opened)

    seconds = asyncio.run(visit())
    print(f"closed after {seconds:.2f} s")
    assert seconds < SOON_S + 0.5


async def closed_after(opened: ClientConnection) -> float:
    """Seconds until the app closes a socket, with the code of an ended session."""
    began = time.monotonic()
    with pytest.raises(ConnectionClosed) as over:
        while True:
            await opened.recv()
    assert over.value.rcvd is not None
    assert over.value.rcvd.code == 4401
    return time.monotonic() - began


@pytest.mark.parametrize("name", ["manager", "tablet"])
def test_an_app_refuses_with_one_line_what_production_lacks(office: Production, name: str) -> None:
    """All at once, and it does not start."""
    environment = office.environment | {"FLASK_SECRET_KEY": "short", "DATABASE_URL": ""}
    ended = subprocess.run(
        [sys.executable, *COMMANDS[name], str(office.ports["tablet"])], cwd=office.root,
        env=environment, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    told = [line for line in ended.stderr.decode().splitlines() if line.startswith("error")]

    assert ended.returncode == 1
    assert len(told) == 1
    assert "FLASK_SECRET_KEY" in told[0]
    assert "DATABASE_URL" in told[0]
    assert "Traceback" not in ended.stderr.decode()
