"""GET /metrics at a port of its own, which only programs of this machine reach."""

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

logger = logging.getLogger(__name__)

ADDRESS = "127.0.0.1"
_OWN_NAMES = frozenset({"localhost", ADDRESS})
Wsgi = Callable[[Any, Any], Iterable[bytes]]


class MetricsOf(IntEnum):
    """The processes of an installation: each adds its number to METRICS_PORT."""

    SERVER = 0
    ASSESS = 1
    JOBS = 2
    INGEST = 3
    MANAGER = 4
    TABLET = 5


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    # On Windows a second process would silently share the port.
    allow_reuse_address = os.name != "nt"


class _Silent(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Write nothing: every fifteen seconds the same request comes."""


@contextmanager
def exposed(
    registry: CollectorRegistry, base_port: int | None, process: MetricsOf
) -> Iterator[None]:
    """Answer with the metrics of a registry while the block runs; do nothing without a port.

    A port that is in use is told, and the process goes on: metrics are no reason to lose calls.
    """
    if base_port is None:
        yield
        return
    port = base_port + process
    try:
        server = make_server(ADDRESS, port, _guarded(registry), _ThreadingServer, _Silent)
    except OSError as error:
        logger.warning("no metrics at port %d: %s; set METRICS_PORT", port, error)
        yield
        return
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    logger.info("metrics at http://%s:%d/metrics", ADDRESS, port)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _guarded(registry: CollectorRegistry) -> Wsgi:
    """Return what answers /metrics to programs that ask this machine by its own name.

    A page whose name resolves to this machine (DNS rebinding) is refused. /livez is answered
    without a look at anything: a database that is away is no reason to start a process again.
    """
    metrics: Wsgi = make_wsgi_app(registry)

    def answer(environ: Any, start_response: Any) -> Iterable[bytes]:
        name = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname
        if name in _OWN_NAMES and environ["PATH_INFO"] == "/livez":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"ok\n"]
        if name not in _OWN_NAMES or environ["PATH_INFO"] != "/metrics":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"GET /metrics\n"]
        return metrics(environ, start_response)

    return answer
