"""Takes records in quarantine in again, after a version that can read them."""

import logging
from datetime import UTC, datetime

from callrisk.integrations.amazon.connect_records import ConnectRecords
from callrisk.integrations.amazon.contact_lens import Arrival
from callrisk.store.connect.quarantine import Quarantine, QuarantineEntry, Seal
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.store_away import StoreAwayError

logger = logging.getLogger(__name__)


def replay_quarantine(
    quarantine: Quarantine, seal: Seal, contacts: Contacts, instance_id: str = ""
) -> tuple[int, int]:
    """Try every record in quarantine again; return how many are stored now, and how many stay.

    `instance_id` says whose events are ours, as it does for those that come fresh.
    QuarantineError when the secret is not the one that they were sealed with, StoreAwayError when
    the database does not answer; what came before is stored and released.
    """
    reader, stored, after = ConnectRecords(instance_id), 0, 0
    while page := quarantine.entries(after):
        for kept in page:
            if _take_again(kept, seal.open(kept), contacts, reader):
                quarantine.release(kept.quarantine_id)
                stored += 1
        after = page[-1].quarantine_id
    return stored, quarantine.count()


def _take_again(
    kept: QuarantineEntry, record: bytes, contacts: Contacts, reader: ConnectRecords
) -> bool:
    place = kept.position.rpartition(":")[2]
    sequence = int(place) if place.isdecimal() else int(kept.at.timestamp() * 1000)
    inside = reader.read(record, Arrival(sequence, kept.at))
    try:
        contacts.take(Delivery(inside.events, datetime.now(UTC)))
    except StoreAwayError:
        raise
    except Exception:
        # It may be what it was set aside for; those behind it are tried all the same.
        logger.exception("record %d stays in quarantine", kept.quarantine_id)
        return False
    return inside.unreadable is None
