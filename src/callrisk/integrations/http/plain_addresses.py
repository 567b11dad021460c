"""Addresses that a token may be sent to: https and a host, http for this machine alone."""

import ipaddress
from urllib.parse import SplitResult, urlsplit


def address_parts(text: str) -> SplitResult | None:
    """Return the parts of an address; None where it is none, or holds what a parser would drop."""
    # urlsplit drops blanks and control characters without a word.
    if not text.isprintable() or not text.isascii() or " " in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def is_bare(parts: SplitResult, text: str) -> bool:
    """Return whether an address has no user, password, query and fragment."""
    has_user = parts.username or parts.password or "@" in parts.netloc
    return not (has_user or "?" in text or "#" in text)


def is_safe(parts: SplitResult) -> bool:
    """Return whether nobody on the way can read what is sent to an address."""
    scheme = parts.scheme.lower()
    return scheme == "https" or (scheme == "http" and is_loopback(parts.hostname or ""))


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
