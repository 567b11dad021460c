"""One call to Kintone: its request, repeated where that is of use and does no harm."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from callrisk.integrations.kintone.answers import unreadable
from callrisk.integrations.kintone.breaker import Breaker
from callrisk.integrations.kintone.deadline import Clock, Deadline
from callrisk.integrations.kintone.errors import Again, KintoneError
from callrisk.integrations.kintone.transport import Request, Transport

logger = logging.getLogger(__name__)

_ATTEMPTS = 5
_BASE_S, _FACTOR, _CAP_S = 1.0, 2.0, 8.0
# What reading an answer of another shape trips over.
_MISSHAPEN = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError)

T = TypeVar("T")


class Caller:
    """Sends requests with patience, but never beyond the time that a call has."""

    def __init__(self, transport: Transport, breaker: Breaker, clock: Clock) -> None:
        self._transport = transport
        self._breaker = breaker
        self._clock = clock

    def call(self, request: Request, read: Callable[[dict[str, Any]], T], within_s: float) -> T:
        """What `read` makes of the answer; a KintoneError when all tries have failed."""
        deadline = Deadline(self._clock, within_s)
        for attempt in range(_ATTEMPTS):
            try:
                return self._attempt(request, read, deadline)
            except KintoneError as error:
                pause_s = self._pause_s(error, attempt)
                is_last = attempt == _ATTEMPTS - 1 or pause_s >= deadline.left_s()
                if is_last or not _may_repeat(error, request) or self._breaker.is_shut:
                    raise
            self._clock.sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    def _attempt(
        self, request: Request, read: Callable[[dict[str, Any]], T], deadline: Deadline
    ) -> T:
        self._breaker.check()
        with self._transport.slot(deadline):
            probes = self._breaker.admit()
            try:
                found = self._read(request, read, deadline)
            except KintoneError as error:
                self._note(error, probes)
                raise
            except BaseException:
                self._breaker.gave_up(probes)
                raise
            self._breaker.succeeded()
            return found

    def _read(self, request: Request, read: Callable[[dict[str, Any]], T], deadline: Deadline) -> T:
        answer = self._transport.send(request, deadline)
        try:
            return read(answer)
        except _MISSHAPEN:
            # What it tripped over quotes values.
            raise unreadable(f"{request.method} {request.name} of app {request.app}") from None

    def _note(self, error: KintoneError, probes: bool) -> None:
        if error.verdict.outage:
            self._breaker.failed(str(error), probes)
        elif error.status is None:
            self._breaker.gave_up(probes)
        else:
            self._breaker.succeeded()

    def _pause_s(self, error: KintoneError, attempt: int) -> float:
        """Anything up to the longest pause, so that many callers do not come back together."""
        longest_s = min(_CAP_S, _BASE_S * _FACTOR**attempt)
        return max(error.retry_after_s, self._clock.chance() * longest_s)


def _may_repeat(error: KintoneError, request: Request) -> bool:
    again = error.verdict.again
    return again is Again.ALWAYS or (again is Again.IF_IDEMPOTENT and request.idempotent)
