"""One call to Kintone: its request, repeated where that is of use and does no harm."""

from collections.abc import Callable
from typing import Any, TypeVar

from callrisk.background.breaker import CircuitBreaker, CircuitOpenError
from callrisk.background.clock import Clock, Deadline
from callrisk.background.retry import RetryTimings, call_with_retry
from callrisk.integrations.kintone.errors import LATER, KintoneError, Repeat, unreadable
from callrisk.integrations.kintone.transport import Request, Transport

# What reading an answer of another shape trips over.
_MISSHAPEN = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError)

T = TypeVar("T")


class Caller:
    """Sends requests, again where it is of use, but never beyond the time that a call has."""

    def __init__(
        self, transport: Transport, breaker: CircuitBreaker, clock: Clock, retries: RetryTimings
    ) -> None:
        self._transport = transport
        self._breaker = breaker
        self._clock = clock
        self._retries = retries

    def call(self, request: Request, read: Callable[[dict[str, Any]], T], within_s: float) -> T:
        """Return what `read` makes of the answer; a KintoneError when all attempts have failed."""
        deadline = Deadline(self._clock, within_s)

        def may_repeat(error: BaseException) -> bool:
            return (
                isinstance(error, KintoneError)
                and _may_repeat(error, request)
                and not self._breaker.is_open
            )

        try:
            return call_with_retry(
                lambda: self._attempt(request, read, deadline),
                self._retries, self._clock, may_repeat, deadline.left_s,
            )  # fmt: skip
        except CircuitOpenError as error:
            raise KintoneError(str(error), LATER, text=self._breaker.reason) from error

    def _attempt(
        self, request: Request, read: Callable[[dict[str, Any]], T], deadline: Deadline
    ) -> T:
        self._breaker.check()
        with self._transport.slot(deadline):
            probes = self._breaker.admit()
            try:
                value = self._read(request, read, deadline)
            except KintoneError as error:
                self._note(error, probes)
                raise
            except BaseException:
                self._breaker.gave_up(probes)
                raise
            self._breaker.succeeded()
            return value

    def _read(self, request: Request, read: Callable[[dict[str, Any]], T], deadline: Deadline) -> T:
        answer = self._transport.send(request, deadline)
        try:
            return read(answer)
        except _MISSHAPEN:
            # What it tripped over quotes values.
            raise unreadable(request.where) from None

    def _note(self, error: KintoneError, probes: bool) -> None:
        if error.verdict.outage:
            self._breaker.failed(str(error), probes, error.text)
        elif error.status is None:
            self._breaker.gave_up(probes)
        else:
            self._breaker.succeeded()


def _may_repeat(error: KintoneError, request: Request) -> bool:
    repeat = error.verdict.repeat
    return repeat is Repeat.ALWAYS or (repeat is Repeat.IF_IDEMPOTENT and request.idempotent)
