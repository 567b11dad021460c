"""What waits in a database, in SQLite and in PostgreSQL alike."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from callrisk.domain.event_types import Source
from callrisk.domain.jobs.stored_job import JobOrder
from callrisk.store.calls import NewCall, Store
from callrisk.store.jobs.asked_jobs import AskedJobs
from callrisk.store.queries import Queries
from callrisk.store.sending.outbox import OutboxMessage, enqueue
from callrisk.store.transaction import writing
from callrisk.store.watching.backlogs import Backlog, Backlogs
from callrisk.store.watching.database_errors import count_errors
from callrisk.store.working.note_writing import NewNote

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_events_wait_until_they_are_followed(engine: Engine) -> None:
    """The age is that of the oldest; none waits behind the last."""
    store, backlogs = Store(engine), Backlogs(engine)
    store.start_call(NewCall("c1", "1001", "agent-1", Source.REST, False, NOON))
    first = Queries(engine).last_seq()
    note = store.add_note(NewNote("c1", "note", "agent-1", "メモ", NOON + MINUTE))

    assert backlogs.events(first - 1, NOON + 2 * MINUTE) == Backlog(2, 120)
    assert backlogs.events(first, NOON + 2 * MINUTE) == Backlog(1, 60)
    assert backlogs.events(note.seq, NOON + 2 * MINUTE) == Backlog(0, 0)


def test_messages_and_jobs_wait_by_kind_and_state(engine: Engine) -> None:
    """Nothing else does."""
    Store(engine).start_call(NewCall("c1", "1001", "agent-1", Source.REST, False, NOON))
    with writing(engine) as connection:
        for number, kind in enumerate(("call_result", "call_result", "risk_category")):
            message = OutboxMessage(kind, "c1", f"k{number}", {})
            enqueue(connection, message, NOON + number * MINUTE)
    AskedJobs(engine).ask(JobOrder("train", {}, None), NOON)
    backlogs = Backlogs(engine)

    assert backlogs.outbox(NOON + 3 * MINUTE) == {
        "call_result": Backlog(2, 180), "risk_category": Backlog(1, 60)
    }  # fmt: skip
    assert backlogs.jobs() == {"queued": 1}
    assert backlogs.quarantine() == 0


def test_errors_of_the_database_are_counted(engine: Engine) -> None:
    """By their class."""
    errors = count_errors(engine)
    with pytest.raises(SQLAlchemyError), engine.connect() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))

    assert errors.total == 1
