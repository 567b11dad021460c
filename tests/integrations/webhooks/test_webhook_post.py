"""Requests to real receivers: signed, to checked addresses alone, over in time."""

import base64
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook as Verifier

from callrisk.domain.webhooks.receiver_address import AllowedPlaces, networks_of
from callrisk.domain.webhooks.webhook import Target
from callrisk.integrations.webhooks.guarded_connection import Address
from callrisk.integrations.webhooks.webhook_post import WebhookError, WebhookPost, headers_of
from harness.slow_handshake import dripping_handshake
from harness.webhooks.receiver import (
    Receiver,
    asking_to_wait,
    dripping,
    endless,
    is_signed,
    receiving,
    redirecting,
    waiting_for,
)

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"o" * 32).decode()
BODY = '{"type":"call.ended","timestamp":"2026-01-15T01:23:45.678Z","data":{"call_id":"通話"}}'
HERE = AllowedPlaces(own_machine=True)
NAME = "hooks.example.com"


def send(post: WebhookPost, url: str, *secrets: str) -> None:
    """Send the body."""
    post(Target(url, secrets or (SECRET,)), "msg_1", BODY, datetime.now(UTC))


def problem(post: WebhookPost, url: str) -> WebhookError:
    """Return why it was not taken."""
    with pytest.raises(WebhookError) as told:
        send(post, url)
    return told.value


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def test_the_example_of_the_specification() -> None:
    """The signature that its documentation gives for this secret, id, moment and body."""
    headers = headers_of(
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",), "msg_p5jXN8AQM9LWM0D4loKWxJek",
        '{"test": 2432232314}', datetime.fromtimestamp(1614265330, UTC),
    )  # fmt: skip

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_a_receiver_can_verify_what_comes(receiver: Receiver) -> None:
    """By the library of the specification, and by code that knows nothing of it."""
    send(WebhookPost(HERE), receiver.url)
    (one,) = receiver.received

    assert Verifier(SECRET).verify(one.body, dict(one.headers)) == one.json
    assert is_signed(one, SECRET)
    assert not is_signed(one, OLD_SECRET)
    assert (one.id, one.body) == ("msg_1", BODY.encode())
    assert one.headers["content-type"] == "application/json"
    assert "cookie" not in one.headers
    assert "authorization" not in one.headers


def test_both_secrets_sign_while_one_is_replaced(receiver: Receiver) -> None:
    """So that a receiver can change over when it likes."""
    send(WebhookPost(HERE), receiver.url, SECRET, OLD_SECRET)

    assert is_signed(receiver.received[0], SECRET)
    assert is_signed(receiver.received[0], OLD_SECRET)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_success_is_any_2xx(receiver: Receiver, status: int) -> None:
    """And nothing else."""
    receiver.script = [status]
    send(WebhookPost(HERE), receiver.url)


@pytest.mark.parametrize("status", [300, 304, 400, 401, 404, 410, 429, 500, 503])
def test_other_statuses_are_failures(receiver: Receiver, status: int) -> None:
    """Of which one says that nothing is wanted any more."""
    receiver.script = [status]
    told = problem(WebhookPost(HERE), receiver.url)

    assert str(told) == f"HTTP {status}"
    assert told.is_gone == told.permanent == (status == 410)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    """Neither to another machine nor to another path."""
    with receiving() as inside:
        receiver.script = [redirecting(inside.url, status), redirecting("/other", status)]
        assert str(problem(WebhookPost(HERE), receiver.url)) == f"HTTP {status}"
        assert str(problem(WebhookPost(HERE), receiver.url)) == f"HTTP {status}"
        assert inside.received == []
    assert [one.path for one in receiver.received] == ["/hook", "/hook"]


@pytest.mark.parametrize(
    ("told", "wait_s"), [("120", 120.0), ("999999999", None), ("99999", 86_400.0), ("soon", None)]
)
def test_a_wait_that_is_asked_for(receiver: Receiver, told: str, wait_s: float | None) -> None:
    """In seconds, a day at most."""
    receiver.script = [asking_to_wait(told)]
    assert problem(WebhookPost(HERE), receiver.url).retry_after_s == wait_s


def test_an_endless_body_is_not_read(receiver: Receiver) -> None:
    """The status is enough."""
    sent: list[int] = []
    receiver.script = [endless(sent)]
    began = time.monotonic()
    send(WebhookPost(HERE), receiver.url)

    assert time.monotonic() - began < 5
    time.sleep(0.3)
    # What fits between two sockets, and not the 260 MB that were to come.
    assert sum(sent) < 64 << 20


@pytest.mark.parametrize("kind", ["silent", "dripping"])
def test_a_slow_receiver_is_left_in_time(receiver: Receiver, kind: str) -> None:
    """Also one that sends a letter now and then."""
    over = threading.Event()
    receiver.script = [dripping(over) if kind == "dripping" else waiting_for(over)]
    began = time.monotonic()
    told = problem(WebhookPost(HERE, timeout_s=1.0), receiver.url)
    over.set()

    assert str(told) == "no answer in time"
    assert time.monotonic() - began < 5


def test_a_handshake_that_never_ends_is_left_in_time() -> None:
    """Where TLS is waited for, a socket of ours is still watched."""
    with dripping_handshake() as address:
        began = time.monotonic()
        told = problem(WebhookPost(HERE, timeout_s=1.0), f"{address}/")

    assert time.monotonic() - began < 5
    assert str(told) == "no answer in time"


def test_nobody_there_is_a_failure_without_the_address(receiver: Receiver) -> None:
    """Which may hold a token."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = problem(WebhookPost(HERE), f"http://127.0.0.1:{port}/token-of-somebody")

    assert str(told) == "no connection"
    assert told.__cause__ is None


@pytest.mark.parametrize("head", ["no colon at all", ": no name", "X: 1\r\n bad\r\nY"])
def test_a_malformed_head_writes_no_address_to_the_log(
    receiver: Receiver, caplog: pytest.LogCaptureFixture, head: str
) -> None:
    """The library would quote the URL, which may hold a token."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
        handler.close_connection = True

    receiver.script = [answer]
    with caplog.at_level(logging.DEBUG):
        send(WebhookPost(HERE), f"{receiver.url}?token=canary-token")

    assert len(receiver.received) == 1
    assert "canary-token" not in caplog.text


def test_an_address_that_cannot_be_asked_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library says of it, when the request is made ready, too."""

    def refuse(*_: object) -> None:
        raise requests.exceptions.InvalidURL("https://hooks.example.com/canary-token")

    monkeypatch.setattr(requests.PreparedRequest, "prepare_url", refuse)
    assert str(problem(WebhookPost(HERE), "https://hooks.example.com/")) == "no connection"


class Names:
    """A name service that gives one answer after the other, then the last again."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = [[ip_address(one) for one in answer] for answer in answers]
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[Address]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses to which sockets of this process are opened; those outside lead nowhere."""
    opened: list[str] = []
    connect = socket.create_connection

    def watched(address: tuple[str, int], *args: Any, **options: Any) -> socket.socket:
        opened.append(address[0])
        if not address[0].startswith("127."):
            raise ConnectionRefusedError
        return connect(address, *args, **options)

    monkeypatch.setattr(socket, "create_connection", watched)
    return opened


def test_a_name_that_changes_its_mind_reaches_nothing_inside(
    receiver: Receiver, connected: list[str]
) -> None:
    """Public when it was looked at, this machine a moment later: only what was checked is used."""
    names = Names(["203.1.113.9"], ["127.0.0.1"])
    post = WebhookPost(AllowedPlaces(), resolve=names)
    url = f"https://{NAME}:{receiver.port}/"

    assert str(problem(post, url)) == "no connection"
    assert (names.asked, connected) == ([NAME], ["203.1.113.9"])
    assert str(problem(post, url)) == "address refused"
    assert (names.asked, connected) == ([NAME, NAME], ["203.1.113.9"])
    assert receiver.received == []


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["10.0.0.1"],
        ["169.254.169.254"], ["::ffff:127.0.0.1"], ["2606:4700::1", "fd00:ec2::254"], [],
    ],
)  # fmt: skip
def test_a_name_that_means_the_inside_is_refused(
    receiver: Receiver, connected: list[str], found: list[str]
) -> None:
    """Whole, even if one of its addresses alone does."""
    post = WebhookPost(AllowedPlaces(), resolve=Names(found))

    assert str(problem(post, f"https://{NAME}:{receiver.port}/")) == "address refused"
    assert connected == []


def test_the_names_of_this_machine_mean_it(receiver: Receiver, connected: list[str]) -> None:
    """By the system's own name service, which knows odd spellings, too."""
    post = WebhookPost(AllowedPlaces())
    for host in ("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", socket.gethostname()):
        told = str(problem(post, f"https://{host}:{receiver.port}/"))
        assert told in ("address refused", "no connection"), host
    assert connected == []
    assert receiver.received == []


def test_a_proxy_of_the_environment_is_not_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would connect to what nobody checked."""
    with receiving() as proxy:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        send(WebhookPost(HERE), receiver.url)
        assert proxy.received == []
    assert len(receiver.received) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for a name, signed by itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )  # fmt: skip
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return path


def test_the_name_stays_what_the_certificate_is_checked_by(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to the address that was checked, SNI and Host to the name."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    asked: list[str | None] = []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    allowed = AllowedPlaces(networks_of(["127.0.0.0/8"]))
    post = WebhookPost(allowed, resolve=Names(["127.0.0.1"]))
    with receiving(tls) as receiver:
        send(post, f"https://{NAME}:{receiver.port}/x?y=1")
        (one,) = receiver.received
        assert asked == [NAME]
        assert one.headers["host"] == f"{NAME}:{receiver.port}"
        assert one.path == "/x?y=1"

        told = problem(post, f"https://other.example.com:{receiver.port}/")
        assert str(told) == "certificate refused or TLS failed"
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        told = problem(post, f"https://{NAME}:{receiver.port}/")
        assert str(told) == "certificate refused or TLS failed"
        assert len(receiver.received) == 1
