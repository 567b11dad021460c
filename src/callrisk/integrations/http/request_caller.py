"""One call over HTTP: its request, repeated where that is of use and does no harm."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar

from callrisk.background.breaker import CircuitBreaker, CircuitOpenError
from callrisk.background.clock import Clock, Deadline
from callrisk.background.retry import RetryTimings, call_with_retry
from callrisk.domain.wording import Text
from callrisk.integrations.http.request_verdicts import Repeat, RequestError

# What reading an answer of another shape trips over.
_MISSHAPEN = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError)

T = TypeVar("T")


class Sendable(Protocol):
    """A request, and the errors of its CRM for what the caller finds."""

    @property
    def idempotent(self) -> bool:
        """Return whether doing it twice does no harm."""

    def unreadable(self) -> RequestError:
        """Return the error for a good answer that cannot be read."""

    def postponed(self, message: str, reason: Text | None) -> RequestError:
        """Return the error for a request that the circuit breaker did not let through."""


Request = TypeVar("Request", bound=Sendable)
Request_contra = TypeVar("Request_contra", bound=Sendable, contravariant=True)


class Transport(Protocol[Request_contra]):
    """The sender of one request; every failure is a RequestError."""

    def slot(self, deadline: Deadline) -> AbstractContextManager[None]:
        """Wait for leave to send one request."""

    def send(self, request: Request_contra, deadline: Deadline) -> Any:
        """Return the JSON of the answer."""


class Caller(Generic[Request]):
    """Sends requests, again where it is of use, but never beyond the time that a call has."""

    def __init__(
        self, transport: Transport[Request], breaker: CircuitBreaker, clock: Clock,
        retries: RetryTimings,
    ) -> None:  # fmt: skip
        self._transport = transport
        self._breaker = breaker
        self._clock = clock
        self._retries = retries

    def call(self, request: Request, read: Callable[[Any], T], within_s: float) -> T:
        """Return what `read` makes of the answer; a RequestError when all attempts have failed."""
        deadline = Deadline(self._clock, within_s)

        def may_repeat(error: BaseException) -> bool:
            return (
                isinstance(error, RequestError)
                and _may_repeat(error, request)
                and not self._breaker.is_open
            )

        try:
            return call_with_retry(
                lambda: self._attempt(request, read, deadline),
                self._retries, self._clock, may_repeat, deadline.left_s,
            )  # fmt: skip
        except CircuitOpenError as error:
            raise request.postponed(str(error), self._breaker.reason) from error

    def _attempt(self, request: Request, read: Callable[[Any], T], deadline: Deadline) -> T:
        self._breaker.check()
        with self._transport.slot(deadline):
            probes = self._breaker.admit()
            try:
                value = self._read(request, read, deadline)
            except RequestError as error:
                self._note(error, probes)
                raise
            except BaseException:
                self._breaker.gave_up(probes)
                raise
            self._breaker.succeeded()
            return value

    def _read(self, request: Request, read: Callable[[Any], T], deadline: Deadline) -> T:
        answer = self._transport.send(request, deadline)
        try:
            return read(answer)
        except _MISSHAPEN:
            # What it tripped over quotes values.
            raise request.unreadable() from None

    def _note(self, error: RequestError, probes: bool) -> None:
        if error.verdict.outage:
            self._breaker.failed(str(error), probes, error.text)
        elif error.status is None:
            self._breaker.gave_up(probes)
        else:
            self._breaker.succeeded()


def _may_repeat(error: RequestError, request: Sendable) -> bool:
    repeat = error.verdict.repeat
    return repeat is Repeat.ALWAYS or (repeat is Repeat.IF_IDEMPOTENT and request.idempotent)
