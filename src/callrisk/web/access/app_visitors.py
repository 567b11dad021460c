"""Requests of our apps, which come from this machine, as from the address of the app's visitor."""

from collections.abc import Iterable
from ipaddress import ip_address
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.http import parse_cookie

from callrisk.domain.time import utc_now
from callrisk.wire.people import session_cookie
from callrisk.wire.visitor_address import VISITOR_HEADER, VisitorSeal

_HEADER = f"HTTP_{VISITOR_HEADER.upper().replace('-', '_')}"


class AppVisitors:
    """WSGI middleware: believes the header from this machine alone, and with its signature.

    It stands behind what resolves the addresses of proxies, so that whoever comes by one is no
    longer on this machine.
    """

    def __init__(self, app: WSGIApplication, seal: VisitorSeal, *, is_secure: bool) -> None:
        self._app = app
        self._seal = seal
        self._cookie = session_cookie(is_secure)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request on, with the address that is believed."""
        header = environ.pop(_HEADER, "")
        if header and _is_here(environ.get("REMOTE_ADDR", "")):
            token = parse_cookie(environ.get("HTTP_COOKIE", "")).get(self._cookie, "")
            address = self._seal.believed(header, token, utc_now()) if token else None
            environ["REMOTE_ADDR"] = address or environ["REMOTE_ADDR"]
        return self._app(environ, start_response)


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
