"""The address of a Kintone and the tokens of its apps."""

import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from callrisk.integrations.http.plain_addresses import address_parts, is_bare, is_safe


@dataclass(frozen=True, slots=True)
class KintoneSettings:
    """A domain, the API tokens of its apps by app number, and how long to wait.

    `basic` are user and password of a Basic authentication before Kintone, `tls` holds a client
    certificate. A token may be several with commas between, as lookups need them. `patience_s` is
    the longest that a call lasts whose caller names no time of its own.
    """

    base_url: str
    tokens: Mapping[int, str] = field(repr=False)
    guest_space_id: int | None = None
    daily_budget: int = 10_000
    basic: tuple[str, str] | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 30.0
    patience_s: float = 60.0

    def __post_init__(self) -> None:
        checked_url(self.base_url)
        for app, token in self.tokens.items():
            _check_token(app, token)
        _check_whole("guest_space_id", self.guest_space_id)
        _check_whole("daily_budget", self.daily_budget)

    def headers(self, token: str) -> dict[str, str]:
        """Return the headers that let a request in."""
        headers = {"X-Cybozu-API-Token": token}
        if self.basic is not None:
            joined = ":".join(self.basic).encode()
            headers["Authorization"] = f"Basic {base64.b64encode(joined).decode('ascii')}"
        return headers

    def path(self, name: str) -> str:
        """Return the path of an API, in the guest space where there is one."""
        space = f"/guest/{self.guest_space_id}" if self.guest_space_id else ""
        return f"/k{space}/v1/{name}"


def checked_url(text: str) -> str:
    """Return the base URL without its last slash; ValueError, which never quotes a wrong one."""
    parts = address_parts(text)
    # The pages of apps begin with /k, and so does what requests add.
    is_page = parts is not None and "k" in parts.path.split("/")
    if parts is None or not is_bare(parts, text) or is_page or not is_safe(parts):
        raise ValueError(
            "the base URL of Kintone must be https://, a host and at most a path (http:// only for "
            "this machine), without user, password, query, fragment and /k, such as "
            "https://example.cybozu.com"
        )
    return text.rstrip("/")


def _check_token(app: int, token: str) -> None:
    _check_whole("an app's number", app)
    is_plain = token.isascii() and token.isprintable() and " " not in token
    if not token or not is_plain:
        raise ValueError(f"the API token of app {app} is empty or holds blanks; copy it anew")


def _check_whole(name: str, number: int | None) -> None:
    if number is not None and (not isinstance(number, int) or number < 1):
        raise ValueError(f"{name} must be a whole number above 0")
