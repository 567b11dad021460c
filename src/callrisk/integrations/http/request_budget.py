"""The requests of each app today: a CRM allows so many a day, and seldom says how many are left."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime

logger = logging.getLogger(__name__)

_WARN_AT_PERCENT = (80, 100)


class Budget:
    """Requests by app since 00:00 UTC; `crm` is what the CRM is called in logs."""

    def __init__(self, crm: str, daily: int, now: Callable[[], datetime]) -> None:
        self.daily = daily
        self._crm = crm
        self._now = now
        self._lock = threading.Lock()
        self._day: date | None = None
        self._counts: dict[int, int] = {}

    @property
    def today(self) -> Mapping[int, int]:
        """Return how many so far, by app."""
        with self._lock:
            self._turn_day()
            return dict(self._counts)

    def note(self, app: int, requests: int = 1) -> None:
        """Count requests; the first beyond 80 % and beyond 100 % of a day are warned about."""
        if requests < 0:
            raise ValueError("a count of requests is never negative")
        with self._lock:
            self._turn_day()
            before = self._counts.get(app, 0)
            after = self._counts[app] = before + requests
        self._warn(app, before, after)

    def _turn_day(self) -> None:
        day = self._now().date()
        if day != self._day:
            self._day, self._counts = day, {}

    def _warn(self, app: int, before: int, after: int) -> None:
        passed = [
            percent for percent in _WARN_AT_PERCENT
            if before * 100 < percent * self.daily <= after * 100
        ]  # fmt: skip
        if passed:
            logger.warning(
                "%s app=%d has had %d requests today, %d %% of the %d that a day allows; ask less "
                "often, or the CRM may slow all of its users down",
                self._crm, app, after, max(passed), self.daily,
            )  # fmt: skip
