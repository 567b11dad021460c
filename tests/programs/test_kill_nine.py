"""Whatever dies, and wherever: nothing is lost, nothing happens twice, every call ends."""

import time
from pathlib import Path

import pytest

from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import Ledger, calls, disturbed
from harness.amazon.stream_reading import put
from harness.installation import Installation, Program, lay_out
from harness.small_world import World
from harness.verdict import outcome, until_quiet, violations, without_faults

INGEST_POINTS = ("after_read", "before_commit", "after_commit")
# What a process that killed itself at a crash point ends with.
KILLED = 137
SERVER_POINTS = ("before_assessed_commit", "after_assessed_commit", "before_push")


@pytest.mark.slow
def test_death_at_every_named_point_leaves_what_was_said(
    kinesis: KinesisLocal, world: World, tmp_path: Path
) -> None:
    """Server and reader die at each point in turn while calls run, and are started again."""
    kinesis.create_stream("killed", 2)
    plain = calls(24, 10, seed=7)
    sent = disturbed(plain, seed=8)
    house = Installation(lay_out(tmp_path, world.settings.models_dir), kinesis, "killed")
    house.start()
    died: list[int | None] = []
    try:
        rounds = max(len(INGEST_POINTS), len(SERVER_POINTS)) + 1
        size = len(sent.records) // rounds + 1
        for number in range(rounds):
            part = sent.records[number * size : (number + 1) * size]
            _arm_next(house, number)
            put(kinesis, "killed", Ledger({}, part))
            died += _until_dead(house, number)
        house.ingest.revive()
        house.server.revive()
        until_quiet(house, list(plain.turns))
        found = outcome(house.database, list(plain.turns))
    finally:
        house.stop()

    assert violations(sent, found, without_faults(plain, world.settings.models_dir)) == []
    assert died == [KILLED] * (len(INGEST_POINTS) + len(SERVER_POINTS))


def _arm_next(house: Installation, number: int) -> None:
    """Start both anew, each to die at its next point."""
    armed = ((house.ingest, INGEST_POINTS, 2), (house.server, SERVER_POINTS, 1))
    for program, points, passes in armed:
        crash = f"{points[number]}:{passes}" if number < len(points) else ""
        if not program.is_dead():
            program.kill()
        program.revive(crash)


def _until_dead(house: Installation, number: int) -> list[int | None]:
    """Wait for both to reach their points; how they ended."""
    if number >= len(INGEST_POINTS):
        return []
    reader = _ended(house.ingest)
    # It may have died before it stored anything, and then the server has nothing to die of.
    house.ingest.revive()
    return [reader, _ended(house.server)]


def _ended(program: Program) -> int | None:
    """How a program ended, None when it lives on."""
    until = time.monotonic() + 60
    while time.monotonic() < until and not program.is_dead():
        time.sleep(0.1)
    return program.process.returncode if program.process else None
