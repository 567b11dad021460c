"""What a stream is made of: shards, the records in them, and where each is read on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One record; `sequence` is its place within the shard."""

    sequence: str
    arrived_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What one read of a shard brought; `finished` when nothing will ever follow."""

    shard_id: str
    records: Sequence[StreamRecord]
    finished: bool


@dataclass(frozen=True, slots=True)
class Position:
    """Where to read on: after a record, or where there is none yet, from a moment."""

    sequence: str | None
    since: datetime
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard of the stream and those it came from."""

    shard_id: str
    parents: tuple[str, ...]


class Positions(Protocol):
    """Where each shard is read on; kept by whoever stores what was read."""

    def known(self) -> Mapping[str, Position]:
        """All shards that were ever begun."""

    def read_until(self) -> datetime | None:
        """Until when the stream was read before this start; None if it never was."""

    def begin(self, shard_id: str, since: datetime) -> None:
        """Remember that a shard is read from a moment on."""

    def forget(self, shard_ids: Sequence[str]) -> None:
        """Drop finished shards that the stream has forgotten."""


def shard_of(found: Mapping[str, Any]) -> Shard:
    """A shard as ListShards tells it."""
    parents = (found.get("ParentShardId"), found.get("AdjacentParentShardId"))
    return Shard(found["ShardId"], tuple(one for one in parents if one))


def batch_of(shard_id: str, found: Mapping[str, Any]) -> Batch:
    """A batch as GetRecords tells it."""
    records = [
        StreamRecord(one["SequenceNumber"], one["ApproximateArrivalTimestamp"], one["Data"])
        for one in found["Records"]
    ]
    return Batch(shard_id, records, finished=not found.get("NextShardIterator"))


def after(position: Position, batch: Batch) -> Position:
    """Where to read on behind a batch."""
    if not batch.records:
        return position
    return Position(batch.records[-1].sequence, position.since)
