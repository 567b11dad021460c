"""ASGI middleware of the tablet app: no dialogue of Streamlit's own lies over the touch page."""

import json
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware

from callrisk.dashboards.browser_guard import Asgi, Message, Receive, Scope, Send, Stack

_ASKED = "/_stcore/host-config"


def quiet_errors() -> Stack:
    """Return what tells Streamlit's page to open no dialogue when its server is away.

    Such a dialogue takes the keyboard away from whoever writes in the touch page, which talks with
    the live server and goes on meanwhile.
    """
    return [Middleware(QuietErrors)]


class QuietErrors:
    """Changes one value of what Streamlit's server tells its page about where it is shown."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and change the answer if it is that one."""
        if scope["type"] != "http" or not scope["path"].endswith(_ASKED):
            await self._app(scope, receive, send)
            return
        begun: list[Message] = []
        body = bytearray()

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await _send(begun[0], bytes(body), send)

        await self._app(scope, receive, changed)


async def _send(start: Message, body: bytes, send: Send) -> None:
    headers = MutableHeaders(raw=list(start["headers"]))
    if headers.get("content-type", "").startswith("application/json"):
        told: dict[str, Any] = json.loads(body)
        body = json.dumps(told | {"blockErrorDialogs": True}).encode()
        headers["Content-Length"] = str(len(body))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})
