"""Words sealed for their place, and nowhere in clear."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from callrisk.domain.event_types import Source
from callrisk.store import tables
from callrisk.store.calls import NewCall, Store
from callrisk.store.ciphers.clear_rows import ClearRows, rows_in_clear
from callrisk.store.ciphers.sealing import SealError
from callrisk.store.ciphers.word_cipher import WordsClosedError, cipher_of
from callrisk.store.database import open_database
from callrisk.store.drafts import Drafts
from callrisk.store.queries import Queries
from callrisk.store.schema import metadata
from callrisk.store.sending.outbox import RESULT_MESSAGE, Outbox
from harness.key_rings import KEYS

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WORDS = "来週の火曜に払います"


def test_words_open_at_their_place_alone(engine: Engine) -> None:
    """Another call, another row, another table, another byte: refused."""
    with engine.connect() as connection:
        cipher = cipher_of(connection)
    sealed = cipher.seal("turn", "c1", "s1", WORDS)
    cipher.seal("turn", "c2", "s1", WORDS)
    assert sealed is not None

    assert cipher.open("turn", "c1", "s1", sealed) == WORDS
    for kind, call_id, row_id in (("note", "c1", "s1"), ("turn", "c2", "s1"), ("turn", "c1", "s2")):
        with pytest.raises(SealError):
            cipher.open(kind, call_id, row_id, sealed)
    for at in (0, 1, 20, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealError):
            cipher.open("turn", "c1", "s1", bytes(changed))


def test_the_same_words_are_never_sealed_alike(engine: Engine) -> None:
    """So nobody sees who says the same."""
    with engine.connect() as connection:
        cipher = cipher_of(connection)

    assert len({cipher.seal("turn", "c1", "s1", WORDS) for _ in range(50)}) == 50


def test_a_database_without_its_ring_gives_no_words(engine: Engine) -> None:
    """A clear error, not an empty text."""
    closed = open_database(engine.url.render_as_string(hide_password=False))
    with closed.connect() as connection, pytest.raises(WordsClosedError):
        cipher_of(connection)
    closed.dispose()


def in_clear(engine: Engine) -> None:
    """Rows as an older version wrote them."""
    Store(engine).start_call(NewCall("c1", "1001", "a", Source.REST, False, NOON))
    summary = {"text": WORDS, "failure": None}
    with engine.begin() as connection:
        for table, values in (
            (tables.segments, {
                "call_id": "c1", "segment_id": "s1", "sequence": "1", "role": "CUSTOMER",
                "text": WORDS, "heard_at": NOON, "statements": [],
            }),
            (tables.notes, {
                "call_id": "c1", "kind": "note", "agent_id": "a", "text": WORDS, "at": NOON,
            }),
            (tables.drafts, {
                "call_id": "c1", "transcript_id": "d1", "role": "CUSTOMER", "pieces": [{
                    "transcript_id": "d1", "role": "CUSTOMER", "utterance_id": "u1",
                    "begin_ms": 0, "end_ms": 900, "text": WORDS,
                }],
            }),
            (tables.outbox, {
                "kind": RESULT_MESSAGE, "call_id": "c1", "key": "k1", "at": NOON, "due_at": NOON,
                "payload": {"contact_id": "c1", "reason": WORDS}, "attempts": 0,
            }),
            (tables.assessments, {
                "seq": 900, "call_id": "c1", "at": NOON, "elapsed_s": 1.0, "state": "live",
                "risk_score": 50, "risk_category": "medium", "model_version": "m", "lines": [],
                "payload": {"factors": [WORDS]},
            }),
        ):  # fmt: skip
            connection.execute(insert(table).values(values))
        told = {"phone": "0312345678", "contact_summary": summary}
        connection.execute(update(tables.calls).values(told))


def as_read(engine: Engine) -> list[object]:
    """Everything with words, as the product reads it."""
    queries = Queries(engine)
    call = queries.call("c1")
    assert call is not None
    latest = queries.latest_assessment("c1")
    assert latest is not None
    return [
        [one.text for one in queries.segments("c1")], [one.text for one in queries.notes("c1")],
        Drafts(engine).of("c1"), Outbox(engine).due(RESULT_MESSAGE, NOON), call.phone,
        call.contact_summary, latest.payload,
    ]  # fmt: skip


def test_rows_of_an_older_version_are_sealed_while_they_are_read(engine: Engine) -> None:
    """They read the same before and after, and stand nowhere in clear then."""
    in_clear(engine)
    before = as_read(engine)
    job, steps = ClearRows(engine), 0
    while job.step():
        steps += 1
        assert as_read(engine) == before

    assert steps == 6
    assert str(before).count(WORDS) == 6
    assert rows_in_clear(engine) == {}
    with engine.connect() as connection:
        stored = [connection.execute(select(table)).all() for table in metadata.sorted_tables]
    assert WORDS not in repr(stored)
    assert repr(WORDS.encode())[2:-1] not in repr(stored)
    assert "0312345678" not in repr(stored)


def test_no_file_has_the_words_once_they_are_sealed(tmp_path: Path) -> None:
    """Nor the journal, though the database stays open; who reads meanwhile only puts it off."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    in_clear(engine)
    job = ClearRows(engine)
    with engine.connect() as reading:
        reading.execute(select(tables.calls)).all()
        while job.step():
            pass
        meanwhile = _holding(tmp_path)
    job.step()
    left = _holding(tmp_path)
    still_there = as_read(engine)
    engine.dispose()

    assert meanwhile == ["calls.db-wal"]
    assert left == []
    assert WORDS in str(still_there)


def _holding(folder: Path) -> list[str]:
    """The files with the words, or the telephone number, in clear."""
    clear = (WORDS.encode(), WORDS.encode("unicode_escape"), b"0312345678")
    return [
        path.name
        for path in sorted(folder.iterdir())
        if any(one in path.read_bytes() for one in clear)
    ]


def test_what_stands_in_clear_is_counted(engine: Engine) -> None:
    """By table."""
    in_clear(engine)

    assert rows_in_clear(engine) == dict.fromkeys(
        ("segments", "notes", "drafts", "calls", "outbox", "assessments"), 1
    )
