"""The state of a client of any CRM, and its count of requests."""

from collections.abc import Mapping

from callrisk.background.breaker import Availability, CircuitBreaker
from callrisk.integrations.http.request_budget import Budget


class CountingClient:
    """A client whose requests are counted by app, and paused while the other side is away."""

    def __init__(self, requests: Budget, breaker: CircuitBreaker) -> None:
        self._requests = requests
        self._breaker = breaker

    @property
    def state(self) -> Availability:
        """Return whether the CRM answers, and since when it does not."""
        return self._breaker.state

    @property
    def budget(self) -> int:
        """Return how many requests a day allows an app."""
        return self._requests.daily

    @property
    def requests_today(self) -> Mapping[int, int]:
        """Return how many requests each app has had since 00:00 UTC."""
        return self._requests.today

    def note_requests(self, app: int, requests: int) -> None:
        """Count requests of today that an earlier run has made."""
        self._requests.note(app, requests)
