"""From records of a stream to the store: parsed, the bad ones quarantined, in one transaction."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from callrisk.domain.contact_events import AnalysisEvent
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens, ContactLensError
from callrisk.integrations.amazon.shards import StreamRecord
from callrisk.store.connect.checkpoints import Checkpoint, FencedError
from callrisk.store.connect.quarantine import Poison, Seal
from callrisk.store.intake import Contacts, Delivery, Taken
from callrisk.store.store_away import StoreAwayError

logger = logging.getLogger(__name__)


class RecordTaker:
    """Stores records; one that is no event is sealed instead, and its neighbours go on."""

    def __init__(
        self, stream: str, contacts: Contacts, seal: Seal, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._stream = stream
        self._contacts = contacts
        self._seal = seal
        self._now = now
        self._lens = ContactLens()
        self._counts: Counter[str] = Counter()

    @property
    def counts(self) -> dict[str, int]:
        """Return the counts of records, turns, quarantined records, and kinds passed over."""
        return dict(self._counts + self._lens.unknown)

    def take(
        self, shard_id: str, records: Sequence[StreamRecord], checkpoint: Checkpoint | None = None
    ) -> Taken:
        """Store records with the checkpoint behind them.

        FencedError and StoreAwayError as `Contacts.take`. A record must never keep those behind it
        from being read, so an error of storing one comes out only where it cannot even be set
        aside: passed over it would be lost.
        """
        events, poison = self._parsed(shard_id, records)
        quarantined = len(poison)
        try:
            taken = self._deliver(events, poison, checkpoint)
        except (FencedError, StoreAwayError):
            raise
        except Exception:
            logger.exception("stream=%s shard=%s: one by one", self._stream, shard_id)
            taken, quarantined = self._one_by_one(shard_id, records, checkpoint)
        self._counts.update(records=len(records), turns=taken.turns, quarantined=quarantined)
        return taken

    def _deliver(
        self, events: Sequence[AnalysisEvent], poison: Sequence[Poison],
        checkpoint: Checkpoint | None,
    ) -> Taken:  # fmt: skip
        delivery = Delivery(events, self._now(), poison=poison, checkpoint=checkpoint)
        return self._contacts.take(delivery)

    def _one_by_one(
        self, shard_id: str, records: Sequence[StreamRecord], checkpoint: Checkpoint | None
    ) -> tuple[Taken, int]:
        """Store what can be stored, quarantine what cannot; return how many were quarantined."""
        turns, began, quarantined = 0, list[str](), 0
        for record in records:
            events, poison = self._parsed(shard_id, [record])
            try:
                taken = self._deliver(events, poison, None)
            except (FencedError, StoreAwayError):
                raise
            except Exception as error:
                logger.exception("record %s of shard %s", record.sequence, shard_id)
                reason = f"cannot be stored: {type(error).__name__}"
                self._deliver([], [self._sealed(shard_id, record, reason)], None)
                quarantined += 1
            else:
                turns, began = turns + taken.turns, [*began, *taken.began]
                quarantined += len(poison)
        self._deliver([], [], checkpoint)
        return Taken(turns, tuple(began)), quarantined

    def _parsed(
        self, shard_id: str, records: Sequence[StreamRecord]
    ) -> tuple[list[AnalysisEvent], list[Poison]]:
        events, poison = [], list[Poison]()
        for record in records:
            try:
                arrival = Arrival(int(record.sequence), record.arrived_at)
                event = self._lens.event_from(record.body, arrival)
            except ContactLensError as error:
                poison.append(self._sealed(shard_id, record, str(error)))
                events += [error.readable] if error.readable is not None else []
            else:
                events += [event] if event is not None else []
        return events, poison

    def _sealed(self, shard_id: str, record: StreamRecord, reason: str) -> Poison:
        position = f"{shard_id}:{record.sequence}"
        logger.warning("quarantined stream=%s position=%s", self._stream, position)
        return self._seal.poison(self._stream, position, reason, record.body)
