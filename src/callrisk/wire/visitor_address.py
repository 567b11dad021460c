"""The address of a visitor of an app, signed by the app for the live server.

An app asks the live server from its own machine; without this the audit would name that machine.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Protocol

VISITOR_HEADER = "X-Visitor-Address"
# Both clocks are those of one machine; a request may wait for a thread.
_MINUTES_OFF = 1


class VisitorKeys(Protocol):
    """The keys that only programs of the installation have, by their names."""

    def newest(self) -> tuple[str, bytes]:
        """Return the name and the value of the key that signs; the name may be empty."""

    def find(self, name: str) -> bytes | None:
        """Return the value of a key; None for one that signs no addresses here."""


@dataclass(frozen=True, slots=True)
class VisitorSeal:
    """Signs addresses under the newest of its keys, which the header names."""

    keys: VisitorKeys = field(repr=False)

    def signed(self, address: str, token: str, now: datetime) -> str:
        """Return the value of the header for a request of the session with this token."""
        minute, (name, key) = _minute(now), self.keys.newest()
        signature = _signature(key, address, token, minute)
        return " ".join(part for part in (address, str(minute), name, signature) if part)

    def believed(self, header: str, token: str, now: datetime) -> str | None:
        """Return the address of a header; None for one of another session, minute or key."""
        address, _, rest = header.partition(" ")
        written, _, rest = rest.partition(" ")
        name, _, signature = rest.rpartition(" ")
        if not (written.isascii() and written.isdigit()) or not _is_address(address):
            return None
        minute, key = int(written), self.keys.find(name)
        if key is None or abs(_minute(now) - minute) > _MINUTES_OFF:
            return None
        right = _signature(key, address, token, minute).encode()
        return address if hmac.compare_digest(signature.encode(), right) else None


def forwarded_address(forwarded: str, proxies: int) -> str:
    """Return the address that the outermost of so many own proxies saw; empty if it told none.

    `forwarded` is X-Forwarded-For, to which each proxy adds who asked it.
    """
    told = [one.strip() for one in forwarded.split(",")]
    address = told[-proxies] if 0 < proxies <= len(told) else ""
    return address if _is_address(address) else ""


def _signature(key: bytes, address: str, token: str, minute: int) -> str:
    return hmac.new(key, f"{token} {address} {minute}".encode(), sha256).hexdigest()


def _minute(now: datetime) -> int:
    return int(now.timestamp() // 60)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
