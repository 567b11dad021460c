"""A request that is sent again adds one note, in SQLite and in PostgreSQL alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, func, select

from callrisk.domain.event_types import Source
from callrisk.store import tables
from callrisk.store.calls import NewCall, Store
from callrisk.store.idempotency.answered_requests import OtherBodyError, RequestKey
from callrisk.store.queries import Queries
from callrisk.store.retention import Retention
from callrisk.store.transaction import writing
from callrisk.store.working.note_writing import NewNote

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
NOTE = NewNote("c1", "note", "agent-1", "折り返しの希望", NOON)
ESCALATION = NewNote("c1", "escalation", "agent-1", "見てください", NOON)
PATH = "/api/calls/c1/notes"


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    """A store with one call."""
    made = Store(engine)
    made.start_call(NewCall("c1", "1001", "agent-1", Source.REST, False, NOON))
    return made


def request(key: str = "k1", subject: str = "person:1", path: str = PATH, body: str = "a"):
    """What a request sends."""
    return RequestKey.of(key, subject, path, body)


def test_a_request_sent_again_adds_one_note(engine: Engine, store: Store) -> None:
    """It is answered with the note, the number and the time of the first."""
    first = store.add_note(NOTE, request())
    again = store.add_note(replace(NOTE, at=NOON + MOMENT), request())

    assert again == first
    assert [note.note_id for note in Queries(engine).notes("c1")] == [first.note_id]
    assert len(Queries(engine).events_after(first.seq - 1, 9)) == 1


def test_of_requests_at_the_same_time_one_adds_a_note(engine: Engine, store: Store) -> None:
    """However many threads send it."""
    with ThreadPoolExecutor(6) as threads:
        answers = [*threads.map(lambda _: store.add_note(ESCALATION, request()), range(12))]

    assert {answer.note_id for answer in answers} == {answers[0].note_id}
    assert len(Queries(engine).notes("c1")) == 1


@pytest.mark.parametrize(
    "other",
    [request(key="k2"), request(subject="person:2"), request(path="/api/calls/c1/escalate")],
    ids=["key", "person", "route"],
)
def test_another_request_adds_another_note(engine: Engine, store: Store, other: RequestKey) -> None:
    """A key counts for one person and one route."""
    store.add_note(NOTE, request())
    store.add_note(NOTE, other)
    store.add_note(NOTE)

    assert len(Queries(engine).notes("c1")) == 3


def test_a_key_with_another_body_is_refused(engine: Engine, store: Store) -> None:
    """Nothing is stored of it."""
    store.add_note(NOTE, request())

    with pytest.raises(OtherBodyError):
        store.add_note(NOTE, request(body="b"))
    assert len(Queries(engine).notes("c1")) == 1


def test_a_key_counts_for_a_day(engine: Engine, store: Store) -> None:
    """To the moment; then it is a new request, and what was kept is removed."""
    retention = Retention(engine)
    store.add_note(NOTE, request())
    assert retention.delete_answered_requests(NOON + DAY) == 0
    store.add_note(replace(NOTE, at=NOON + DAY), request())
    assert len(Queries(engine).notes("c1")) == 1
    store.add_note(replace(NOTE, at=NOON + DAY + MOMENT), request(body="b"))

    assert len(Queries(engine).notes("c1")) == 2
    assert retention.delete_answered_requests(NOON + 2 * DAY + MOMENT) == 0
    assert retention.delete_answered_requests(NOON + 2 * DAY + 2 * MOMENT) == 1


def test_a_request_whose_note_is_gone_adds_it_anew(engine: Engine, store: Store) -> None:
    """As there is nothing that the answer could be made of."""
    store.add_note(NOTE, request())
    with writing(engine) as connection:
        connection.execute(delete(tables.notes))
    store.add_note(NOTE, request())

    assert len(Queries(engine).notes("c1")) == 1


def test_no_words_and_no_key_are_kept_of_a_request(engine: Engine, store: Store) -> None:
    """And the digest of one body differs from key to key."""
    for key in ("a-key-of-mine", "another-key"):
        store.add_note(NOTE, request(key=key, body="折り返しの希望"))
    with engine.connect() as connection:
        rows = connection.execute(select(tables.answered_requests)).all()
        digests = connection.execute(
            select(func.count(tables.answered_requests.c.body_hmac.distinct()))
        ).scalar_one()

    assert not any(word in str(rows) for word in ("折り返し", "a-key-of-mine", "person:1"))
    assert digests == 2
