"""Asking about many calls in turn: one that fails keeps nobody behind it waiting."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.connect_api import ConnectError
from callrisk.store.intake import StoreAwayError

logger = logging.getLogger(__name__)

# One that failed is asked about again after so many seconds; the last of them for good.
_AGAIN_S = (2.0, 10.0, 30.0, 60.0)
# Where asking again is of no use, a rare try costs little and finds what was wrongly refused.
_OF_NO_USE_S = 3600.0
# With so many in a row it is not the calls: the other side is away.
_AWAY_AFTER = 3


class UnansweredError(RuntimeError):
    """Calls that could not be asked about wait for another try; the message says why."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """How often a call failed, when it is due again, and what to say of it, if anything."""

    times: int
    until: datetime
    problem: str | None


class RetryRounds:
    """Remembers which calls failed, and asks about these later than about the others."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._failed: dict[str, _Failure] = {}

    def go(self, calls: Sequence[str], ask: Callable[[str], None]) -> int:
        """Ask about those that are due; how many. UnansweredError at the end while any failed."""
        known = self._failed.keys() & set(calls)
        self._failed = {call: self._failed[call] for call in known}
        due = [call for call in calls if self._is_due(call)]
        in_a_row = 0
        for call in due:
            in_a_row = 0 if self._ask(call, ask) else in_a_row + 1
            if in_a_row == _AWAY_AFTER:
                break
        self._say_what_waits()
        return len(due)

    def _is_due(self, call: str) -> bool:
        return call not in self._failed or self._failed[call].until <= self._now()

    def _ask(self, call: str, ask: Callable[[str], None]) -> bool:
        """Whether there was an answer, if only that there is none."""
        try:
            ask(call)
        except ConnectError as error:
            logger.warning("call=%s: %s", call, error)
            self._put_off(call, str(error), error.permanent)
            return error.permanent
        except StoreAwayError as error:
            self._put_off(call, str(error))
            return False
        except Exception as error:
            logger.exception("call=%s", call)
            self._put_off(call, type(error).__name__)
            return False
        self._failed.pop(call, None)
        return True

    def _put_off(self, call: str, problem: str, is_of_no_use: bool = False) -> None:
        times = self._failed[call].times if call in self._failed else 0
        wait = _OF_NO_USE_S if is_of_no_use else _AGAIN_S[min(times, len(_AGAIN_S) - 1)]
        until = self._now() + timedelta(seconds=wait)
        self._failed[call] = _Failure(times + 1, until, None if is_of_no_use else problem)

    def _say_what_waits(self) -> None:
        """Also between the tries, or a missing permission would come and go on the screens."""
        problems = [one.problem for one in self._failed.values() if one.problem is not None]
        if problems:
            raise UnansweredError(f"{len(problems)} calls wait: {problems[0]}")
