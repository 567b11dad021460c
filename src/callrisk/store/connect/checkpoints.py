"""The checkpoints of streams: up to where each shard is stored, and which reader owns it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from callrisk.store.connect import connect_tables
from callrisk.store.tables import SEQUENCE_DIGITS
from callrisk.store.transaction import insert_into, writing


class FencedError(RuntimeError):
    """Another process reads the stream by now; this one must stop."""

    fatal = True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The position of a shard: all up to `sequence` is stored; `finished` at the shard's end."""

    stream: str
    shard_id: str
    owner: str
    sequence: str | None
    finished: bool = False


@dataclass(frozen=True, slots=True)
class ReadStream:
    """The stream that checkpoints are of: its creation, None where unknown, and the last move."""

    created_at: datetime | None
    moved_at: datetime


class Checkpoints:
    """Reads and writes the checkpoints of streams."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, stream: str, owner: str) -> None:
        """Make `owner` the only reader of a stream; the one before is refused from now on."""
        with writing(self._engine) as connection:
            of_stream = connect_tables.checkpoints.c.stream == stream
            connection.execute(
                update(connect_tables.checkpoints).where(of_stream).values(owner=owner)
            )

    def of(self, stream: str) -> dict[str, tuple[Checkpoint, datetime]]:
        """Return the checkpoints of a stream by shard, each with the moment it was moved."""
        c = connect_tables.checkpoints.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(connect_tables.checkpoints).where(c.stream == stream))
            return {
                row.shard_id: (
                    Checkpoint(
                        stream, row.shard_id, row.owner, _number(row.sequence), row.finished
                    ),
                    row.updated_at,
                )
                for row in rows
            }

    def read_stream(self, stream: str) -> ReadStream | None:
        """Return which stream the checkpoints are of; None where there are none."""
        c = connect_tables.checkpoints.c
        statement = select(func.max(c.stream_created_at), func.max(c.updated_at))
        with self._engine.connect() as connection:
            created_at, moved_at = connection.execute(statement.where(c.stream == stream)).one()
        return None if moved_at is None else ReadStream(created_at, moved_at)

    def bind(self, stream: str, created_at: datetime) -> None:
        """Store when the stream was created that the checkpoints are of."""
        c = connect_tables.checkpoints.c
        with writing(self._engine) as connection:
            of_stream = (c.stream == stream) & c.stream_created_at.is_distinct_from(created_at)
            changed = {"stream_created_at": created_at}
            connection.execute(update(connect_tables.checkpoints).where(of_stream).values(changed))

    def add(self, checkpoint: Checkpoint, at: datetime, created_at: datetime | None = None) -> None:
        """Add the checkpoint of a shard; nothing changes if it exists.

        FencedError when another reader owns the stream by now: a shard under the name of the one
        before would stop both.
        """
        with writing(self._engine) as connection:
            _refuse_others(connection, checkpoint.stream, checkpoint.owner)
            values = _padded(checkpoint) | {"updated_at": at, "stream_created_at": created_at}
            statement = insert_into(connection, connect_tables.checkpoints).values(values)
            connection.execute(statement.on_conflict_do_nothing())

    def replace(
        self, stream: str, owner: str, shard_ids: Sequence[str], since: datetime,
        created_at: datetime | None,
    ) -> None:  # fmt: skip
        """Put fresh checkpoints in the place of all those of a stream; FencedError as `add`."""
        rows = [
            _padded(Checkpoint(stream, shard_id, owner, None))
            | {"updated_at": since, "stream_created_at": created_at}
            for shard_id in shard_ids
        ]
        with writing(self._engine) as connection:
            _refuse_others(connection, stream, owner)
            of_stream = connect_tables.checkpoints.c.stream == stream
            connection.execute(delete(connect_tables.checkpoints).where(of_stream))
            if rows:
                connection.execute(insert(connect_tables.checkpoints), rows)

    def forget(self, stream: str, shard_ids: list[str]) -> None:
        """Delete the checkpoints of finished shards that the stream has dropped."""
        c = connect_tables.checkpoints.c
        with writing(self._engine) as connection:
            gone = (c.stream == stream) & c.shard_id.in_(shard_ids) & c.finished
            connection.execute(delete(connect_tables.checkpoints).where(gone))


def advance(connection: Connection, checkpoint: Checkpoint, at: datetime) -> None:
    """Move a checkpoint within the transaction of its effects; FencedError if it is another's."""
    c = connect_tables.checkpoints.c
    own = (
        (c.stream == checkpoint.stream)
        & (c.shard_id == checkpoint.shard_id)
        & (c.owner == checkpoint.owner)
    )
    values = _padded(checkpoint) | {"updated_at": at}
    if not connection.execute(
        update(connect_tables.checkpoints).where(own).values(values)
    ).rowcount:
        raise FencedError(f"another process reads {checkpoint.stream} by now")


def _refuse_others(connection: Connection, stream: str, owner: str) -> None:
    c = connect_tables.checkpoints.c
    others = (c.stream == stream) & (c.owner != owner)
    if connection.execute(select(c.shard_id).where(others).limit(1)).first() is not None:
        raise FencedError(f"another process reads {stream} by now")


def _padded(checkpoint: Checkpoint) -> dict[str, object]:
    values = asdict(checkpoint)
    if checkpoint.sequence is not None:
        values["sequence"] = checkpoint.sequence.zfill(SEQUENCE_DIGITS)
    return values


def _number(padded: str | None) -> str | None:
    return None if padded is None else str(int(padded))
