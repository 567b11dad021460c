"""Takes records in quarantine in again, after a version that can read them."""

import logging
from datetime import UTC, datetime

from callrisk.ingest.contact_follower import EVENTS_QUEUE
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens, ContactLensError
from callrisk.integrations.amazon.eventbridge import ContactEventError, ContactEvents
from callrisk.store.connect.quarantine import Quarantine, QuarantineEntry, Seal
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.store_away import StoreAwayError

logger = logging.getLogger(__name__)


def replay_quarantine(
    quarantine: Quarantine, seal: Seal, contacts: Contacts, instance_id: str = ""
) -> tuple[int, int]:
    """Try every record in quarantine again; return how many are stored now, and how many stay.

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
            contact_event = events.event_from(record, kept.at)
            contacts.take(Delivery([contact_event] if contact_event else [], datetime.now(UTC)))
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
