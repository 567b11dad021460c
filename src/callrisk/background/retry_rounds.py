"""Rounds over many calls: a call that failed waits, and keeps none behind it waiting."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.domain.outside import OutsideError

logger = logging.getLogger(__name__)

# With so many failures in a row it is not the calls: the other side is away.
_AWAY_AFTER = 3


class UnansweredError(OutsideError):
    """Calls wait for another attempt; the message says why."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """The failures of a call: their number, its next attempt, and the problem to show, if any."""

    times: int
    until: float
    problem: str | None


class RetryRounds:
    """Remembers the calls that failed, and asks about these later than about the others.

    `clock` is monotonic, in seconds: nobody waits longer because a clock was set back.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, retries: RetryTimings = RETRIES.telephony
    ) -> None:
        self._clock = clock
        self._retries = retries
        self._failed: dict[str, _Failure] = {}

    def run(self, calls: Sequence[str], ask: Callable[[str], None]) -> int:
        """Ask about the calls that are due and return how many; UnansweredError if any failed."""
        remembered = self._failed.keys() & set(calls)
        self._failed = {call: self._failed[call] for call in remembered}
        due = [call for call in calls if self._is_due(call)]
        in_a_row = 0
        for call in due:
            in_a_row = 0 if self._is_answered(call, ask) else in_a_row + 1
            if in_a_row == _AWAY_AFTER:
                break
        self._raise_while_any_waits()
        return len(due)

    def _is_due(self, call: str) -> bool:
        return call not in self._failed or self._failed[call].until <= self._clock()

    def _is_answered(self, call: str, ask: Callable[[str], None]) -> bool:
        """Ask about a call; a refusal for good is an answer, too."""
        try:
            ask(call)
        except OutsideError as error:
            logger.warning("call=%s: %s", call, error)
            self._put_off(call, error, None if error.permanent else str(error))
            return error.permanent
        except Exception as error:  # one call must not hold up the others
            logger.exception("call=%s", call)
            self._put_off(call, error, type(error).__name__)
            return False
        self._failed.pop(call, None)
        return True

    def _put_off(self, call: str, error: Exception, problem: str | None) -> None:
        times = 1 + (self._failed[call].times if call in self._failed else 0)
        until = self._clock() + self._retries.wait_s(times, error)
        self._failed[call] = _Failure(times, until, problem)

    def _raise_while_any_waits(self) -> None:
        """Between the attempts too, or a missing permission would come and go on the screens."""
        problems = [failure.problem for failure in self._failed.values() if failure.problem]
        if problems:
            raise UnansweredError(f"{len(problems)} calls wait: {problems[0]}")
