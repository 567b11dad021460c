"""Checkpoints: the numbers of a shard as text of one length, and the one reader of a stream."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from callrisk.store.connect import connect_tables
from callrisk.store.connect.checkpoints import (
    Checkpoint,
    Checkpoints,
    FencedError,
    ReadStream,
    advance,
)
from callrisk.store.database import open_database
from callrisk.store.tables import SEQUENCE_DIGITS
from callrisk.store.transaction import writing
from harness.key_rings import KEYS

NOW = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
MINE = Checkpoint("s", "shard-1", "me", "49")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database without checkpoints."""
    found = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    yield found
    found.dispose()


@pytest.fixture
def checkpoints(engine: Engine) -> Checkpoints:
    """Its checkpoints."""
    return Checkpoints(engine)


def move(engine: Engine, checkpoint: Checkpoint, at: datetime = LATER) -> None:
    """Move a checkpoint in a transaction of its own."""
    with writing(engine) as connection:
        advance(connection, checkpoint, at)


def test_a_number_is_kept_padded_and_read_as_it_is(
    engine: Engine, checkpoints: Checkpoints
) -> None:
    """So that the database orders numbers of any length; one without a number has none."""
    checkpoints.add(MINE, NOW)
    checkpoints.add(replace(MINE, shard_id="shard-2", sequence=None), NOW)
    with engine.connect() as connection:
        kept = list(connection.execute(select(connect_tables.checkpoints.c.sequence)).scalars())
    found = {shard: one.sequence for shard, (one, _) in checkpoints.of("s").items()}

    assert sorted(kept, key=str) == ["49".zfill(SEQUENCE_DIGITS), None]
    assert found == {"shard-1": "49", "shard-2": None}


def test_a_checkpoint_is_added_once_and_moved(engine: Engine, checkpoints: Checkpoints) -> None:
    """Adding it again changes nothing; moving it changes it and when, and no other one."""
    checkpoints.add(MINE, NOW)
    checkpoints.add(replace(MINE, shard_id="shard-2"), NOW)
    checkpoints.add(replace(MINE, sequence="7"), LATER)
    assert checkpoints.of("s")["shard-1"] == (MINE, NOW)
    moved = replace(MINE, sequence="50", finished=True)
    move(engine, moved)

    assert checkpoints.of("s")["shard-1"] == (moved, LATER)
    assert checkpoints.of("s")["shard-2"] == (replace(MINE, shard_id="shard-2"), NOW)
    assert checkpoints.of("another") == {}


@pytest.mark.parametrize(
    "other", [{"owner": "you"}, {"shard_id": "shard-2"}, {"stream": "another"}]
)
def test_only_a_checkpoint_of_its_own_is_moved(
    other: dict[str, str], engine: Engine, checkpoints: Checkpoints
) -> None:
    """FencedError, and nothing has changed."""
    checkpoints.add(MINE, NOW)
    with pytest.raises(FencedError):
        move(engine, replace(MINE, sequence="50", **other))

    assert checkpoints.of("s") == {"shard-1": (MINE, NOW)}


def test_who_claims_a_stream_is_its_only_reader(engine: Engine, checkpoints: Checkpoints) -> None:
    """The one before neither moves, adds nor replaces; other streams stay whose they are."""
    checkpoints.add(MINE, NOW)
    checkpoints.add(replace(MINE, stream="another"), NOW)
    checkpoints.claim("s", "you")
    for refused in (
        lambda: move(engine, MINE),
        lambda: checkpoints.add(replace(MINE, shard_id="shard-2"), NOW),
        lambda: checkpoints.replace("s", "me", ["shard-2"], NOW, None),
    ):
        with pytest.raises(FencedError):
            refused()
    move(engine, replace(MINE, stream="another"))
    move(engine, replace(MINE, owner="you", sequence="50"))

    assert {one.owner for one, _ in checkpoints.of("s").values()} == {"you"}


def test_fresh_checkpoints_take_the_place_of_all(checkpoints: Checkpoints) -> None:
    """Without a number, not finished; of another stream all stay, and none may come."""
    checkpoints.add(MINE, NOW)
    checkpoints.add(replace(MINE, stream="another"), NOW)
    checkpoints.replace("s", "me", ["shard-8", "shard-9"], LATER, NOW)
    found = checkpoints.of("s")

    assert found == {
        shard: (Checkpoint("s", shard, "me", None), LATER) for shard in ("shard-8", "shard-9")
    }
    assert checkpoints.read_stream("s") == ReadStream(NOW, LATER)
    assert list(checkpoints.of("another")) == ["shard-1"]
    checkpoints.replace("s", "me", [], LATER, NOW)
    assert checkpoints.of("s") == {}


def test_a_stream_is_known_by_its_creation(checkpoints: Checkpoints) -> None:
    """None where nothing is read; unknown until it is bound; its last move is the latest one."""
    assert checkpoints.read_stream("s") is None
    checkpoints.add(MINE, LATER)
    checkpoints.add(replace(MINE, shard_id="shard-2"), NOW)
    checkpoints.add(replace(MINE, stream="another"), NOW + timedelta(hours=1))
    assert checkpoints.read_stream("s") == ReadStream(None, LATER)
    checkpoints.bind("s", NOW)
    checkpoints.bind("s", LATER)

    assert checkpoints.read_stream("s") == ReadStream(LATER, LATER)
    assert checkpoints.read_stream("another") == ReadStream(None, NOW + timedelta(hours=1))


def test_only_finished_shards_of_the_stream_are_forgotten(
    engine: Engine, checkpoints: Checkpoints
) -> None:
    """Those that were named."""
    for number in range(4):
        checkpoints.add(replace(MINE, shard_id=f"shard-{number}"), NOW)
        if number:
            move(engine, replace(MINE, shard_id=f"shard-{number}", finished=True))
    checkpoints.add(replace(MINE, stream="another", finished=True), NOW)
    checkpoints.forget("s", ["shard-0", "shard-1", "shard-2"])

    assert sorted(checkpoints.of("s")) == ["shard-0", "shard-3"]
    assert sorted(checkpoints.of("another")) == ["shard-1"]
