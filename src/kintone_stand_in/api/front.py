"""What stands before the apps: the limit of requests at once, the log of requests, the faults."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from kintone_stand_in.api.access import Site
from kintone_stand_in.api.handlers import answer, app_of
from kintone_stand_in.api.messages import Request, Response, refusal_response
from kintone_stand_in.api.refusals import refused
from kintone_stand_in.faults import INSTEAD, Fault, Faults, is_end_of

MOST_AT_ONCE = 100
# A demo may run for days; nobody asks for older requests than these.
_REMEMBERED = 10_000


class Asked(NamedTuple):
    """One request that came: the method that was meant, the path, and the app if one was named."""

    method: str
    path: str
    app: int | None


@dataclass(frozen=True, slots=True)
class Sending:
    """What to send, and how: nothing at all, half of the body, or a pause after each byte."""

    response: Response | None
    is_half: bool = False
    pause_s: float = 0.0


class Front:
    """Every request under /k passes here."""

    def __init__(self, site: Site, faults: Faults) -> None:
        self.stopping = threading.Event()
        self._site = site
        self._faults = faults
        self._lock = threading.Lock()
        self._running = 0
        self._asked: deque[Asked] = deque(maxlen=_REMEMBERED)

    @property
    def requests(self) -> list[Asked]:
        """The requests that came, in their order."""
        with self._lock:
            return list(self._asked)

    def count(
        self, path: str | None = None, method: str | None = None, app: int | None = None
    ) -> int:
        """How many requests came whose path ends so, by this method, for this app."""
        return sum(
            is_end_of(it.path, path) and method in {None, it.method} and app in {None, it.app}
            for it in self.requests
        )

    def forget_requests(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self._asked.clear()

    @contextmanager
    def sending(self, request: Request) -> Iterator[Sending]:
        """What to send for a request; it counts as running until that is sent."""
        with self._lock:
            self._running += 1
            running = self._running
        try:
            yield self._sending(request, running)
        finally:
            with self._lock:
                self._running -= 1

    def _sending(self, request: Request, running: int) -> Sending:
        asked = Asked(request.method, request.path, app_of(request))
        with self._lock:
            self._asked.append(asked)
        if running > MOST_AT_ONCE:
            return Sending(refusal_response(refused("GAIA_TO04"), request.is_english))
        wait_s, fault = self._faults.take(*asked)
        if wait_s and self.stopping.wait(wait_s):
            return Sending(None)
        if fault is not None and fault.kind in INSTEAD:
            return Sending(INSTEAD[fault.kind](fault, request))
        if fault is not None and fault.kind == "drop":
            return Sending(None)
        return _spoilt(fault, _counted(answer(self._site, request), running))


def _counted(response: Response, running: int) -> Response:
    """How many requests run at once is told with every success."""
    if response.status != 200:
        return response
    counts = {
        "X-ConcurrencyLimit-Limit": str(MOST_AT_ONCE),
        "X-ConcurrencyLimit-Running": str(running),
    }
    return replace(response, headers={**response.headers, **counts})


def _spoilt(fault: Fault | None, response: Response) -> Sending:
    """The answer as a fault lets it through."""
    match fault.kind if fault else "":
        case "drop_after":
            return Sending(None)
        case "half_body":
            return Sending(response, is_half=True)
        case "slow_body":
            return Sending(response, pause_s=fault.seconds if fault else 0.0)
    return Sending(response)
