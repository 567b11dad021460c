"""The API gateway before the apps: concurrency limit, log of requests, simulated faults."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from kintone_stand_in.api.access import Tenant
from kintone_stand_in.api.handlers import answer, app_of
from kintone_stand_in.api.messages import Request, Response, refusal_response
from kintone_stand_in.api.refusals import refused
from kintone_stand_in.faults import REPLACED_ANSWERS, Fault, Faults, ends_with

MOST_AT_ONCE = 100
# A demo may run for days; older requests than these are dropped.
_LOGGED_REQUESTS = 10_000


class ReceivedRequest(NamedTuple):
    """A received request: its effective method, its path, and the app if it named one."""

    method: str
    path: str
    app: int | None


@dataclass(frozen=True, slots=True)
class Transmission:
    """A response to send, or None to cut the connection; `is_half` sends half of its body."""

    response: Response | None
    is_half: bool = False


class Gateway:
    """A gateway that every request under /k passes."""

    def __init__(self, tenant: Tenant, faults: Faults) -> None:
        self.stopping = threading.Event()
        self._tenant = tenant
        self._faults = faults
        self._lock = threading.Lock()
        self._running = 0
        self._received: deque[ReceivedRequest] = deque(maxlen=_LOGGED_REQUESTS)

    @property
    def requests(self) -> list[ReceivedRequest]:
        """Return the received requests in order of arrival."""
        with self._lock:
            return list(self._received)

    def count(
        self, path: str | None = None, method: str | None = None, app: int | None = None
    ) -> int:
        """Return the number of received requests by end of path, method and app."""
        return sum(
            ends_with(it.path, path) and method in {None, it.method} and app in {None, it.app}
            for it in self.requests
        )

    def forget_requests(self) -> None:
        """Clear the list of received requests."""
        with self._lock:
            self._received.clear()

    @contextmanager
    def handling(self, request: Request) -> Iterator[Transmission]:
        """Yield what to send for a request, which counts as running until it is sent."""
        with self._lock:
            self._running += 1
            running = self._running
        try:
            yield self._transmission(request, running)
        finally:
            with self._lock:
                self._running -= 1

    def _transmission(self, request: Request, running: int) -> Transmission:
        received = ReceivedRequest(request.method, request.path, app_of(request))
        with self._lock:
            self._received.append(received)
        if running > MOST_AT_ONCE:
            return Transmission(refusal_response(refused("GAIA_TO04")))
        wait_s, fault = self._faults.take(*received)
        if wait_s and self.stopping.wait(wait_s):
            return Transmission(None)
        if fault is not None and fault.kind in REPLACED_ANSWERS:
            return Transmission(REPLACED_ANSWERS[fault.kind](fault))
        if fault is not None and fault.kind == "drop":
            return Transmission(None)
        return _damaged(fault, _with_counts(answer(self._tenant, request), running))


def _with_counts(response: Response, running: int) -> Response:
    """Return the response with the headers on concurrency that every success carries."""
    if response.status != 200:
        return response
    counts = {
        "X-ConcurrencyLimit-Limit": str(MOST_AT_ONCE),
        "X-ConcurrencyLimit-Running": str(running),
    }
    return replace(response, headers={**response.headers, **counts})


def _damaged(fault: Fault | None, response: Response) -> Transmission:
    if fault is not None and fault.kind == "drop_after":
        return Transmission(None)
    return Transmission(response, is_half=fault is not None and fault.kind == "half_body")
