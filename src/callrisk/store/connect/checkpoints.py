"""How far streams are read, by whom, and how the sources of calls are."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select, update

from callrisk.store import tables
from callrisk.store.tables import SEQUENCE_DIGITS
from callrisk.store.transaction import insert_into, writing


class FencedError(RuntimeError):
    """Another process reads the stream by now; this one must stop."""

    fatal = True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything of a shard up to `sequence` is stored; `finished` when the shard is at its end."""

    stream: str
    shard_id: str
    owner: str
    sequence: str | None
    finished: bool = False


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source of calls is: when it last reported, how far it lags, what is wrong."""

    name: str
    at: datetime
    behind_ms: int | None
    problem: str | None
    counts: Mapping[str, int]


class Checkpoints:
    """Where the reader of a stream left off."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, stream: str, owner: str) -> None:
        """Become the one reader of a stream; whoever read it before is refused from now on."""
        with writing(self._engine) as connection:
            of_stream = tables.checkpoints.c.stream == stream
            connection.execute(update(tables.checkpoints).where(of_stream).values(owner=owner))

    def of(self, stream: str) -> dict[str, tuple[Checkpoint, datetime]]:
        """The checkpoints of a stream by shard, each with the moment it was moved."""
        c = tables.checkpoints.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.checkpoints).where(c.stream == stream))
            return {
                row.shard_id: (
                    Checkpoint(
                        stream, row.shard_id, row.owner, _number(row.sequence), row.finished
                    ),
                    row.updated_at,
                )
                for row in rows
            }

    def add(self, checkpoint: Checkpoint, at: datetime) -> None:
        """Begin with a shard; nothing happens if it is known.

        FencedError when another reader owns the stream by now: a shard under the name of the one
        before would stop both.
        """
        c = tables.checkpoints.c
        others = (c.stream == checkpoint.stream) & (c.owner != checkpoint.owner)
        with writing(self._engine) as connection:
            if connection.execute(select(c.shard_id).where(others).limit(1)).first() is not None:
                raise FencedError(f"another process reads {checkpoint.stream} by now")
            values = _padded(checkpoint) | {"updated_at": at}
            statement = insert_into(connection, tables.checkpoints).values(values)
            connection.execute(statement.on_conflict_do_nothing())

    def forget(self, stream: str, shard_ids: list[str]) -> None:
        """Drop finished shards that the stream does not know any more."""
        c = tables.checkpoints.c
        with writing(self._engine) as connection:
            gone = (c.stream == stream) & c.shard_id.in_(shard_ids) & c.finished
            connection.execute(delete(tables.checkpoints).where(gone))

    def report(self, state: SourceState) -> None:
        """Say how a source is."""
        with writing(self._engine) as connection:
            values = asdict(state)
            statement = insert_into(connection, tables.sources).values(values)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_=values)
            )

    def forget_source(self, name: str) -> None:
        """Drop what a source reported that nobody runs here any more."""
        with writing(self._engine) as connection:
            connection.execute(delete(tables.sources).where(tables.sources.c.name == name))

    def sources(self) -> list[SourceState]:
        """How all sources are, as they last said themselves."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.sources).order_by(tables.sources.c.name))
            return [SourceState(*row) for row in rows]


def advance(connection: Connection, checkpoint: Checkpoint, at: datetime) -> None:
    """Move a checkpoint within the transaction of its effects; FencedError if it is another's."""
    c = tables.checkpoints.c
    own = (
        (c.stream == checkpoint.stream)
        & (c.shard_id == checkpoint.shard_id)
        & (c.owner == checkpoint.owner)
    )
    values = _padded(checkpoint) | {"updated_at": at}
    if not connection.execute(update(tables.checkpoints).where(own).values(values)).rowcount:
        raise FencedError(f"another process reads {checkpoint.stream} by now")


def _padded(checkpoint: Checkpoint) -> dict[str, object]:
    values = asdict(checkpoint)
    if checkpoint.sequence is not None:
        values["sequence"] = checkpoint.sequence.zfill(SEQUENCE_DIGITS)
    return values


def _number(padded: str | None) -> str | None:
    return None if padded is None else str(int(padded))
