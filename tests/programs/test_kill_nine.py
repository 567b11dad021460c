"""Server and reader die, by themselves or by force: nothing is lost or told twice, calls end."""

from pathlib import Path

import pytest

from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import Ledger, calls, disturbed
from harness.amazon.stream_reading import put
from harness.installation import Installation, lay_out
from harness.small_world import World
from harness.verdict import outcome, until_quiet, violations, without_faults
from harness.waiting import wait_until

# What a process that killed itself at a crash point ends with.
KILLED = 137


@pytest.mark.slow
def test_death_of_server_and_reader_leaves_what_was_said(
    kinesis: KinesisLocal, world: World, tmp_path: Path
) -> None:
    """Both die at a crash point, and later by kill -9, while calls run, and are started again."""
    kinesis.create_stream("killed", 2)
    plain = calls(24, 10, seed=7)
    sent = disturbed(plain, seed=8)
    third = len(sent.records) // 3 + 1
    parts = [Ledger({}, sent.records[place * third : (place + 1) * third]) for place in range(3)]
    house = Installation(lay_out(tmp_path, world.settings.models_dir), kinesis, "killed")
    try:
        house.server.start("before_push")
        house.ingest.start("before_commit:2")
        put(kinesis, "killed", parts[0])
        died = _died(house)
        house.server.start()
        house.ingest.start()
        put(kinesis, "killed", parts[1])
        wait_until(lambda: _segments(house, plain) > 0)
        house.ingest.kill()
        house.server.kill()
        put(kinesis, "killed", parts[2])
        house.start()
        until_quiet(house, list(plain.turns))
        found = outcome(house.database, list(plain.turns))
    finally:
        house.stop()

    assert violations(sent, found, without_faults(plain, world.settings.models_dir)) == []
    assert died == [KILLED, KILLED]


def _died(house: Installation) -> list[int | None]:
    """Wait for both to reach their points; return how they ended."""
    wait_until(house.ingest.is_dead)
    ended = [house.ingest.process.returncode if house.ingest.process else None]
    # It may have died before it stored anything, and then the server has nothing to die of.
    house.ingest.start()
    wait_until(house.server.is_dead)
    house.ingest.kill()
    return [*ended, house.server.process.returncode if house.server.process else None]


def _segments(house: Installation, ledger: Ledger) -> int:
    """Return how many turns are stored."""
    return sum(map(len, outcome(house.database, list(ledger.turns)).turns.values()))
