"""The demands of an app on whoever opens it, and where the pages of the login are."""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from callrisk.dashboards.access.session_watch import SessionWatch
from callrisk.domain.access.policy_table import Operation
from callrisk.wire.client import LiveApi
from callrisk.wire.people import PersonsSession, SessionAnswer, session_cookie
from callrisk.wire.visitor_address import VisitorSeal

# What a token looks like; nothing else of a cookie is sent on.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")


@dataclass(frozen=True, slots=True)
class AppAccess:
    """The demands of an app: the operation, and the cookie that its live server gives.

    `path` is that of the app below the one origin of production, such as /manager; empty in
    development, where the live server has a port of its own.
    """

    api: str
    demands_login: bool
    operation: Operation
    cookie: str
    path: str = ""
    api_port: int = 5000
    # How many proxies of ours stand before the app, and what signs the address that they tell.
    proxies: int = 0
    seal: VisitorSeal | None = None

    def token(self, cookies: dict[str, str]) -> str:
        """Return the token of the session; empty without one."""
        token = cookies.get(self.cookie, "")
        return token if _TOKEN.fullmatch(token) else ""

    def person(self, token: str, csrf_token: str = "", address: str = "") -> PersonsSession:
        """Return what requests to the live server carry; `address` is where the person is."""
        return PersonsSession(self.cookie, token, csrf_token, address, self.seal)

    def login(self, host: str, page: str) -> str:
        """Return the address of the login, which then goes on to a page of this app.

        `host` is that under which the browser knows this app.
        """
        if not self.path:
            page = f"http://{host}{page}"
        return f"{self._home(host)}/login?next={quote(page, safe='/')}"

    def account(self, host: str, language: str) -> str:
        """Return the address of the own account, where to log out."""
        return f"{self._home(host)}/account?lang={language}"

    def touch_page(self, host: str) -> str:
        """Return the address of the live server's page for fingers."""
        return f"{self._home(host)}/touch"

    def _home(self, host: str) -> str:
        if self.path:
            return ""
        name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
        return f"http://{name}:{self.api_port}"


def without_login(api: str) -> AppAccess:
    """Return what an app demands in development on DEMO data: nothing."""
    return AppAccess(api, False, Operation.READ_HEALTH, session_cookie(is_secure=False))


@cache
def watch_of(api: str, cookie: str) -> SessionWatch:
    """Return what this process knows of the sessions of a live server."""

    def ask(token: str) -> SessionAnswer:
        return LiveApi(api, person=PersonsSession(cookie, token)).session()

    return SessionWatch(ask)
