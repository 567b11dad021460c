"""Writes what came of a call back to where people look: once in effect, whatever fails."""

import logging

from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.results import Result, ResultsApp
from callrisk.live.clock import utc_now
from callrisk.store.crash_points import crash_point
from callrisk.store.outbox import RESULT_LETTER, Outbox, Waiting

logger = logging.getLogger(__name__)

_AT_ONCE = 50


class ResultWriter:
    """Sends the results that wait in the outbox."""

    def __init__(self, app: ResultsApp, outbox: Outbox) -> None:
        self._app = app
        self._outbox = outbox

    def step(self) -> int:
        """Send what is due, the newest of each call, together; how many."""
        due = self._outbox.due(RESULT_LETTER, utc_now(), _AT_ONCE)
        if due:
            self._send(due)
        return len(due)

    def _send(self, due: list[Waiting]) -> None:
        crash_point("before_result_send")
        try:
            self._app.write([Result(**one.letter.payload) for one in due])
        except KintoneError as error:
            if error.permanent and len(due) > 1:
                # One of them is refused, and with it all: each by itself.
                for one in due:
                    self._send([one])
                return
            logger.warning("cannot write the results of %d calls: %s", len(due), error)
            settle = self._outbox.refused if error.permanent else self._outbox.failed
            for one in due:
                settle(one, str(error)[:500], utc_now())
            return
        crash_point("between_result_send_and_mark")
        for one in due:
            self._outbox.sent(one, utc_now())
