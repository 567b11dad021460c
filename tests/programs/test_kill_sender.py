"""The sender of risk categories dies around a letter: Connect holds what is right all the same."""

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from callrisk.store.database import open_database
from callrisk.store.outbox import Outbox
from harness.amazon.connect_stub import ConnectStub
from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import calls
from harness.amazon.stream_reading import put
from harness.installation import Installation, lay_out
from harness.small_world import World
from harness.verdict import until_quiet
from harness.waiting import eventually

CALLS = 4
KILLED = 137


@pytest.mark.slow
def test_a_letter_survives_the_death_of_its_sender(
    kinesis: KinesisLocal, connect: ConnectStub, world: World, tmp_path: Path
) -> None:
    """Dead before it sends, a letter is sent once; dead before it marks, once more, and no more."""
    house = _house(kinesis, connect, world, tmp_path)
    ledger = calls(CALLS, 10, seed=31)
    try:
        house.start()
        put(kinesis, "told", ledger)
        until_quiet(house, list(ledger.turns))
        right = _last_categories(house.database)
        house.ingest.kill()
        house.ingest.environment = house.ingest.environment | {"CONNECT_INSTANCE_ID": "0f3c"}
        sent = [
            _dead_at(house, connect, point) for point in ("before_send", "between_send_and_mark")
        ]
        house.ingest.revive()
        assert eventually(lambda: _pending(house.database) == (0, None))
        time.sleep(2)
    finally:
        house.stop()

    one, two, three, four = ((call, {"risk_level": right[call]}) for call in right)
    assert set(right) == set(ledger.turns)
    assert sent == [[one], [one, two, three]]
    assert connect.written == [one, two, three, three, four]
    assert _pending(house.database) == (0, None)


def _house(kinesis: KinesisLocal, connect: ConnectStub, world: World, root: Path) -> Installation:
    """A server that writes letters, and a reader that does not send them yet."""
    kinesis.create_stream("told", 1)
    config = lay_out(root, world.settings.models_dir) / "config.py"
    named = config.read_text("utf-8").replace(
        '"risk_attribute": ""', '"risk_attribute": "risk_level"'
    )
    config.write_text(named, "utf-8")
    house = Installation(root, kinesis, "told")
    own = {
        "AWS_ENDPOINT_URL_CONNECT": connect.url,
        "AWS_ENDPOINT_URL_CONNECT_CONTACT_LENS": connect.url,
    }
    house.ingest.environment = house.ingest.environment | own
    house.server.environment = house.server.environment | {"CONNECT_INSTANCE_ID": "0f3c"}
    return house


def _dead_at(
    house: Installation, connect: ConnectStub, point: str
) -> list[tuple[str, dict[str, str]]]:
    """Let the sender die at its second letter; what Connect holds by then."""
    house.ingest.revive(f"{point}:2")
    assert eventually(house.ingest.is_dead)
    assert house.ingest.process
    assert house.ingest.process.returncode == KILLED
    return list(connect.written)


def _last_categories(url: str) -> dict[str, str]:
    """The newest verdict about each call, in the order of their letters."""
    engine = open_database(url)
    with engine.connect() as connection:
        found = connection.execute(text(
            "SELECT o.call_id, a.risk_category FROM assessments a JOIN (SELECT call_id, "
            "max(outbox_id) AS newest FROM outbox GROUP BY call_id) o ON o.call_id = a.call_id "
            "WHERE a.seq = (SELECT max(seq) FROM assessments WHERE call_id = a.call_id) "
            "ORDER BY o.newest"
        ))  # fmt: skip
        rows = {row.call_id: row.risk_category for row in found}
    engine.dispose()
    return rows


def _pending(url: str) -> tuple[int, str | None]:
    engine = open_database(url)
    try:
        return Outbox(engine).pending()
    finally:
        engine.dispose()
