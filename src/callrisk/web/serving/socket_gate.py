"""Requests for Socket.IO that are refused before they reach it, and what each socket opened with.

Engine.IO looks at origins alone, and a browser names none for a script of a page. It answers
scripts, too (JSONP), and polls of whoever knows the id of a socket.
"""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from engineio.packet import Packet
from werkzeug.http import parse_cookie

from callrisk.wire.people import session_cookie

logger = logging.getLogger(__name__)

# The status of a WebSocket whose client breaks the protocol (RFC 6455, 7.4.1).
_PROTOCOL_ERROR = 1002
# As ASGI has it.
Scope = dict[str, Any]
# The key and the sessions that a request brings.
Credential = tuple[str, str, str]


def header_of(scope: Scope, name: bytes) -> str | None:
    """Return a header of a request, None where it has none."""
    values = [value.decode("latin-1") for found, value in scope["headers"] if found == name]
    return ",".join(values) if values else None


def query_of(scope: Scope) -> dict[str, list[str]]:
    """Return the parameters of a request."""
    return parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def credential_of(scope: Scope) -> Credential:
    """Return the key and the sessions that a request brings; each poll must bring the same."""
    cookies = parse_cookie(header_of(scope, b"cookie"))
    session, plain_session = (cookies.get(session_cookie(secure), "") for secure in (True, False))
    return header_of(scope, b"authorization") or "", session, plain_session


def asked_by(scope: Scope) -> tuple[str | None, dict[str, str]]:
    """Return the origin of a request, and its host and site as WSGI names them."""
    site = header_of(scope, b"sec-fetch-site") or ""
    environ = {"HTTP_HOST": header_of(scope, b"host") or "", "HTTP_SEC_FETCH_SITE": site}
    return header_of(scope, b"origin"), environ


async def refuse(scope: Scope, send: Any) -> None:
    """Answer 403, or refuse a WebSocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"text/plain")]
    start = {"type": "http.response.start", "status": HTTPStatus.FORBIDDEN.value}
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": HTTPStatus.FORBIDDEN.phrase.encode()})


async def send_as_is(send: Any, message: dict[str, Any]) -> None:
    """Send a message; the browser takes no answer for a script, whatever it looks like."""
    if message["type"] == "http.response.start":
        headers = [*message["headers"], (b"x-content-type-options", b"nosniff")]
        message = {**message, "headers": headers}
    await send(message)


async def receive_packets(receive: Any) -> dict[str, Any]:
    """Return the next message of a client; one that is no packet is its end.

    Engine.IO raises whatever the reading of such a message raises, and leaves its client behind.
    """
    message: dict[str, Any] = await receive()
    if message["type"] != "websocket.receive" or _is_packet(message):
        return message
    logger.info("let a client go that sends no packet")
    return {"type": "websocket.disconnect", "code": _PROTOCOL_ERROR}


def _is_packet(message: dict[str, Any]) -> bool:
    content = message.get("bytes")
    try:
        Packet(encoded_packet=message.get("text") if content is None else content)
    except (ValueError, TypeError, RecursionError):
        return False
    return True
