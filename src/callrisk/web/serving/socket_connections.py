"""Connections of WebSockets that can be written to at once, and ended at once."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

_KEY = "callrisk.connection"


class Connection(WebSocketsSansIOProtocol):
    """A WebSocket that tells the application which connection it is."""

    # What a client may leave unread, in bytes: about a thousand events.
    most_unread = 1 << 20

    async def run_asgi(self) -> None:
        """Serve the WebSocket."""
        extensions: dict[str, Any] = self.scope["extensions"] or {}
        self.scope["extensions"] = extensions | {_KEY: self}
        await super().run_asgi()

    def write(self, frame: bytes) -> bool:
        """Send a frame; return False, and send nothing, where too much was left unread."""
        if self.transport.get_write_buffer_size() > self.most_unread:
            return False
        if not (self.close_sent or self.transport.is_closing()):
            self.transport.write(frame)
        return True

    def abort(self) -> None:
        """End the connection and let go of what was not read."""
        self.transport.abort()


def connection_of(scope: dict[str, Any]) -> Connection | None:
    """Return the connection of a request, None for one that is no WebSocket."""
    connection: Connection | None = scope.get("extensions", {}).get(_KEY)
    return connection


def frame_of(message: str | bytes) -> bytes:
    """Return the frame of a message, which is the same for every client."""
    if isinstance(message, str):
        return Frame(Opcode.TEXT, message.encode()).serialize(mask=False)
    return Frame(Opcode.BINARY, message).serialize(mask=False)
