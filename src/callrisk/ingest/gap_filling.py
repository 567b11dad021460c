"""Fills gaps: the segments of a contact that were missed are asked for anew."""

import logging

from callrisk.background.clock import Clock
from callrisk.background.retry_rounds import RetryRounds
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.connect_api import ConnectApi
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.store.connect.gaps import Gaps
from callrisk.store.intake import Contacts, Delivery

logger = logging.getLogger(__name__)

# The sequence of a segment that was asked for: older than any that the stream has of it.
_OLDER_THAN_ANY = 0


def fill_gap(contact_id: str, api: ConnectApi, contacts: Contacts) -> int:
    """Ask Contact Lens for all segments of a contact; return how many were new to us."""
    lens, turns = ContactLens(), 0
    for page in api.segments(contact_id):
        arrival = Arrival(_OLDER_THAN_ANY, utc_now())
        event = lens.segments_of(contact_id, page, arrival)
        turns += contacts.take(Delivery([event], utc_now())).turns
    for kind, times in lens.unknown.items():
        logger.warning("call=%s: passing over %d of %s", contact_id, times, kind)
    return turns


class GapFiller:
    """Fills gaps one call after the other, within the one request a second that AWS allows."""

    def __init__(
        self, api: ConnectApi, gaps: Gaps, contacts: Contacts, clock: Clock | None = None
    ) -> None:
        self._api = api
        self._gaps = gaps
        self._contacts = contacts
        clock = clock or Clock()
        self._now = clock.now
        self._rounds = RetryRounds(clock.monotonic)

    def step(self) -> int:
        """Fill what is open; return how many calls. UnansweredError while any of them failed.

        The gap of a call that Contact Lens does not know stays, and is hardly asked for again.
        """
        return self._rounds.run(self._gaps.open(self._now()), self._fill)

    def _fill(self, call_id: str) -> None:
        turns = fill_gap(call_id, self._api, self._contacts)
        logger.info("filled the gap of call=%s with %d turns", call_id, turns)
        self._gaps.filled(call_id, self._now())
