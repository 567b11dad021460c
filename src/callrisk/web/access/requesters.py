"""Who is behind a request: a key in its header, a session in its cookie, or the demonstration."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from flask import Request, Response

from callrisk.domain.access.person import Means
from callrisk.domain.access.policy_table import Operation
from callrisk.people.sessions import Known, Sessions, demo_subject
from callrisk.wire.people import CSRF_HEADER, session_cookie

_BEARER = "Bearer "
CSRF_FIELD = "csrf_token"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Requesters:
    """Tells who asks; without a login everybody on this machine is the demonstration.

    `is_secure` if browsers reach the server over https, by the proxy before it.
    """

    sessions: Sessions
    demands_login: bool
    is_secure: bool

    def known(self, asked: Request) -> Known | None:
        """Return who asks; None for nobody who may. With a key the cookies do not count."""
        header = asked.headers.get("Authorization", "")
        if header.startswith(_BEARER):
            return self.sessions.of_key(header.removeprefix(_BEARER).strip())
        token = self.token(asked.cookies)
        known = self.sessions.of_token(token) if token else None
        if known is None and not self.demands_login:
            return Known(demo_subject(), None)
        return known

    def token(self, cookies: Mapping[str, str]) -> str:
        """Return the token of the session; empty without one."""
        return cookies.get(self.cookie, "")

    def lacks_https(self, asked: Request) -> bool:
        """Return True where a browser would drop the cookie, as it came without https.

        Behind a proxy that is not named the header is enough: it opens nothing.
        """
        came_by = asked.headers.get("X-Forwarded-Proto", asked.scheme)
        return self.is_secure and came_by != "https"

    @property
    def cookie(self) -> str:
        """The name of the cookie."""
        return session_cookie(self.is_secure)

    def may_write(self, asked: Request, known: Known) -> bool:
        """Return True unless the request rides on a cookie without the token that proves our page.

        https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
        """
        if asked.method in _READS or known.subject.means in (Means.KEY, Means.DEMO):
            return True
        given = asked.headers.get(CSRF_HEADER) or asked.form.get(CSRF_FIELD, "")
        wanted = csrf_token(self.token(asked.cookies))
        return hmac.compare_digest(given.encode(), wanted.encode())

    def note_use(self, asked: Request, known: Known, operation: Operation) -> None:
        """Keep a session going that a person uses: by opening a page, or by changing something.

        What a screen asks for by itself does not count, also where it is sent as POST.
        """
        opens_page = asked.headers.get("Sec-Fetch-Mode") == "navigate"
        changes = asked.method not in _READS and not operation.is_read
        if known.session is not None and (opens_page or changes):
            self.sessions.use(self.token(asked.cookies))

    def remember(self, answer: Response, token: str) -> None:
        """Put the token of a session into the cookie."""
        answer.set_cookie(
            self.cookie, token, max_age=int(self.sessions.times.of_device.total_seconds()),
            path="/", secure=self.is_secure, httponly=True, samesite="Lax",
        )  # fmt: skip

    def forget(self, answer: Response) -> None:
        """Have the browser drop the cookie, and whatever it kept of this server."""
        answer.delete_cookie(
            self.cookie, path="/", secure=self.is_secure, httponly=True, samesite="Lax"
        )
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'


def csrf_token(token: str) -> str:
    """Return what our own pages send beside the cookie; nobody else can work it out."""
    return _derived(token, b"callrisk csrf 1")


def draft_key(token: str) -> str:
    """Return the key under which our own pages keep drafts; without the token nobody has it."""
    return _derived(token, b"callrisk drafts 1")


def _derived(token: str, purpose: bytes) -> str:
    digest = hmac.new(token.encode(), purpose, sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
