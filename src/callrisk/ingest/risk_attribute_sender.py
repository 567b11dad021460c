"""Writes the risk category to an attribute of the contact, where agents see it in Connect."""

import logging

from callrisk.background.crash_points import crash_point
from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.connect_api import ConnectApi, ConnectError
from callrisk.store.sending.outbox import RISK_MESSAGE, Outbox, Waiting

logger = logging.getLogger(__name__)

_LONGEST_PROBLEM = 500


class UnwrittenError(OutsideError):
    """A risk category was not written to its contact yet; it is sent again later."""


class RiskAttributeSender:
    """Writes the risk category to contact attributes, so that agents see it in Connect itself."""

    def __init__(
        self, api: ConnectApi, outbox: Outbox, attribute: str,
        retries: RetryTimings = RETRIES.category_write,
    ) -> None:  # fmt: skip
        self._retries = retries
        self._api = api
        self._outbox = outbox
        self._attribute = attribute

    def step(self) -> int:
        """Send what is due; return how many. UnwrittenError while one that failed waits."""
        due = self._outbox.due(RISK_MESSAGE, utc_now())
        for waiting in due:
            self._send(waiting)
        # Also between the attempts: a missing permission must stay on the screens.
        left, problem = self._outbox.pending(RISK_MESSAGE)
        if problem is not None:
            raise UnwrittenError(f"{left} risk categories wait: {problem}")
        return len(due)

    def _send(self, waiting: Waiting) -> None:
        payload = waiting.message.payload
        if self._outbox.is_overtaken(waiting, "contact_id"):
            self._outbox.refused(waiting, "a later call of the conversation is told", utc_now())
            return
        crash_point("before_send")
        try:
            self._api.write_attributes(
                payload["contact_id"], {self._attribute: payload["risk_category"]}
            )
        except ConnectError as error:
            call = waiting.message.call_id
            logger.warning("cannot write the category of call=%s: %s", call, error)
            problem = str(error)[:_LONGEST_PROBLEM]
            if error.permanent:
                self._outbox.refused(waiting, problem, utc_now())
            else:
                wait_s = self._retries.wait_s(waiting.attempts + 1, error)
                self._outbox.failed(waiting, problem, utc_now(), wait_s)
            return
        crash_point("between_send_and_mark")
        self._outbox.sent(waiting, utc_now())
