"""A server whose TLS handshake never ends, though a byte of it comes now and then."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def dripping_handshake() -> Iterator[str]:
    """The address of a server that drips."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            opened, _ = listening.accept()
            with opened:
                opened.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KB, which comes slowly
                while not over.wait(0.05):
                    try:
                        opened.sendall(b"\x02")
                    except OSError:
                        return

        threading.Thread(target=drip, daemon=True).start()
        try:
            yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
