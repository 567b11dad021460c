"""The ingest of one stream: its batches are stored with the positions of its shards."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from callrisk.background.crash_points import crash_point
from callrisk.domain.time import utc_now
from callrisk.ingest.record_taker import RecordTaker
from callrisk.integrations.amazon.shards import Batch, Position
from callrisk.store.connect.checkpoints import Checkpoint, Checkpoints
from callrisk.store.connect.source_reports import SourceReports, SourceState

# The name of the source that the reader reports.
STREAM_SOURCE = "stream"
# At the very first start, calls in progress are picked up from this far back.
LOOK_BACK = timedelta(minutes=15)
# Each answer may round the moment of creation in its own way.
_SAME_CREATION = timedelta(seconds=1)


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
        self._created_at: datetime | None = None

    def claim(self) -> None:
        """Become the owner of the stream, and note until when it was read before."""
        self._checkpoints.claim(self._stream, self._owner)
        self._read_until = self._last_read()

    def _last_read(self) -> datetime | None:
        """Return the time of the last report, as the position of a quiet stream does not move."""
        moved = [at for _, at in self._checkpoints.of(self._stream).values()]
        reported = [
            one.at - timedelta(milliseconds=one.behind_ms or 0)
            for one in self._reports.all()
            if one.name == STREAM_SOURCE
        ]
        return max(reported or moved) if moved else None

    def take(self, batch: Batch) -> None:
        """Store a batch with its checkpoint; FencedError when another reader owns the stream."""
        crash_point("after_read")
        last = batch.records[-1].sequence if batch.records else self._sequences.get(batch.shard_id)
        checkpoint = Checkpoint(self._stream, batch.shard_id, self._owner, last, batch.finished)
        self._taker.take(batch.shard_id, batch.records, checkpoint)
        self._sequences[batch.shard_id] = last

    def known(self) -> Mapping[str, Position]:
        """Return the positions of all shards that were ever begun."""
        checkpoints = self._checkpoints.of(self._stream)
        self._sequences = {shard: found.sequence for shard, (found, _) in checkpoints.items()}
        return {
            shard: Position(found.sequence, at, found.finished)
            for shard, (found, at) in checkpoints.items()
        }

    def read_until(self) -> datetime | None:
        """Return until when the stream was read before it was claimed; None if it never was."""
        return self._read_until

    def begin(self, shard_id: str, since: datetime) -> None:
        """Remember that a shard is read from a moment on."""
        checkpoint = Checkpoint(self._stream, shard_id, self._owner, None)
        self._checkpoints.add(checkpoint, since, self._created_at)

    def are_of(self, created_at: datetime) -> bool:
        """Return True if the positions are of the stream created then, or there are none.

        Positions of an earlier version do not say: they are, unless it was created after them.
        """
        self._created_at = created_at
        read = self._checkpoints.read_stream(self._stream)
        if read is None:
            return True
        if read.created_at is None:
            if read.moved_at < created_at:
                return False
            self._checkpoints.bind(self._stream, created_at)
            return True
        return abs(read.created_at - created_at) < _SAME_CREATION

    def renew(self, shard_ids: Sequence[str], since: datetime, created_at: datetime | None) -> None:
        """Put fresh positions in the place of all, for another stream under the same name."""
        self._checkpoints.replace(self._stream, self._owner, shard_ids, since, created_at)
        self._sequences.clear()

    def forget(self, shard_ids: Sequence[str]) -> None:
        """Drop finished shards that the stream has forgotten."""
        self._checkpoints.forget(self._stream, list(shard_ids))

    def report(self, behind_ms: int, problem: str | None) -> None:
        """Report lag and problem of the stream, for the screens."""
        counts = self._taker.counts
        problem = problem or self._taker.problem
        self._reports.report(SourceState(STREAM_SOURCE, self._now(), behind_ms, problem, counts))
