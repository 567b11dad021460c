"""Writes the results of calls to the CRM: each once in effect, whatever fails.

Theory of operation
-------------------
A step writes what was not tried yet in one request, and what was tried before in another. Entries
that the CRM names as wrong are put off alone, and the rest of their request is written.

When nothing of a request could be written, the CRM is given a pause, ever longer, and after each
pause one message probes whether it takes results again: a reason that concerns all of them, such as
a field that must be filled, costs one request a pause, however many results wait.

A CRM may take a result and drop the field that was renamed. So the form is looked at from time to
time while results are written; what was sent since the last look that fitted is sent again, also
after a restart (`settled` in `store.outbox_claims`).
"""

import logging
import time
import uuid
from collections.abc import Callable, Sequence

from callrisk.background.crash_points import crash_point
from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.crm.directory import DEFAULT_PACE, ResultSink, WritingPace
from callrisk.domain.call_record import CallResult
from callrisk.domain.outside import OutsideError, RefusedValueError
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.store.outbox import RESULT_MESSAGE, Outbox, Waiting
from callrisk.store.outbox_claims import LEASE, OutboxClaims

logger = logging.getLogger(__name__)

_AT_ONCE = 50
_LONGEST_PROBLEM = 500
# Requests of one step in which entries that are named as wrong are left out.
_MOST_ROUNDS = 3


class ResultSender:
    """Sends the results that wait in the outbox; a refused one waits as well, with its reason.

    `place` is where this server runs: two that share a database have different ones.
    """

    def __init__(
        self, sink: ResultSink, outbox: Outbox, clock: Callable[[], float] = time.monotonic,
        retries: RetryTimings = RETRIES.result_write, pace: WritingPace = DEFAULT_PACE,
        place: str = "",
    ) -> None:  # fmt: skip
        self._sink = sink
        self._outbox = outbox
        self._place = place
        self._claims = OutboxClaims(outbox.engine, RESULT_MESSAGE, f"{place}{uuid.uuid4().hex}")
        self._clock = clock
        self._retries = retries
        self._pace = pace
        self._sent_at = self._checked_at = float("-inf")
        self._failures, self._again_at = 0, float("-inf")
        # What an earlier run sent last may never have been checked.
        self._is_unsettled = True
        self._misfits = 0
        # The calls of which a request may still be under way, and until when.
        self._uncertain: dict[str, float] = {}
        self.unfit: list[Text] = []

    def start(self) -> None:
        """Take over what an earlier run in this place had begun to send."""
        if self._place:
            self._claims.free(self._place)

    def try_again(self) -> None:
        """Have everything that waits sent by the next step."""
        self._claims.hasten(utc_now())
        self._failures, self._misfits, self._again_at = 0, 0, float("-inf")
        self._sent_at = self._checked_at = float("-inf")

    def step(self) -> int:
        """Send what is due, the newest of each call; return how many were tried."""
        now = self._clock()
        if now - self._sent_at < self._pace.rest_s or now < self._again_at:
            return 0
        if self.unfit and not self._is_check_due(now):
            return 0
        if self._failures:
            return self._probe(now)
        tried = self._send_due(now, is_retry=False)
        if not self._failures:
            tried += self._send_due(now, is_retry=True)
        # What was written last is checked once more, though nothing else may be due.
        if not tried and self._is_unsettled and self._is_check_due(now):
            self._fits([], now)
        return tried

    def _probe(self, now: float) -> int:
        """Try one message, rather one that was never refused by itself."""
        return self._send_due(now, is_retry=False, most=1) or self._send_due(
            now, is_retry=True, most=1
        )

    def _send_due(self, now: float, *, is_retry: bool, most: int = _AT_ONCE) -> int:
        due = self._claims.claim(utc_now(), most, is_retry=is_retry)
        if due:
            self._sent_at = now
            if self._fits(due, now):
                self._send(due, is_retry=is_retry)
        return len(due)

    def _is_check_due(self, now: float) -> bool:
        # A form that does not fit waits for a person: it is looked at ever less often.
        longest_s = max(self._pace.check_s, self._retries.longest_s)
        wait_s = min(self._pace.check_s * (1 << max(0, min(self._misfits, 20) - 1)), longest_s)
        return now - self._checked_at >= wait_s

    def _fits(self, due: Sequence[Waiting], now: float) -> bool:
        """Return whether the form has all our fields; the CRM is asked from time to time."""
        if self._is_check_due(now):
            sent = self._claims.unsettled()
            try:
                unfit = self._sink.problems()
            except OutsideError as error:
                self._put_off(due, error)
                return False
            self._checked_at = now
            self._take_form(unfit, sent)
        if self.unfit:
            self._put_off(due, None)
        return not self.unfit

    def _take_form(self, unfit: list[Text], sent: Sequence[int]) -> None:
        """Settle what was sent before a look at a form that fits; send it again otherwise."""
        was_unfit, self.unfit = bool(self.unfit), unfit
        self._misfits = self._misfits + 1 if unfit else 0
        self._is_unsettled = False
        if unfit:
            self._claims.reopen(sent)
            return
        self._claims.settle(sent)
        if was_unfit:
            self._claims.hasten(utc_now())

    def _send(self, due: Sequence[Waiting], *, is_retry: bool) -> None:
        """Send messages in as few requests as the CRM allows, and keep what became of each."""
        for _ in range(_MOST_ROUNDS):
            crash_point("before_result_send")
            try:
                self._sink.write([CallResult(**waiting.message.payload) for waiting in due])
            except OutsideError as error:
                named = _named(due, error)
                if not named:
                    self._note_uncertain(due, error)
                    self._put_off(due, error)
                    return
                for waiting in named:
                    self._fail(waiting, error)
                due = [waiting for waiting in due if waiting not in named]
                continue
            crash_point("between_result_send_and_mark")
            self._arrived(due, is_retry=is_retry)
            return
        self._put_off(due, None)

    def _arrived(self, due: Sequence[Waiting], *, is_retry: bool) -> None:
        now = self._clock()
        had_failed, self._failures, self._is_unsettled = self._failures, 0, True
        self._again_at = float("-inf")
        for waiting in due:
            self._outbox.sent(waiting, utc_now())
            # The request of an older one that was not answered may arrive behind this one.
            if not waiting.attempts and self._uncertain.pop(waiting.message.call_id, 0.0) > now:
                self._claims.send_once_more(waiting, utc_now())
        if had_failed and is_retry:
            self._claims.hasten(utc_now())

    def _put_off(self, due: Sequence[Waiting], error: OutsideError | None) -> None:
        """Try none of these before a pause, and then one of them."""
        if error is not None:
            logger.warning("cannot write the results of %d calls: %s", len(due), error)
            self._failures += 1
            self._again_at = self._clock() + self._retries.wait_s(self._failures, error)
            if isinstance(error, RefusedValueError) and self._failures == 1:
                self._checked_at = float("-inf")
        for waiting in due:
            self._fail(waiting, error)

    def _note_uncertain(self, due: Sequence[Waiting], error: OutsideError) -> None:
        now = self._clock()
        self._uncertain = {call: end for call, end in self._uncertain.items() if end > now}
        if not error.permanent:
            end = now + LEASE.total_seconds()
            self._uncertain |= {waiting.message.call_id: end for waiting in due}

    def _fail(self, waiting: Waiting, error: OutsideError | None) -> None:
        told = error.text if error is not None else next(iter(self.unfit), NOT_WRITTEN)
        wait_s = self._retries.wait_s(waiting.attempts + 1, error)
        problem = f"{told.ja[:_LONGEST_PROBLEM]}\n{told.en[:_LONGEST_PROBLEM]}"
        self._outbox.failed(waiting, problem, utc_now(), wait_s)


NOT_WRITTEN = Text("まだ書き込まれていません", "not written yet")


def problem_text(problem: str) -> Text:
    """Return the reason of a waiting message in both languages."""
    ja, _, en = problem.partition("\n")
    return Text(ja, en or ja)


def _named(due: Sequence[Waiting], error: OutsideError) -> list[Waiting]:
    """Return the messages that an error names as wrong, none where that is all of them."""
    if not isinstance(error, RefusedValueError):
        return []
    named = [waiting for place, waiting in enumerate(due) if place in error.refused]
    return named if len(named) < len(due) else []
