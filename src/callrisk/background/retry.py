"""The one retry policy: the wait before something outside is asked again.

`RetryTable` holds the timings of every door to the outside and is passed down by whoever composes
the program. A call that is repeated at once goes through `call_with_retry`; loops, work queues and
the outbox take the time of their next attempt from the same `RetryTimings`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from callrisk.background.clock import Clock
from callrisk.domain.outside import OutsideError

# Enough doublings to reach any longest wait, few enough to stay a finite number.
_MOST_STEPS = 60

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryTimings:
    """Waits that grow by `factor` from the first to the longest, over at most so many attempts.

    With `jitter` a wait is drawn between 0 and its length, so that many callers do not come back
    together ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015). `permanent` are the
    waits after an error for which asking again is of no use; without them it waits like any other.
    """

    first_s: float
    longest_s: float
    factor: float = 2.0
    attempts: int | None = None
    jitter: bool = False
    permanent: "RetryTimings | None" = None

    def wait_s(
        self, failures: int, error: BaseException | None = None, chance: float = 1.0
    ) -> float:
        """Return the wait after so many failures in a row, at least what the error asks for."""
        refused = isinstance(error, OutsideError) and error.permanent
        if refused and self.permanent is not None:
            return self.permanent.wait_s(failures, None, chance)
        grown_s = self.first_s * self.factor ** min(failures - 1, _MOST_STEPS)
        wait_s = min(grown_s, self.longest_s) * (chance if self.jitter else 1.0)
        asked_s = error.retry_after_s if isinstance(error, OutsideError) else None
        return max(asked_s or 0.0, wait_s)

    def is_exhausted(self, failures: int) -> bool:
        """Return whether no attempt is left after so many failures."""
        return self.attempts is not None and failures >= self.attempts


@dataclass(frozen=True, slots=True)
class RetryTable:
    """The timings of every door to the outside."""

    # One request to the CRM, within the time that its caller has.
    crm_request: RetryTimings = RetryTimings(1.0, 8.0, attempts=5, jitter=True)
    # The pauses of a circuit breaker while the CRM is away.
    crm_pause: RetryTimings = RetryTimings(1.0, 30.0)
    # The customer of a call; a refusal is mended by a person, soon or in days: a CRM may count
    # the requests of a day.
    crm_lookup: RetryTimings = RetryTimings(5.0, 5.0, permanent=RetryTimings(5.0, 300.0))
    # The field maps of config.py, until they fit.
    crm_fields: RetryTimings = RetryTimings(10.0, 300.0)
    # While the CRM is away its client asks it rarely by itself.
    result_write: RetryTimings = RetryTimings(2.0, 15.0, permanent=RetryTimings(2.0, 600.0))
    category_write: RetryTimings = RetryTimings(2.0, 600.0)
    # One event for another system: after 5 s, 30 s, 3 min, 18 min, 2 h, 11 h, then daily, with
    # jitter that leaves at least half. Seventeen attempts last 5.3 days at least: longer than a
    # receiver that takes nothing stays switched on, so that its outage costs no event.
    webhook: RetryTimings = RetryTimings(5.0, 86_400.0, factor=6.0, attempts=17, jitter=True)
    # The rest of a receiver that failed, before it is sent anything else.
    webhook_rest: RetryTimings = RetryTimings(1.0, 300.0, jitter=True)
    # A call may be looked up before its agent has answered.
    agent_lookup: RetryTimings = RetryTimings(2.0, 60.0, factor=3.0, attempts=5)
    # Where asking again is of no use, a rare attempt finds what was wrongly refused.
    telephony: RetryTimings = RetryTimings(
        2.0, 60.0, factor=3.0, permanent=RetryTimings(3600.0, 3600.0)
    )
    stream_read: RetryTimings = RetryTimings(0.4, 5.0, jitter=True)
    # The server's own log, when its database is away.
    event_log: RetryTimings = RetryTimings(1.0, 1.0)
    # Records that a stream refuses for now, one request at a time.
    stream_write: RetryTimings = RetryTimings(0.2, 0.2)
    # Windows lets nobody replace a file that is read; readers are done within milliseconds, virus
    # scanners within seconds, and a training that is lost costs an hour. Ten seconds in all.
    file_replace: RetryTimings = RetryTimings(0.05, 1.0, attempts=14)
    # A loop or a task that failed in a way that nobody foresaw.
    loop: RetryTimings = RetryTimings(2.0, 2.0)
    task: RetryTimings = RetryTimings(10.0, 10.0)


RETRIES = RetryTable()


def call_with_retry(
    call: Callable[[], T], timings: RetryTimings, clock: Clock,
    may_repeat: Callable[[BaseException], bool], left_s: Callable[[], float] = lambda: math.inf,
) -> T:  # fmt: skip
    """Return what `call` returns, repeated while `may_repeat` allows it and time is left.

    The last error comes out as it was raised. Nobody sleeps beyond `left_s`.
    """

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return timings.wait_s(state.attempt_number, error, clock.chance())

    def is_last(state: RetryCallState) -> bool:
        return timings.is_exhausted(state.attempt_number) or state.upcoming_sleep >= left_s()

    retrying = Retrying(
        sleep=clock.sleep, wait=wait, stop=is_last, retry=retry_if_exception(may_repeat),
        reraise=True,
    )  # fmt: skip
    return retrying(call)
