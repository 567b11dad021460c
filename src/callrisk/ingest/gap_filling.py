"""Getting back what was missed: gaps asked for anew, records in quarantine tried again."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from callrisk.background.retry_rounds import RetryRounds
from callrisk.domain.time import utc_now
from callrisk.ingest.contact_follower import EVENTS_QUEUE
from callrisk.integrations.amazon.connect_api import ConnectApi
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens, ContactLensError
from callrisk.integrations.amazon.eventbridge import ContactEventError, ContactEvents
from callrisk.store.connect.gaps import Gaps
from callrisk.store.connect.quarantine import Quarantine, QuarantineEntry, Seal
from callrisk.store.intake import Contacts, Delivery, StoreAwayError

logger = logging.getLogger(__name__)

# What was asked for is older than whatever the stream says of the same turn.
_OLDER_THAN_ANY = 0


def fill_gap(contact_id: str, api: ConnectApi, contacts: Contacts) -> int:
    """Ask Contact Lens for all it heard of a contact; how many turns were new to us."""
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
        self, api: ConnectApi, gaps: Gaps, contacts: Contacts,
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._api = api
        self._gaps = gaps
        self._contacts = contacts
        self._now = now
        self._rounds = RetryRounds(now)

    def step(self) -> int:
        """Fill what is open; how many calls. UnansweredError while any of them failed.

        The gap of a call that Contact Lens does not know stays, and is hardly asked for again.
        """
        return self._rounds.run(self._gaps.open(self._now()), self._fill)

    def _fill(self, call_id: str) -> None:
        turns = fill_gap(call_id, self._api, self._contacts)
        logger.info("filled the gap of call=%s with %d turns", call_id, turns)
        self._gaps.filled(call_id, self._now())


def replay_quarantine(
    quarantine: Quarantine, seal: Seal, contacts: Contacts, instance_id: str = ""
) -> tuple[int, int]:
    """Try every record in quarantine again; how many are stored now, and how many stay.

    `instance_id` says whose contact events are ours, as it does for those that come fresh.
    QuarantineError when the secret is not the one that they were sealed with, StoreAwayError when
    the database does not answer; what came before is stored and released.
    """
    events, stored, after = ContactEvents(instance_id), 0, 0
    while page := quarantine.entries(after):
        for kept in page:
            if _take_again(kept, seal.open(kept), contacts, events):
                quarantine.release(kept.quarantine_id)
                stored += 1
        after = page[-1].quarantine_id
    return stored, quarantine.count()


def _take_again(
    kept: QuarantineEntry, record: bytes, contacts: Contacts, events: ContactEvents
) -> bool:
    try:
        if kept.source == EVENTS_QUEUE:
            found = events.event_from(record, kept.at)
            contacts.take(Delivery([found] if found else [], datetime.now(UTC)))
        else:
            arrival = Arrival(int(kept.position.rpartition(":")[2]), kept.at)
            event = ContactLens().event_from(record, arrival)
            contacts.take(Delivery([event] if event else [], datetime.now(UTC)))
    except (ContactLensError, ContactEventError):
        return False
    except StoreAwayError:
        raise
    except Exception:
        # It may be what it was set aside for; those behind it are tried all the same.
        logger.exception("record %d stays in quarantine", kept.quarantine_id)
        return False
    return True
