"""The calls that this server assesses, of those that all servers on one database know."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from callrisk.store.leases import LEASE_S, PARTITIONS, Held, Leases, partition_of

logger = logging.getLogger(__name__)

_RENEW_EVERY_S = 2.0
# Nothing is assessed any more so long before a lease ends.
_SAFETY_S = 2.0


class Ownership(Protocol):
    """Says whose calls are whose."""

    @property
    def servers(self) -> int:
        """The number of servers that assess calls of this database, this one included."""

    @property
    def held(self) -> int:
        """The number of partitions of calls that are this server's."""

    def refresh(self) -> frozenset[int]:
        """Bring it up to date; return the partitions that are this server's since."""

    def owns(self, call_id: str) -> bool:
        """Return True if this server assesses the call."""

    def fence(self) -> Mapping[int, int] | None:
        """Return the tokens to write with; None where no other server can be."""

    def lose(self) -> None:
        """Assess nothing until the next refresh, as another server does."""

    def release(self) -> None:
        """Leave all calls to other servers, as this one stops."""


class Everything:
    """The ownership of a server that is alone, such as one that plays a recording."""

    servers = 1
    held = PARTITIONS

    def refresh(self) -> frozenset[int]:
        """Nothing changes."""
        return frozenset()

    def owns(self, _call_id: str) -> bool:
        """Every call."""
        return True

    def fence(self) -> None:
        """No tokens are needed."""

    def lose(self) -> None:
        """Nobody else is there."""

    def release(self) -> None:
        """Nobody else is there."""


class Nothing(Everything):
    """The ownership of a server that shows calls and assesses none."""

    held = 0

    def owns(self, _call_id: str) -> bool:
        """No call."""
        return False


class Leased:
    """The ownership of one of several servers; `clock` is monotonic, in seconds."""

    def __init__(
        self, leases: Leases, now: Callable[[], datetime], clock: Callable[[], float]
    ) -> None:
        self._leases = leases
        self._now = now
        self._clock = clock
        self._held = Held({}, 1)
        self._renewed_at: float | None = None

    @property
    def servers(self) -> int:
        """The number of servers that assess calls of this database, this one included."""
        return self._held.servers

    @property
    def held(self) -> int:
        """The number of partitions of calls that are this server's."""
        return len(self._held.tokens) if self._is_valid(self._clock()) else 0

    def refresh(self) -> frozenset[int]:
        """Renew the leases, at most every two seconds; return the partitions that are new."""
        began = self._clock()
        if self._renewed_at is not None and began - self._renewed_at < _RENEW_EVERY_S:
            return frozenset()
        # A token that is the same says that nobody else had the lease, however late this is.
        before = self._held
        self._held = self._leases.renew(self._now())
        self._renewed_at = began
        if self._held.servers != before.servers:
            logger.info("servers on this database: %d", self._held.servers)
        tokens = before.tokens
        return frozenset(n for n, token in self._held.tokens.items() if tokens.get(n) != token)

    def owns(self, call_id: str) -> bool:
        """Return True if this server assesses the call, and its lease does not end soon."""
        return partition_of(call_id) in self._held.tokens and self._is_valid(self._clock())

    def fence(self) -> Mapping[int, int]:
        """Return the tokens of the leases."""
        return self._held.tokens

    def lose(self) -> None:
        """Assess nothing until the leases are renewed."""
        self._held, self._renewed_at = Held({}, self._held.servers), None

    def release(self) -> None:
        """Give up the leases, so that others need not wait for their end."""
        self.lose()
        self._leases.release()

    def _is_valid(self, now: float) -> bool:
        return self._renewed_at is not None and now - self._renewed_at < LEASE_S - _SAFETY_S
