"""How much of the CRM's day is used, counted over restarts: it allows so many requests a day."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Protocol

from callrisk.domain.time import utc_now
from callrisk.store.request_counts import RequestsMade


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
    """Brings the counts of a client together with those of earlier runs and other programs."""

    def __init__(
        self, client: Counting, made: RequestsMade, now: Callable[[], datetime] = utc_now
    ) -> None:  # fmt: skip
        self._client = client
        self._made = made
        self._now = now
        self._day: date | None = None
        # What of the client's counts stands in the store already.
        self._stored: Mapping[int, int] = {}

    def step(self) -> int:
        """Store what is new, and take over what others have stored; how many requests were new."""
        today = self._now().date()
        if today != self._day:
            self._day, self._stored = today, {}
        counted = dict(self._client.requests_today)
        new = {
            app: count - self._stored.get(app, 0)
            for app, count in counted.items()
            if count > self._stored.get(app, 0)
        }
        if new:
            self._made.add(today, new)
        stored = self._made.on(today)
        for app, count in stored.items():
            self._client.note_requests(app, max(0, count - counted.get(app, 0)))
        self._stored = stored
        return sum(new.values())

    def look(self) -> tuple[int, int]:
        """Requests of today to the app that had most, and how many it may have."""
        return max(self._client.requests_today.values(), default=0), self._client.budget
