"""The address of an app's visitor: signed by the app, believed from this machine alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from callrisk.domain.time import utc_now
from callrisk.store.people.audit_log import Sought
from callrisk.web.access.requesters import csrf_token
from callrisk.wire.client import PersonsSession
from callrisk.wire.people import SECURE_COOKIE
from callrisk.wire.visitor_address import VISITOR_HEADER, VisitorSeal, forwarded_address
from harness.staffed import Staffed, staffed

SEAL, VISITOR, HERE = VisitorSeal("s" * 40), "192.0.2.7", "127.0.0.1"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with staffed(tmp_path_factory.mktemp("office") / "root", proxies=1) as made:
        yield made


def noted(office: Staffed, headers: dict[str, str], peer: str = HERE) -> str:
    """The address that the audit names of a note that is added with these headers."""
    client = office.server.app.test_client(use_cookies=False)
    client.environ_base |= {"wsgi.url_scheme": "https", "HTTP_HOST": "localhost"}
    body = {"agent_id": "agent-1", "text": "見本"}
    answer = client.post(
        "/api/calls/c-own/notes", json=body, headers=headers,
        environ_overrides={"REMOTE_ADDR": peer},
    )  # fmt: skip
    assert answer.status_code == 201
    (newest,) = office.server.state.accounts.auditor.log.newest(Sought(), 1)
    return newest.record.deed.address


def tokens_of(office: Staffed) -> tuple[str, str]:
    """The token of a session of the agent's, and what proves a page of it."""
    sessions = office.server.state.accounts.sessions
    token = sessions.begin(office.person("agent-1"), "test")
    return token, csrf_token(token)


@pytest.fixture
def of_app(office: Staffed) -> dict[str, str]:
    """What an app sends of a person at an address."""
    return PersonsSession(SECURE_COOKIE, *tokens_of(office), VISITOR, SEAL).headers


def test_the_audit_names_the_visitor(office: Staffed, of_app: dict[str, str]) -> None:
    """Of a request of an app on this machine."""
    assert noted(office, of_app) == VISITOR


def test_only_this_machine_is_believed(office: Staffed, of_app: dict[str, str]) -> None:
    """Neither another one, nor whoever comes by the proxy with a header of an app."""
    assert noted(office, of_app, "192.0.2.99") == "192.0.2.99"
    assert noted(office, of_app | {"X-Forwarded-For": "192.0.2.98"}) == "192.0.2.98"


@pytest.mark.parametrize("wrong", ["secret", "session", "minute", "address", "nothing", "digits"])
def test_only_a_right_signature_is_believed(
    office: Staffed, of_app: dict[str, str], wrong: str
) -> None:
    """Of this session, this minute and this address."""
    token = of_app["Cookie"].partition("=")[2]
    now, right = utc_now(), of_app[VISITOR_HEADER]
    headers = {
        "secret": VisitorSeal("t" * 40).signed(VISITOR, token, now),
        "session": SEAL.signed(VISITOR, "x" * 43, now),
        "minute": SEAL.signed(VISITOR, token, now - timedelta(minutes=3)),
        "address": right.replace(VISITOR, "192.0.2.8"),
        "nothing": VISITOR,
        "digits": f"{VISITOR} ² {right.rpartition(' ')[2]}".encode().decode("latin-1"),
    }
    assert noted(office, of_app | {VISITOR_HEADER: headers[wrong]}) == HERE


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("192.0.2.7", 1, "192.0.2.7"), ("10.0.0.1, 192.0.2.7", 1, "192.0.2.7"),
        ("10.0.0.1,192.0.2.7,10.0.0.2", 2, "192.0.2.7"), ("2001:db8::7", 1, "2001:db8::7"),
        ("", 1, ""), ("192.0.2.7", 2, ""), ("192.0.2.7", 0, ""), ("unknown", 1, ""),
    ],
)  # fmt: skip
def test_what_proxies_tell(forwarded: str, proxies: int, address: str) -> None:
    """That of the outermost of ours; what stands before it anybody may have written."""
    assert forwarded_address(forwarded, proxies) == address
