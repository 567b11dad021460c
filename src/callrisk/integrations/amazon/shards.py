"""The parts of a stream: shards, their records, and the position of each reader."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One record; `sequence` is its place within the shard.

    `record_id` is the id of one that comes from elsewhere, where sequences are not unique.
    """

    sequence: str
    arrived_at: datetime
    body: bytes
    record_id: str | None = None

    def position(self, shard_id: str) -> str:
        """Return where the record came from, which is known again when it comes again."""
        return self.record_id or f"{shard_id}:{self.sequence}"


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one read of a shard; `finished` when nothing will ever follow."""

    shard_id: str
    records: Sequence[StreamRecord]
    finished: bool


@dataclass(frozen=True, slots=True)
class Position:
    """The position to read on from: after a record, or where there is none yet, from a moment."""

    sequence: str | None
    since: datetime
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard of the stream and those it came from; an open one takes in records."""

    shard_id: str
    parents: tuple[str, ...]
    is_open: bool = True


class Positions(Protocol):
    """The position of each shard; kept by whoever stores the records."""

    def known(self) -> Mapping[str, Position]:
        """Return the positions of all shards that were ever begun."""

    def read_until(self) -> datetime | None:
        """Return until when the stream was read before this start; None if it never was."""

    def begin(self, shard_id: str, since: datetime) -> None:
        """Remember that a shard is read from a moment on."""

    def are_of(self, created_at: datetime) -> bool:
        """Return True if the positions are of the stream created then, or there are none."""

    def renew(self, shard_ids: Sequence[str], since: datetime, created_at: datetime | None) -> None:
        """Put fresh positions in the place of all, for another stream under the same name."""

    def forget(self, shard_ids: Sequence[str]) -> None:
        """Drop finished shards that the stream has forgotten."""


def shard_of(listed: Mapping[str, Any]) -> Shard:
    """Return a shard of an answer of ListShards."""
    parents = (listed.get("ParentShardId"), listed.get("AdjacentParentShardId"))
    is_open = not listed.get("SequenceNumberRange", {}).get("EndingSequenceNumber")
    return Shard(listed["ShardId"], tuple(parent for parent in parents if parent), is_open)


def idle_shards(shards: Sequence[Shard], readers: Collection[str]) -> list[str]:
    """Return the open shards that nobody reads: neither them nor a shard that they came from.

    A stream always has an open shard, so that something can always be read.
    """
    parents = {shard.shard_id: shard.parents for shard in shards}

    def is_read(shard_id: str) -> bool:
        return shard_id in readers or any(map(is_read, parents.get(shard_id, ())))

    return [shard.shard_id for shard in shards if shard.is_open and not is_read(shard.shard_id)]


def foreign_shards(shards: Sequence[Shard], positions: Mapping[str, Position]) -> frozenset[str]:
    """Return the shards that speak for another stream under the name of the one that was read.

    They are open although they were read to their end, or gone although they were not; and where
    none is left that was ever begun, all are.
    """
    listed = {shard.shard_id: shard for shard in shards}
    if not listed or not positions:
        return frozenset()
    if not listed.keys() & positions.keys():
        return frozenset(positions)
    return frozenset(
        shard_id
        for shard_id, position in positions.items()
        if (position.finished and shard_id in listed and listed[shard_id].is_open)
        or (not position.finished and shard_id not in listed)
    )


def batch_of(shard_id: str, answer: Mapping[str, Any]) -> Batch:
    """Return a batch of an answer of GetRecords."""
    records = [
        StreamRecord(row["SequenceNumber"], row["ApproximateArrivalTimestamp"], row["Data"])
        for row in answer["Records"]
    ]
    return Batch(shard_id, records, finished=not answer.get("NextShardIterator"))


def after(position: Position, batch: Batch) -> Position:
    """Return the position behind a batch."""
    if not batch.records:
        return position
    return Position(batch.records[-1].sequence, position.since)
