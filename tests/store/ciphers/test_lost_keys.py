"""The data key of one call is lost: its words are told as such, what comes later has a new key."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, update

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.event_types import Source
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store import tables
from callrisk.store.calls import NewCall, Store
from callrisk.store.ciphers.data_keys import DataKeys, KeyLostError
from callrisk.store.ciphers.key_store import calls_with_keys, replaced_keys
from callrisk.store.ciphers.key_tables import data_keys
from callrisk.store.ciphers.sealing import SealError
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.database import close_database, open_database
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.keeping.old_keys import newest_with_sealed
from callrisk.store.queries import Queries
from callrisk.store.sending.outbox import RESULT_MESSAGE, Outbox, OutboxMessage, enqueue
from callrisk.store.sending.outbox_claims import OutboxClaims
from callrisk.store.transaction import writing
from callrisk.store.working.note_writing import NewNote
from harness.key_rings import KEYS

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WORDS = "来週の火曜に払います"


def with_calls(engine: Engine) -> None:
    """Three calls with a turn and a note each."""
    store = Store(engine)
    for call_id in ("c1", "c2", "c3"):
        store.start_call(NewCall(call_id, "1001", "a", Source.REST, False, NOON, "0312345678"))
        turn = Segment("s1", 1, ParticipantRole.CUSTOMER, WORDS, 0, 900)
        event = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, NOON, (turn,))
        Contacts(engine, packaged()).take(Delivery([event], NOON))
        store.add_note(NewNote(call_id, "note", "a", WORDS, NOON))


def keys_of(engine: Engine) -> DataKeys:
    with engine.connect() as connection:
        return cipher_of(connection).keys


def lose(engine: Engine, call_id: str) -> Engine:
    """Remove the key of a call; return the database as a program opens it afterwards."""
    url = engine.url.render_as_string(hide_password=False)
    with keys_of(engine).engine.begin() as connection:
        connection.execute(delete(data_keys).where(data_keys.c.call_id == call_id))
    return open_database(url, KEYS)


@pytest.fixture
def again(engine: Engine) -> Iterator[Engine]:
    """The database after the key of one call was lost."""
    with_calls(engine)
    opened = lose(engine, "c1")
    yield opened
    close_database(opened)


def texts(engine: Engine, call_id: str) -> tuple[list[str], list[str]]:
    queries = Queries(engine)
    turns, notes = queries.turns(call_id), queries.notes(call_id)
    return [one.turn.text for one in turns], [one.text for one in notes]


def test_new_words_get_a_new_key_and_the_loss_is_noted(
    again: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """The earlier ones are unreadable and not an error; other calls are as they were."""
    with pytest.raises(KeyLostError):
        texts(again, "c1")
    keys = keys_of(again)
    sealed = newest_with_sealed(again, 100)
    assert sealed - calls_with_keys(keys.engine, sealed) == {"c1"}
    with caplog.at_level(logging.ERROR):
        Store(again).add_note(NewNote("c1", "note", "a", "新しいメモ", NOON))

    assert "c1" in caplog.text
    assert texts(again, "c1") == ([""], ["", "新しいメモ"])
    assert texts(again, "c2") == ([WORDS], [WORDS])
    assert Queries(again).lost_words("c1")
    assert not Queries(again).lost_words("c2")
    assert (replaced_keys(keys.engine), sealed - calls_with_keys(keys.engine, sealed)) == (1, set())


def test_a_call_that_begins_has_lost_nothing(again: Engine) -> None:
    """Nor has one whose key was destroyed when its words were."""
    keys = keys_of(again)
    keys.made(["new"])
    with keys.engine.begin() as connection:
        gone = update(data_keys).where(data_keys.c.call_id == "c2")
        connection.execute(gone.values(wrapped=None, destroyed_at=NOON))
    DataKeys(keys.engine, KEYS.ring).made(["c2"])

    assert replaced_keys(keys.engine) == 0


def test_what_somebody_changed_stays_an_error(again: Engine) -> None:
    """A key that was not lost does not excuse it."""
    with again.begin() as connection:
        connection.execute(
            update(tables.notes).where(tables.notes.c.call_id == "c3").values(sealed=b"\x01" * 60)
        )

    with pytest.raises(SealError):
        Queries(again).notes("c3")


def test_a_key_of_another_process_is_not_lost(tmp_path: Path) -> None:
    """Both look at once; the one that was stored first counts, and its words are readable."""
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    one, two = open_database(url, KEYS), open_database(url, KEYS)
    keys = keys_of(two)
    looks = keys.with_sealed
    assert looks is not None

    def late(call_ids: object) -> set[str]:
        with_calls(one)
        return looks(["c1"])

    keys.with_sealed = late
    keys.made(["c1"])

    assert replaced_keys(keys.engine) == 0
    assert texts(two, "c1") == ([WORDS], [WORDS])
    for engine in (one, two):
        close_database(engine)


def test_a_message_that_cannot_be_read_holds_up_no_other(engine: Engine) -> None:
    """Without its key for good it is given up, else it waits; what of other calls waits is sent."""
    with_calls(engine)
    with writing(engine) as connection:
        for call_id in ("c1", "c2", "c3"):
            message = OutboxMessage(RESULT_MESSAGE, call_id, call_id, {"call_id": call_id})
            enqueue(connection, message, NOON)
    opened = lose(engine, "c1")
    Store(opened).add_note(NewNote("c1", "note", "a", WORDS, NOON))
    claims = OutboxClaims(opened, RESULT_MESSAGE, "one")
    claimed = claims.claim(NOON, 50, is_retry=False)
    outbox = Outbox(opened)

    assert [waiting.message.call_id for waiting in claimed] == ["c2", "c3"]
    assert outbox.pending(RESULT_MESSAGE) == (2, None)
    again = lose(opened, "c2")
    assert [one.message.call_id for one in Outbox(again).due(RESULT_MESSAGE, NOON)] == ["c3"]
    left, problem = Outbox(again).pending(RESULT_MESSAGE)
    assert (left, "not in the key store" in str(problem)) == (2, True)
    for database in (opened, again):
        close_database(database)
