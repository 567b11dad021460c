"""From a stream's records to the store: parsed, the bad ones set aside, all in one transaction."""

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from callrisk.background.crash_points import crash_point
from callrisk.background.loop import Loop
from callrisk.domain.contact_events import AnalysisEvent
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens, ContactLensError
from callrisk.integrations.amazon.shards import Batch, Position, StreamRecord
from callrisk.store.connect.checkpoints import Checkpoint, Checkpoints, FencedError
from callrisk.store.connect.quarantine import Poison, Quarantine, Seal
from callrisk.store.connect.source_reports import SourceReports, SourceState
from callrisk.store.intake import Contacts, Delivery, StoreAwayError, Taken
from callrisk.store.retention import Retention

logger = logging.getLogger(__name__)

_TIDY_EVERY_S = 60
# What the reader reports under, and what runs beside it.
_SOURCE, _BESIDE = "stream", "connect"
# At the very first start, calls in progress are picked up from this far back.
LOOK_BACK = timedelta(minutes=15)


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
        """Records, turns and quarantined records so far, and what was passed over by kind."""
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
        """Store what can be stored, and set aside what cannot; how many records that were."""
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


class StreamIngest:
    """Takes the batches of one stream; keeps the positions of its shards."""

    def __init__(
        self, stream: str, taker: RecordTaker, checkpoints: Checkpoints, reports: SourceReports,
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._stream = stream
        self._taker = taker
        self._checkpoints = checkpoints
        self._reports = reports
        self._now = now
        self._owner = uuid.uuid4().hex
        self._sequences: dict[str, str | None] = {}
        self._read_until: datetime | None = None

    def claim(self) -> None:
        """Become the one who reads the stream, and see until when it was read before."""
        self._checkpoints.claim(self._stream, self._owner)
        self._read_until = self._last_read()

    def _last_read(self) -> datetime | None:
        """By the last report, because the position of a quiet stream does not move."""
        moved = [at for _, at in self._checkpoints.of(self._stream).values()]
        reported = [
            one.at - timedelta(milliseconds=one.behind_ms or 0)
            for one in self._reports.all()
            if one.name == _SOURCE
        ]
        return max(reported or moved) if moved else None

    def take(self, batch: Batch) -> None:
        """Store a batch with its checkpoint; FencedError when somebody else reads by now."""
        crash_point("after_read")
        last = batch.records[-1].sequence if batch.records else self._sequences.get(batch.shard_id)
        checkpoint = Checkpoint(self._stream, batch.shard_id, self._owner, last, batch.finished)
        self._taker.take(batch.shard_id, batch.records, checkpoint)
        self._sequences[batch.shard_id] = last

    def known(self) -> Mapping[str, Position]:
        """Where the shards are read on."""
        found = self._checkpoints.of(self._stream)
        self._sequences = {one: checkpoint.sequence for one, (checkpoint, _) in found.items()}
        return {
            one: Position(checkpoint.sequence, at, checkpoint.finished)
            for one, (checkpoint, at) in found.items()
        }

    def read_until(self) -> datetime | None:
        """Until when the stream was read before it was claimed; None if it never was."""
        return self._read_until

    def begin(self, shard_id: str, since: datetime) -> None:
        """Remember that a shard is read from a moment on."""
        self._checkpoints.add(Checkpoint(self._stream, shard_id, self._owner, None), since)

    def forget(self, shard_ids: Sequence[str]) -> None:
        """Drop finished shards that the stream has forgotten."""
        self._checkpoints.forget(self._stream, list(shard_ids))

    def report(self, behind_ms: int, problem: str | None) -> None:
        """Say how the stream is, for the screens."""
        counts = self._taker.counts
        self._reports.report(SourceState(_SOURCE, self._now(), behind_ms, problem, counts))


class Housekeeping:
    """What is done beside taking calls in, with or without a stream: say how it is, tidy up."""

    def __init__(
        self, reports: SourceReports, quarantine: Quarantine, tidying: Retention,
        loops: Sequence[Loop], report_stream: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self._reports = reports
        self._quarantine = quarantine
        self._tidying = tidying
        self._loops = loops
        self._report_stream = report_stream
        self._seconds = 0
        self._loop = Loop("chores", self.step, 1.0)

    def start(self) -> None:
        """Begin."""
        # What another way of running reported once would look like a reader that fell silent.
        if self._report_stream is None:
            self._reports.forget(_SOURCE)
        if not self._loops:
            self._reports.forget(_BESIDE)
        self._loop.start()

    def stop(self) -> None:
        """End after the step at hand."""
        self._loop.stop()

    def step(self) -> int:
        """Report how everything is; tidy up once a minute."""
        if self._report_stream is not None:
            self._report_stream()
        if self._loops:
            self._report_beside()
        if self._seconds % _TIDY_EVERY_S == 0:
            self._quarantine.expire(utc_now())
            self._tidying.delete_provisional(utc_now())
        self._seconds += 1
        return 0

    def _report_beside(self) -> None:
        problem = next((f"{one.name}: {one.problem}" for one in self._loops if one.problem), None)
        self._reports.report(SourceState(_BESIDE, utc_now(), None, problem, {}))
