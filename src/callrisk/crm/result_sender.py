"""Writes the results of calls to the CRM: each once in effect, whatever fails.

Theory of operation
-------------------
A step writes what was not tried yet in one request, and what was tried before in another. Entries
that the CRM names as wrong are put off alone; where it names none, one is tried alone, and if that
is taken the wrong ones are looked for by halves.

When nothing of a request was taken, there is a pause, ever longer, and after each pause one message
probes whether results are taken again: a reason that concerns all of them, such as a field that
must be filled, costs one request a pause, however many results wait. Messages that were tried
before have a pause of their own, so that a few bad ones hold up no new one.

A CRM may take a result and drop the field that was renamed. So the form is looked at from time to
time while results are written; what was sent since the last look that fitted is sent again, also
after a restart (`settled` in `store.outbox_claims`). A look that is refused for good is told like a
form that does not fit, and comes again after the same pauses as a message that was refused.
"""

import logging
import uuid
from collections.abc import Sequence

from callrisk.background.clock import Clock
from callrisk.background.crash_points import crash_point
from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.crm.directory import DEFAULT_PACE, ResultSink, WritingPace
from callrisk.crm.sending_gate import SendingGate
from callrisk.domain.call_record import CallResult
from callrisk.domain.outside import OutsideError, RefusedValueError
from callrisk.domain.wording import Text
from callrisk.store.sending.outbox import RESULT_MESSAGE, Outbox, Waiting
from callrisk.store.sending.outbox_claims import LEASE, OutboxClaims

logger = logging.getLogger(__name__)

_AT_ONCE = 50
_LONGEST_PROBLEM = 500
# Requests of one step in which wrong entries are looked for that nobody names.
_MOST_PARTS = 12


class ResultSender:
    """Sends the results that wait in the outbox; a refused one waits as well, with its reason.

    `place` is where this server runs: two that share a database have different ones.
    """

    def __init__(
        self, sink: ResultSink, outbox: Outbox, clock: Clock | None = None,
        retries: RetryTimings = RETRIES.result_write, pace: WritingPace = DEFAULT_PACE,
        place: str = "",
    ) -> None:  # fmt: skip
        self._sink = sink
        self._outbox = outbox
        self._place = place
        self._claims = OutboxClaims(outbox.engine, RESULT_MESSAGE, f"{place}{uuid.uuid4().hex}")
        self._clock = clock or Clock()
        self._retries = retries
        self._pace = pace
        self._sent_at = self._checked_at = float("-inf")
        self._new, self._tried = (SendingGate(self._clock, retries) for _ in range(2))
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
        self._claims.hasten(self._clock.now())
        self._new.open()
        self._tried.open()
        self._misfits = 0
        self._sent_at = self._checked_at = float("-inf")

    def step(self) -> int:
        """Send what is due, the newest of each call; return how many were tried."""
        now = self._clock.monotonic()
        is_waiting = self.unfit and not self._is_check_due(now)
        if is_waiting or now - self._sent_at < self._pace.rest_s:
            return 0
        tried = self._send_due(now, self._new)
        if not self.unfit:
            tried += self._send_due(now, self._tried)
        # The form is looked at once more for what was written last, and until it fits.
        is_in_doubt = self._is_unsettled or bool(self.unfit)
        if not tried and is_in_doubt and self._is_check_due(now) and self._new.most(1):
            self._fits([], now, self._new)
        return tried

    def _send_due(self, now: float, gate: SendingGate) -> int:
        most = gate.most(_AT_ONCE)
        is_retry = gate is self._tried
        due = self._claims.claim(self._clock.now(), most, is_retry=is_retry) if most else []
        if due:
            self._sent_at = now
            if self._fits(due, now, gate):
                self._send(due, gate)
        return len(due)

    def _is_check_due(self, now: float) -> bool:
        # A form that does not fit waits for a person: it is looked at ever less often.
        timings = self._retries.permanent or self._retries
        longest_s = max(self._pace.check_s, timings.longest_s)
        wait_s = min(self._pace.check_s * (1 << max(0, min(self._misfits, 20) - 1)), longest_s)
        return now - self._checked_at >= wait_s

    def _fits(self, due: Sequence[Waiting], now: float, gate: SendingGate) -> bool:
        """Return whether the form has all our fields; the CRM is asked from time to time."""
        if self._is_check_due(now):
            sent = self._claims.unsettled()
            try:
                unfit = self._sink.problems()
            except OutsideError as error:
                # Without a call that ends no message waits that would tell the reason.
                self.unfit = [error.text] if error.permanent else self.unfit
                self._put_off(due, error, gate)
                return False
            self._checked_at = now
            self._take_form(unfit, sent)
        for waiting in due if self.unfit else ():
            self._fail(waiting, None)
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
            self._claims.hasten(self._clock.now())

    def _send(self, due: Sequence[Waiting], gate: SendingGate) -> None:
        """Send messages in as few requests as the CRM allows, and keep what became of each."""
        error = self._written(due, gate)
        if error is None:
            return
        named = _named(due, error)
        if named:
            for waiting in named:
                self._fail(waiting, error)
            due = [waiting for waiting in due if waiting not in named]
            error = self._written(due, gate)
        if error is not None and isinstance(error, RefusedValueError) and len(due) > 1:
            self._send_apart(due, gate, error)
        elif error is not None:
            self._put_off(due, error, gate)

    def _send_apart(self, due: Sequence[Waiting], gate: SendingGate, error: OutsideError) -> None:
        """Send one message alone, and the others by halves if that one was taken."""
        alone = self._written(due[:1], gate)
        if alone is not None:
            self._put_off(due, alone, gate)
            return
        parts = [due[1:]]
        for _ in range(_MOST_PARTS):
            part = parts.pop(0) if parts else []
            refused = self._written(part, gate) if part else None
            if refused is not None and len(part) == 1:
                self._fail(part[0], refused)
            elif refused is not None:
                parts += [part[: len(part) // 2], part[len(part) // 2 :]]
        for waiting in (one for part in parts for one in part):
            self._fail(waiting, error)

    def _written(self, due: Sequence[Waiting], gate: SendingGate) -> OutsideError | None:
        """Write messages in one request; return the error if they were not taken."""
        crash_point("before_result_send")
        try:
            self._sink.write([CallResult(**waiting.message.payload) for waiting in due])
        except OutsideError as error:
            self._note_uncertain(due, error)
            return error
        crash_point("between_result_send_and_mark")
        self._arrived(due, gate)
        return None

    def _arrived(self, due: Sequence[Waiting], gate: SendingGate) -> None:
        now, is_mended = self._clock.monotonic(), gate.has_failed
        self._is_unsettled = True
        gate.open()
        if is_mended:
            self._new.open()
            self._tried.open()
            self._claims.hasten(self._clock.now())
        for waiting in due:
            self._outbox.sent(waiting, self._clock.now())
            # The request of an older one that was not answered may arrive behind this one.
            if not waiting.attempts and self._uncertain.pop(waiting.message.call_id, 0.0) > now:
                self._claims.send_once_more(waiting, self._clock.now())

    def _put_off(self, due: Sequence[Waiting], error: OutsideError, gate: SendingGate) -> None:
        """Try none of these before a pause, and then one of them."""
        what = f"write the results of {len(due)} calls" if due else "see whether results are taken"
        logger.warning("cannot %s: %s", what, error)
        if isinstance(error, RefusedValueError) and not gate.has_failed:
            self._checked_at = float("-inf")
        gate.failed(error)
        for waiting in due:
            self._fail(waiting, error)

    def _note_uncertain(self, due: Sequence[Waiting], error: OutsideError) -> None:
        now = self._clock.monotonic()
        self._uncertain = {call: end for call, end in self._uncertain.items() if end > now}
        if not error.permanent:
            end = now + LEASE.total_seconds()
            self._uncertain |= {waiting.message.call_id: end for waiting in due}

    def _fail(self, waiting: Waiting, error: OutsideError | None) -> None:
        told = error.text if error is not None else next(iter(self.unfit), NOT_WRITTEN)
        wait_s = self._retries.wait_s(waiting.attempts + 1, error)
        problem = f"{told.ja[:_LONGEST_PROBLEM]}\n{told.en[:_LONGEST_PROBLEM]}"
        self._outbox.failed(waiting, problem, self._clock.now(), wait_s)


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
