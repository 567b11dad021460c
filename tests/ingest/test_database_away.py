"""A database that goes away: the reader waits, says so, loses nothing, and logs no word."""

import logging
import time

import pytest
from sqlalchemy import Engine, text

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.domain.time import utc_now
from callrisk.store.intake import Contacts, Delivery
from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import Ledger, calls
from harness.amazon.stream_reading import put, reading, stored
from harness.waiting import eventually


def rename(engine: Engine, table: str, other: str) -> None:
    """Let a table be missing, which looks to a reader like a database that is away."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {other}"))


@pytest.mark.filterwarnings("error")
def test_a_reader_outlives_its_database(kinesis: KinesisLocal, engine: Engine) -> None:
    """Shards are looked for and records are read while it is away; both go on when it is back."""
    kinesis.create_stream("away", 1)
    ledger = calls(4, 6, seed=21)
    half = len(ledger.records) // 2
    with reading(kinesis, "away", engine) as reader:
        put(kinesis, "away", Ledger(ledger.turns, ledger.records[:half]))
        assert eventually(lambda: sum(map(len, stored(engine, ledger).values())) > 5)
        rename(engine, "checkpoints", "elsewhere")
        put(kinesis, "away", Ledger(ledger.turns, ledger.records[half:]))
        assert eventually(lambda: reader.problem is not None, 5)
        time.sleep(1)
        rename(engine, "elsewhere", "checkpoints")

        assert eventually(lambda: stored(engine, ledger) == ledger.turns, 30)
        assert eventually(lambda: reader.problem is None, 30)


def test_an_error_of_the_database_repeats_no_word_that_was_said(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the error nor its traceback holds the values of the statement that failed."""
    said = "今月は払えません"
    turn = Segment("t", 1, ParticipantRole.CUSTOMER, said, 0, 1)
    event = AnalysisEvent("c", AnalysisKind.SEGMENTS, utc_now(), (turn,))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("CREATE TRIGGER no BEFORE INSERT ON segments BEGIN "
                                "SELECT RAISE(ABORT, 'no'); END"))  # fmt: skip
    try:
        Contacts(engine, packaged()).take(Delivery([event], utc_now()))
    except Exception:
        logging.getLogger("test").exception("failed")

    assert "failed" in caplog.text
    assert said not in caplog.text
