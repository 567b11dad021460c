"""Writes the results of calls to the CRM: each once in effect, whatever fails."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from callrisk.background.crash_points import crash_point
from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.crm.directory import DEFAULT_PACE, ResultSink, WritingPace
from callrisk.domain.call_record import CallResult
from callrisk.domain.outside import OutsideError, RefusedValueError
from callrisk.domain.time import utc_now
from callrisk.store.outbox import RESULT_MESSAGE, Outbox, Waiting

logger = logging.getLogger(__name__)

_AT_ONCE = 50
_LONGEST_PROBLEM = 500


class ResultSender:
    """Sends the results that wait in the outbox; a refused one waits as well, with its reason."""

    def __init__(
        self, sink: ResultSink, outbox: Outbox, clock: Callable[[], float] = time.monotonic,
        retries: RetryTimings = RETRIES.result_write, pace: WritingPace = DEFAULT_PACE,
    ) -> None:  # fmt: skip
        self._sink = sink
        self._outbox = outbox
        self._clock = clock
        self._retries = retries
        self._pace = pace
        self._sent_at = self._checked_at = float("-inf")
        # The time since which the form is known to have fitted; None while it is not known.
        self._fit_since: datetime | None = None
        self.unfit: list[str] = []

    def step(self) -> int:
        """Send what is due, the newest of each call, in one request; return how many."""
        now = self._clock()
        if now - self._sent_at < self._pace.rest_s:
            return 0
        due = self._outbox.due(RESULT_MESSAGE, utc_now(), _AT_ONCE)
        # What was written last is checked once more, though nothing else may be due.
        is_unchecked = self._sent_at > self._checked_at and self._is_check_due(now)
        if due or is_unchecked:
            self._sent_at = now if due else self._sent_at
            if self._fits(due, now):
                self._send(due)
        return len(due)

    def _is_check_due(self, now: float) -> bool:
        return now - self._checked_at >= self._pace.check_s

    def _fits(self, due: Sequence[Waiting], now: float) -> bool:
        """Return whether the form has all our fields; the CRM is asked from time to time."""
        if not self._is_check_due(now):
            return not self.unfit
        began = utc_now()
        try:
            self.unfit = self._sink.problems()
        except OutsideError as error:
            self._put_off(due, error)
            return False
        self._checked_at = now
        if self.unfit and self._fit_since is not None:
            self._outbox.reopen(RESULT_MESSAGE, self._fit_since)
        self._fit_since = None if self.unfit else began
        return not self.unfit

    def _send(self, due: Sequence[Waiting]) -> None:
        if not due:
            return
        crash_point("before_result_send")
        try:
            self._sink.write([CallResult(**waiting.message.payload) for waiting in due])
        except OutsideError as error:
            if isinstance(error, RefusedValueError) and len(due) > 1:
                for waiting in due:
                    self._send([waiting])
                return
            self._put_off(due, error)
            return
        crash_point("between_result_send_and_mark")
        for waiting in due:
            self._outbox.sent(waiting, utc_now())

    def _put_off(self, due: Sequence[Waiting], error: OutsideError) -> None:
        logger.warning("cannot write the results of %d calls: %s", len(due), error)
        for waiting in due:
            wait_s = self._retries.wait_s(waiting.attempts + 1, error)
            self._outbox.failed(waiting, str(error)[:_LONGEST_PROBLEM], utc_now(), wait_s)
