"""Refuses requests under foreign host names, and writes that pages of other origins make.

The browser of a person who may use this server can be led by any page. A name that resolves to
this machine makes a foreign page look like one of ours (DNS rebinding), so only known names are
answered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from flask import Request, request

from callrisk.domain.wording import Text
from callrisk.web.refusal_words import refuse

_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
# Nothing beside a name and a port: `evil@localhost` and `localhost/evil` are no hosts.
_HOST = re.compile(r"(?P<name>[\w.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# What a browser says of requests that our own page, the address bar, or no page at all makes.
_OWN_SITES = frozenset({"", "same-origin", "none"})
_FOREIGN_NAME = Text(
    "このサーバーの名前ではありません。ほかの名前は TRUSTED_HOSTS に加えてください。",
    "This server is not known by that name; TRUSTED_HOSTS lists further ones.",
)
_FOREIGN_PAGE = Text(
    "ほかのサイトのページからは変更できません。許可するページは CORS_ORIGINS に加えてください。",
    "Pages of other origins may not write; CORS_ORIGINS lists those that may.",
)


@dataclass(frozen=True, slots=True)
class Outside:
    """The further names under which this server is known, and origins whose pages may use it."""

    hosts: Sequence[str] = ()
    origins: Sequence[str] = ()

    def knows_host(self, asked: Request) -> bool:
        """Return True if the request names this server as it is known."""
        return self._is_known(asked.environ.get("HTTP_HOST", ""))

    def _is_known(self, host: str) -> bool:
        name = _name_of(host)
        own = _OWN_NAMES.union(filter(None, map(_name_of, self.hosts)))
        return name in own

    def may_write(self, asked: Request) -> bool:
        """Return True for a read, and for a write of no page, our own, or an allowed origin."""
        if asked.method in _READS:
            return True
        origin = asked.headers.get("Origin")
        if origin in self.origins:
            return True
        if origin is not None and _place_of(origin) != asked.host:
            return False
        return asked.headers.get("Sec-Fetch-Site", "") in _OWN_SITES

    def may_connect(self, origin: str | None, environ: Mapping[str, Any]) -> bool:
        """Return True for a socket of a page of ours, under a name of ours, or of an origin named.

        A client that is no browser names no origin; nor does a browser for a script of a page.
        """
        if origin in self.origins:
            return True
        host: str = environ.get("HTTP_HOST", "")
        if not self._is_known(host):
            return False
        if origin is None:
            return environ.get("HTTP_SEC_FETCH_SITE", "") in _OWN_SITES
        return _place_of(origin) == host


def _place_of(origin: str) -> str:
    """Return the host and port of an origin, as it is written."""
    return origin.partition("://")[2]


def _name_of(host: str) -> str | None:
    """Return a host without its port, in small letters; None for what names no host."""
    found = _HOST.fullmatch(host)
    return None if found is None else found["name"].strip("[]").lower()


def register(app: APIFlask, outside: Outside) -> None:
    """Look at the host and the origin of each request before anything else does."""

    @app.before_request
    def check_where_from() -> None:
        if not outside.knows_host(request):
            refuse(HTTPStatus.MISDIRECTED_REQUEST, _FOREIGN_NAME)
        if not outside.may_write(request):
            refuse(HTTPStatus.FORBIDDEN, _FOREIGN_PAGE)
