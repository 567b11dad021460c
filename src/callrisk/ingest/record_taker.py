"""From records of a stream or queue to the store, the bad ones quarantined, in one transaction."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from callrisk.domain.contact_events import Event
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.connect_records import ConnectRecords
from callrisk.integrations.amazon.contact_lens import Arrival
from callrisk.integrations.amazon.passed_over import OF_INSTANCE
from callrisk.integrations.amazon.shards import StreamRecord
from callrisk.store.connect.checkpoints import Checkpoint, FencedError
from callrisk.store.connect.quarantine import Poison, Seal
from callrisk.store.intake import Contacts, Delivery, Taken
from callrisk.store.store_away import StoreAwayError

logger = logging.getLogger(__name__)

# As many events of other instances with none of ours between them are no chance.
_MANY_OF_OTHERS = 50


class RecordTaker:
    """Stores records; one that is no event is sealed instead, and its neighbours go on."""

    def __init__(
        self, stream: str, contacts: Contacts, seal: Seal, instance_id: str = "",
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._stream = stream
        self._contacts = contacts
        self._seal = seal
        self._now = now
        self._reader = ConnectRecords(instance_id)
        self._counts: Counter[str] = Counter()
        self._logged: set[str] = set()

    @property
    def counts(self) -> dict[str, int]:
        """Return the counts of records, turns, quarantined records, and kinds passed over."""
        return dict(self._counts + self._reader.unknown)

    @property
    def problem(self) -> str | None:
        """Return what is wrong while nothing but other instances' events came, else None."""
        unknown = self._reader.unknown
        others = [name for name in unknown if name.startswith(OF_INSTANCE)]
        if self._counts["events"] or sum(unknown[name] for name in others) < _MANY_OF_OTHERS:
            return None
        return f"only events of another {others[0]}: check CONNECT_INSTANCE_ID"

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
        self, events: Sequence[Event], poison: Sequence[Poison],
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
    ) -> tuple[list[Event], list[Poison]]:
        events, poison = list[Event](), list[Poison]()
        for record in records:
            arrival = Arrival(int(record.sequence), record.arrived_at)
            inside = self._reader.read(record.body, arrival)
            events += inside.events
            if inside.unreadable is not None:
                poison.append(self._sealed(shard_id, record, inside.unreadable))
        self._counts["events"] += len(events)
        self._log_new_kinds()
        return events, poison

    def _log_new_kinds(self) -> None:
        """Log each kind that is passed over once, or a wrong instance id would go unnoticed."""
        for kind in self._reader.unknown.keys() - self._logged:
            logger.warning("%s: passing over %s", self._stream, kind)
            self._logged.add(kind)

    def _sealed(self, shard_id: str, record: StreamRecord, reason: str) -> Poison:
        position = record.position(shard_id)
        logger.warning("quarantined stream=%s position=%s", self._stream, position)
        return self._seal.poison(self._stream, position, reason, record.body)
