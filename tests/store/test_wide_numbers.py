"""Numbers that grow for ever go on beyond 32 bits."""

from datetime import UTC, datetime

from sqlalchemy import Engine, text

from callrisk.domain.event_types import Source
from callrisk.store.calls import NewCall, Store
from callrisk.store.queries import Queries
from callrisk.store.working.note_writing import NewNote
from harness.old_database import moved

LAST_OF_32_BITS = 2**31 - 1
COUNT_TO_THE_LAST = {
    "postgresql": (
        "SELECT setval('events_seq_seq', :last)",
        "SELECT setval('notes_note_id_seq', :last)",
    ),
    "sqlite": (
        "UPDATE sqlite_sequence SET seq = :last WHERE name = 'events'",
        "INSERT INTO notes (note_id, call_id, kind, agent_id, text, at)"
        " VALUES (:last, 'c1', 'note', 'a', 'last', '2026-01-01 00:00:00')",
    ),
}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_log_of_an_old_database_goes_on_beyond_32_bits(engine: Engine) -> None:
    """Events and notes keep their numbers when the columns widen, and count on."""
    store, queries = Store(engine), Queries(engine)
    store.start_call(NewCall("c1", None, "a", Source.REST, False, NOW))
    moved(engine, "0007")
    with engine.begin() as connection:
        for statement in COUNT_TO_THE_LAST[engine.dialect.name]:
            connection.execute(text(statement), {"last": LAST_OF_32_BITS})
    before = queries.last_seq()

    moved(engine, "head", "upgrade")
    store.add_note(NewNote("c1", "note", "a", "beyond", NOW))

    (event,) = queries.events_after(LAST_OF_32_BITS, 10)
    note = queries.notes("c1")[-1]
    assert before == 1
    assert (event.seq, note.note_id) == (LAST_OF_32_BITS + 1, LAST_OF_32_BITS + 1)
