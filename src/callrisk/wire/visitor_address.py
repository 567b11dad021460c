"""The address of a visitor of an app, signed by the app for the live server.

An app asks the live server from its own machine; without this the audit would name that machine.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address

VISITOR_HEADER = "X-Visitor-Address"
# Both clocks are those of one machine; a request may wait for a thread.
_MINUTES_OFF = 1


@dataclass(frozen=True, slots=True)
class VisitorSeal:
    """Signs addresses with a secret that only programs of the installation have."""

    secret: str = field(repr=False)

    def signed(self, address: str, token: str, now: datetime) -> str:
        """Return the value of the header for a request of the session with this token."""
        minute = _minute(now)
        return f"{address} {minute} {self._signature(address, token, minute)}"

    def believed(self, header: str, token: str, now: datetime) -> str | None:
        """Return the address of a header; None for one of another session, minute or secret."""
        address, _, rest = header.partition(" ")
        written, _, signature = rest.partition(" ")
        if not (written.isascii() and written.isdigit()) or not _is_address(address):
            return None
        is_ours = hmac.compare_digest(
            signature.encode(), self._signature(address, token, int(written)).encode()
        )
        is_fresh = abs(_minute(now) - int(written)) <= _MINUTES_OFF
        return address if is_ours and is_fresh else None

    def _signature(self, address: str, token: str, minute: int) -> str:
        key = sha256(b"callrisk visitor 1 " + self.secret.encode()).digest()
        return hmac.new(key, f"{token} {address} {minute}".encode(), sha256).hexdigest()


def forwarded_address(forwarded: str, proxies: int) -> str:
    """Return the address that the outermost of so many own proxies saw; empty if it told none.

    `forwarded` is X-Forwarded-For, to which each proxy adds who asked it.
    """
    told = [one.strip() for one in forwarded.split(",")]
    address = told[-proxies] if 0 < proxies <= len(told) else ""
    return address if _is_address(address) else ""


def _minute(now: datetime) -> int:
    return int(now.timestamp() // 60)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
