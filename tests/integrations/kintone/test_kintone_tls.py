"""Kintone over TLS: only to whom the certificate belongs, and within the same deadlines."""

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from callrisk.integrations.kintone.certificate import with_certificate
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.query_builder import Query
from harness.kintone.client_settings import settings_for
from harness.kintone.scripted_server import (
    Answer,
    ScriptedServer,
    dripping,
    dripping_head,
    silent,
    told,
)
from harness.slow_handshake import dripping_handshake


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def secure(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A server with that certificate, which no proxy stands before."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ScriptedServer().start(context)
    yield server
    server.stop()


@pytest.fixture
def trusting(
    secure: ScriptedServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> KintoneClient:
    """A client on a machine whose administrator trusts that certificate."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    return KintoneClient(settings_for(secure.url))


def test_a_trusted_certificate_opens_the_line(
    secure: ScriptedServer, trusting: KintoneClient
) -> None:
    """The environment may name the certificates of a company."""
    secure.script = [told({"properties": {}})]

    assert trusting.form_fields(1) == {}


def test_no_token_goes_to_a_stranger(
    secure: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody vouches for this certificate, so nothing is sent."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(KintoneError, match=r"cannot be reached.*SSLError"):
        KintoneClient(settings_for(secure.url)).records(1, Query(), within_s=0.5)

    assert secure.asked == []


@pytest.fixture
def demanding(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A server that wants to see a certificate of its own maker."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    server = ScriptedServer(otherwise=told({"properties": {}})).start(context)
    yield server
    server.stop()


@pytest.mark.parametrize("kind", ["pem", "pfx", "pfx without a password"])
def test_a_client_certificate_is_shown(
    demanding: ScriptedServer, certificate: Path, tmp_path: Path, kind: str
) -> None:
    """As PEM, or in the container that an administrator of Kintone hands out."""
    path, password = certificate, ""
    if kind != "pem":
        password = "" if "without" in kind else "ひみつ"
        pem = certificate.read_bytes()
        key = serialization.load_pem_private_key(pem, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        seal = (
            serialization.BestAvailableEncryption(password.encode())
            if password
            else serialization.NoEncryption()
        )
        path = tmp_path / "顧客.PFX"
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"client", key, x509.load_pem_x509_certificate(pem), None, seal
            )
        )
    client = KintoneClient(settings_for(demanding.url, tls=with_certificate(path, password)))
    assert client.form_fields(1) == {}


def test_a_certificate_that_is_asked_for_is_named(demanding: ScriptedServer) -> None:
    """Without one the line breaks off; what to do is said."""
    with pytest.raises(KintoneError) as raised:
        KintoneClient(settings_for(demanding.url)).records(1, Query(), within_s=1.5)

    assert "KINTONE_CLIENT_CERT" in raised.value.text.ja
    assert "KINTONE_CLIENT_CERT" in raised.value.text.en


@pytest.mark.parametrize("answer", [silent, dripping, dripping_head])
def test_an_answer_over_tls_is_cut_off_too(
    secure: ScriptedServer, trusting: KintoneClient, answer: Answer
) -> None:
    """Reading an encrypted line ends as well when its time is over."""
    secure.otherwise = answer
    began = time.monotonic()
    with pytest.raises(KintoneError, match=r"in time|too late"):
        trusting.records(1, Query(), within_s=0.5)

    assert time.monotonic() - began < 1.2


def test_a_handshake_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte of it comes in good time each time; nothing was sent yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with dripping_handshake() as address:
        began = time.monotonic()
        with pytest.raises(KintoneError, match="cannot be reached") as raised:
            KintoneClient(settings_for(address)).records(1, Query(), within_s=0.5)

        assert time.monotonic() - began < 1.2
    assert "CLIENT_CERT" not in str(raised.value)
