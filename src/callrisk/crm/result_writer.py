"""Writes what came of a call back to where people look: once in effect, whatever fails."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from callrisk.background.crash_points import crash_point
from callrisk.domain.time import utc_now
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.results_app import Result, ResultsApp
from callrisk.store.outbox import LONGEST_WAIT, RESULT_LETTER, Outbox, Waiting

logger = logging.getLogger(__name__)

_AT_ONCE = 50
# The first result goes at once, others with those that come within this time: a day of Kintone has
# 10,000 requests, and a busy centre ends more calls than that.
_REST_S = 10.0
# Kintone drops what is written to a field that was renamed, without a word: the form is looked at
# this often while results are written, and what was written since the last look is written again.
_LOOK_EVERY_S = 60.0
# While Kintone is away the client asks it rarely by itself.
_AWAY = timedelta(seconds=15)


class ResultWriter:
    """Sends the results that wait in the outbox; a refused one waits as well, and says so."""

    def __init__(
        self, app: ResultsApp, outbox: Outbox, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._outbox = outbox
        self._clock = clock
        self._sent_at = self._looked_at = float("-inf")
        # Since when the form is known to have fitted; None when it is not known.
        self._fit_since: datetime | None = None
        self.unfit: list[str] = []

    def step(self) -> int:
        """Send what is due, the newest of each call, together; how many."""
        now = self._clock()
        if now - self._sent_at < _REST_S:
            return 0
        due = self._outbox.due(RESULT_LETTER, utc_now(), _AT_ONCE)
        # What was written last is looked after once more, though nothing else may be due.
        is_unseen = self._sent_at > self._looked_at and now - self._looked_at >= _LOOK_EVERY_S
        if due or is_unseen:
            self._sent_at = now if due else self._sent_at
            if self._fits(due, now):
                self._send(due)
        return len(due)

    def _fits(self, due: list[Waiting], now: float) -> bool:
        """Whether the form has all our fields; asked from time to time."""
        if now - self._looked_at < _LOOK_EVERY_S:
            return not self.unfit
        began = utc_now()
        try:
            self.unfit = self._app.problems()
        except KintoneError as error:
            self._put_off(due, error)
            return False
        self._looked_at = now
        if self.unfit and self._fit_since is not None:
            self._outbox.reopen(RESULT_LETTER, self._fit_since)
        self._fit_since = None if self.unfit else began
        return not self.unfit

    def _send(self, due: list[Waiting]) -> None:
        if not due:
            return
        crash_point("before_result_send")
        try:
            self._app.write([Result(**one.letter.payload) for one in due])
        except KintoneError as error:
            if error.permanent and error.errors and len(due) > 1:
                # A value of one of them is refused, and with it all: each by itself.
                for one in due:
                    self._send([one])
                return
            self._put_off(due, error)
            return
        crash_point("between_result_send_and_mark")
        for one in due:
            self._outbox.sent(one, utc_now())

    def _put_off(self, due: list[Waiting], error: KintoneError) -> None:
        logger.warning("cannot write the results of %d calls: %s", len(due), error)
        longest = LONGEST_WAIT if error.permanent else _AWAY
        for one in due:
            self._outbox.failed(one, str(error)[:500], utc_now(), longest)
