"""A small identity provider over HTTP with real keys, which answers what a test has it answer."""

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "callrisk", "geheim+/%20"
Key = RSAKey | ECKey


def new_key(kid: str) -> ECKey:
    """Return a key with a name."""
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


@dataclass
class HostileProvider:
    """The provider; what it answers is changed by its fields."""

    issuer: str
    key: Key = field(default_factory=lambda: new_key("first"))
    # What is published, other than the key that signs.
    published: list[Key] | None = None
    header: dict[str, Any] = field(default_factory=dict)
    # Signs by a shared secret, HS256.
    shared: bytes | None = None
    # Claims of the ID token that are other than right ones; None leaves one out.
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": "subject-1"})
    # What the discovery document says otherwise.
    metadata: dict[str, Any] = field(default_factory=dict)
    # A path that answers with a status and a body of its own.
    broken: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    # A path that never ends to answer, though a byte comes now and then: in its head, its body,
    # or its body in chunks.
    drips: dict[str, str] = field(default_factory=dict)
    # Seconds before each answer.
    waits_s: float = 0.0
    # Set when the test is over.
    over: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    began: dict[str, dict[str, str]] = field(default_factory=dict)
    # Client, secret and place of each proof.
    proved: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def login(self) -> str:
        """The login of the person, another one at each provider."""
        return f"taro-{urlsplit(self.issuer).port}@example.jp"

    def code_for(self, login_url: str) -> dict[str, str]:
        """Log a person in at the address that a browser was led to; return what comes back."""
        asked = dict(parse_qsl(urlsplit(login_url).query))
        code = secrets.token_urlsafe(8)
        self.began[code] = asked
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        """Return status and body of an answer."""
        self.asked.append(path)
        if path in self.broken:
            return self.broken[path]
        if path == "/token":
            self.proved.append(_proof(form, authorization))
            return self._tokens(form)
        answers = {
            "/.well-known/openid-configuration": self._discovery(),
            "/keys": {"keys": [key.as_dict(private=False) for key in self.published or [self.key]]},
            "/userinfo": self.userinfo,
        }  # fmt: skip
        if path == "/userinfo" and authorization != "Bearer access":
            return 401, b"{}"
        return (200, json.dumps(answers[path]).encode()) if path in answers else (404, b"{}")

    def _discovery(self) -> dict[str, Any]:
        names = {
            "authorization_endpoint": "/login", "token_endpoint": "/token", "jwks_uri": "/keys",
            "userinfo_endpoint": "/userinfo", "end_session_endpoint": "/logout",
        }  # fmt: skip
        known = {"issuer": self.issuer} | {key: self.issuer + at for key, at in names.items()}
        merged = known | self.metadata
        return {name: value for name, value in merged.items() if value is not None}

    def _tokens(self, form: dict[str, str]) -> tuple[int, bytes]:
        began = self.began.pop(form.get("code", ""), None)
        if began is None or create_s256_code_challenge(form["code_verifier"]) != began.get(
            "code_challenge"
        ):
            return 400, b'{"error": "invalid_grant"}'
        body = {
            "access_token": "access", "token_type": "Bearer", "expires_in": 60,
            "id_token": self.id_token(began["nonce"]),
        }  # fmt: skip
        return 200, json.dumps(body).encode()

    def id_token(self, nonce: str) -> str:
        """Return the ID token of a login, with what is wrong in it."""
        now = int(time.time())
        right = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": "subject-1", "nonce": nonce, "iat": now,
            "exp": now + 300, "name": "見本 太郎", "preferred_username": self.login,
            "roles": ["callrisk-agents"],
        }  # fmt: skip
        merged = right | self.claims
        claims = {name: value for name, value in merged.items() if value is not None}
        return self._signed(claims)

    def logout_token(self, **changed: Any) -> str:
        """Return a logout token of a new name, with what is wrong in it; None leaves one out."""
        now = int(time.time())
        right = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": "subject-1", "iat": now, "exp": now + 120,
            "jti": secrets.token_hex(8),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }  # fmt: skip
        return self._signed(
            {name: value for name, value in (right | changed).items() if value is not None}
        )

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": "ES256"} | ({"kid": self.key.kid} if self.key.kid else {}) | self.header
        payload = json.dumps(claims).encode()
        registry = jws.JWSRegistry(algorithms=["none", "ES256", "RS256"])
        if self.shared is not None:
            text = f"{_encoded(json.dumps(header | {'alg': 'HS256'}).encode())}.{_encoded(payload)}"
            return f"{text}.{_encoded(hmac.digest(self.shared, text.encode(), 'sha256'))}"
        if header["alg"] == "none":
            return jws.serialize_compact(header, payload, OctKey.generate_key(), registry=registry)
        return jwt.encode(header, claims, self.key, registry=registry)


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _proof(form: dict[str, str], authorization: str) -> tuple[str, str, str]:
    """Return who proves to be who, and where."""
    if "client_secret" in form:
        return form["client_id"], form["client_secret"], "form"
    pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
    client, _, secret = pair.partition(":")
    return unquote_plus(client), unquote_plus(secret), "header"


_HEADS = {
    "head": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
    "endless": b"HTTP/1.1 200 OK\r\n\r\n",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
}


def _drip(to: BinaryIO, how: str, over: threading.Event) -> None:
    """Send a byte now and then, until nobody reads or the test is over."""
    drop = b"1\r\n \r\n" if how == "chunks" else b" "
    with suppress(OSError):
        to.write(_HEADS[how])
        while not over.wait(0.05):
            to.write(drop)


@contextmanager
def hostile_provider() -> Iterator[HostileProvider]:
    """Start a provider; it ends with the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            path = urlsplit(self.path).path
            status, body = made.answer(path, form, self.headers.get("Authorization", ""))
            made.over.wait(made.waits_s)
            if path in made.drips:
                _drip(self.wfile, made.drips[path], made.over)
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            # Who asked may have enough already.
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = HostileProvider(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.over.set()
    server.shutdown()
    server.server_close()
    thread.join()
