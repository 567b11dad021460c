"""How much of the CRM's day is used, counted over restarts: it allows so many requests a day."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Protocol

from callrisk.live.clock import utc_now
from callrisk.store.requests_made import RequestsMade


class Counting(Protocol):
    """A client that counts what it asks."""

    @property
    def budget(self) -> int:
        """How many requests an app may have in a day."""

    @property
    def requests_today(self) -> Mapping[int, int]:
        """How many requests each app has had since 00:00 UTC."""

    def note_requests(self, app: int, requests: int) -> None:
        """Count requests of today that an earlier run has made."""


class Usage:
    """Keeps the counts of a client."""

    def __init__(
        self, client: Counting, made: RequestsMade, now: Callable[[], datetime] = utc_now
    ) -> None:  # fmt: skip
        self._client = client
        self._made = made
        self._now = now
        self._kept: tuple[date, Mapping[int, int]] | None = None

    def take_over(self) -> None:
        """Go on from what the run before has counted today."""
        for app, count in self._made.on(self._now().date()).items():
            self._client.note_requests(app, count)

    def step(self) -> int:
        """Keep the counts if there are new ones."""
        today = (self._now().date(), dict(self._client.requests_today))
        if today == self._kept or not today[1]:
            return 0
        self._made.keep(*today)
        self._kept = today
        return 1

    def look(self) -> tuple[int, int]:
        """Requests of today to the app that had most, and how many it may have."""
        return max(self._client.requests_today.values(), default=0), self._client.budget
