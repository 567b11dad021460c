"""The address of a CRM, and what lets a request in."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from callrisk.integrations.http.plain_addresses import address_parts, is_bare, is_safe

_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*): ?([\x20-\x7e]*\{token\}[\x20-\x7e]*)")
# These belong to the connection, not to the CRM.
_NEVER = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection"})
DEFAULT_HEADER = "Authorization: Bearer {token}"


@dataclass(frozen=True, slots=True)
class HeaderToken:
    """A token that goes along in a header, such as `X-Api-Key: {token}`."""

    token: str = field(repr=False)
    header: str = DEFAULT_HEADER

    def __post_init__(self) -> None:
        found = _HEADER.fullmatch(self.header)
        if found is None or found[1].lower() in _NEVER:
            raise ValueError(
                "HTTP_CRM_HEADER は {token} を含むヘッダーです / "
                f"HTTP_CRM_HEADER must be a header with {{token}}, such as {DEFAULT_HEADER} or "
                "X-Api-Key: {token}"
            )
        if not self.token or not _is_plain(self.token):
            raise ValueError(
                "HTTP_CRM_TOKEN が空か、空白を含みます。コピーし直してください / "
                "HTTP_CRM_TOKEN is empty or holds blanks; copy it anew"
            )

    @property
    def headers(self) -> dict[str, str]:
        """Return the header with its token."""
        name, _, value = self.header.partition(":")
        return {name: value.strip().replace("{token}", self.token)}


@dataclass(frozen=True, slots=True)
class ClientLogin:
    """The client credentials of OAuth 2.0 (RFC 6749, 4.4), and where a token is had for them."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""

    def __post_init__(self) -> None:
        parts = address_parts(self.token_url)
        if parts is None or not is_bare(parts, self.token_url) or not is_safe(parts):
            raise ValueError(
                "HTTP_CRM_TOKEN_URL は https:// のアドレスにしてください / "
                "HTTP_CRM_TOKEN_URL must be https:// (http:// only for this machine), without "
                "user, password, query and fragment, such as "
                "https://example.my.salesforce.com/services/oauth2/token"
            )
        if not self.client_id or not self.client_secret:
            raise ValueError(
                "HTTP_CRM_CLIENT_ID と HTTP_CRM_CLIENT_SECRET の両方が必要です / "
                "HTTP_CRM_CLIENT_ID and HTTP_CRM_CLIENT_SECRET go together: set both"
            )


@dataclass(frozen=True, slots=True)
class CrmConnection:
    """One CRM: its name on screens, its address, what lets a request in, and how long to wait.

    `patience_s` is the longest that a call lasts whose caller names no time of its own.
    """

    name: str
    base_url: str
    login: HeaderToken | ClientLogin
    daily_budget: int = 100_000
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 30.0
    patience_s: float = 60.0

    def __post_init__(self) -> None:
        parts = address_parts(self.base_url)
        if parts is None or not is_bare(parts, self.base_url) or not is_safe(parts):
            raise ValueError(
                "HTTP_CRM_URL は https:// のアドレスにしてください / "
                "HTTP_CRM_URL must be https://, a host and at most a path (http:// only for this "
                "machine), without user, password, query and fragment, such as "
                "https://example.my.salesforce.com"
            )

    def url(self, target: str) -> str:
        """Return the address of a path below the base URL."""
        return f"{self.base_url.rstrip('/')}{target}"

    def next_url(self, told: str) -> str | None:
        """Return the address of a next page that the CRM tells; None where it leads elsewhere."""
        base = urlsplit(self.base_url)
        if told.startswith("/") and not told.startswith("//"):
            told = f"{base.scheme}://{base.netloc}{told}"
        parts = address_parts(told)
        is_here = parts is not None and _origin(parts) == _origin(base) and "@" not in parts.netloc
        return told if is_here else None


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port


def _is_plain(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token
