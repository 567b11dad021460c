"""The address of an app's visitor: signed by the app, believed from this machine alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from callrisk.domain.time import utc_now
from callrisk.people.signing_keys import visitor_keys
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing, new_ring
from callrisk.store.people.audit_log import Sought
from callrisk.web.access.requesters import csrf_token
from callrisk.wire.people import SECURE_COOKIE, PersonsSession
from callrisk.wire.visitor_address import (
    VISITOR_HEADER,
    VisitorKeys,
    VisitorSeal,
    forwarded_address,
)
from harness.key_rings import RING, older_ring
from harness.staffed import Staffed, staffed

VISITOR, HERE = "192.0.2.7", "127.0.0.1"
# The secret of the office of these tests.
SECRET = "s" * 40
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def seal_of(ring: KeyRing, secret: str = SECRET) -> VisitorSeal:
    """Return what an app with this ring signs with."""
    return VisitorSeal(visitor_keys(lambda: ring, secret))


SEAL = seal_of(RING)


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


class WithAuditKey(VisitorKeys):
    """Signs with a key that the server has for something else."""

    def newest(self) -> tuple[str, bytes]:
        key = RING.active(KeyPurpose.AUDIT)
        return key.key_id, key.value


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


@pytest.mark.parametrize(
    "wrong", ["secret", "ring", "purpose", "session", "minute", "address", "nothing", "digits"]
)
def test_only_a_right_signature_is_believed(
    office: Staffed, of_app: dict[str, str], wrong: str
) -> None:
    """Of this session, this minute and this address."""
    token = of_app["Cookie"].partition("=")[2]
    now, right = utc_now(), of_app[VISITOR_HEADER]
    headers = {
        # Who learned that secret alone signs as an older version did.
        "secret": seal_of(older_ring()).signed(VISITOR, token, now),
        "ring": seal_of(new_ring(now)).signed(VISITOR, token, now),
        "purpose": VisitorSeal(WithAuditKey()).signed(VISITOR, token, now),
        "session": SEAL.signed(VISITOR, "x" * 43, now),
        "minute": SEAL.signed(VISITOR, token, now - timedelta(minutes=3)),
        "address": right.replace(VISITOR, "192.0.2.8"),
        "nothing": VISITOR,
        "digits": f"{VISITOR} ² {right.split(' ', 2)[2]}".encode().decode("latin-1"),
    }
    assert noted(office, of_app | {VISITOR_HEADER: headers[wrong]}) == HERE


def test_a_ring_of_an_older_version_signs_with_the_secret() -> None:
    """Until it gets a key for that: then what the secret alone signed is believed no longer."""
    rings = [older_ring()]
    old, seal = seal_of(older_ring()), VisitorSeal(visitor_keys(lambda: rings[-1], SECRET))
    header = old.signed(VISITOR, "token", NOW)
    assert seal.believed(header, "token", NOW) == VISITOR
    assert seal_of(older_ring(), "t" * 40).believed(header, "token", NOW) is None
    rings.append(RING)

    assert seal.believed(header, "token", NOW) is None
    assert seal.believed(seal.signed(VISITOR, "token", NOW), "token", NOW) == VISITOR


def test_a_key_added_since_the_start_is_read_again() -> None:
    """A server that runs believes an app that signs with it already; the old key stays good."""
    newer = RING.with_new(KeyPurpose.VISITORS, NOW)
    server = VisitorSeal(visitor_keys(lambda: RING, SECRET, lambda: newer))
    for signing in (seal_of(newer), SEAL):
        assert server.believed(signing.signed(VISITOR, "token", NOW), "token", NOW) == VISITOR


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
