"""How long something is kept or asked for: to the moment, in SQLite and in PostgreSQL alike."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Utterance
from callrisk.domain.event_types import EventType
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole
from callrisk.store import tables
from callrisk.store.connect.gaps import Gaps
from callrisk.store.connect.lookups import Lookups
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.log.appending import NewEvent, append
from callrisk.store.queries import Queries
from callrisk.store.retention import Retention
from callrisk.store.transaction import writing

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
PIECE = Utterance("u1", "t1", ParticipantRole.CUSTOMER, "はら", 0, 1_000)


@pytest.fixture
def contacts(engine: Engine) -> Contacts:
    """Where events of contacts are stored."""
    return Contacts(engine, packaged())


def test_details_and_gaps_are_asked_for_a_day(engine: Engine, contacts: Contacts) -> None:
    """From the start of a call, as long as the telephony keeps them."""
    contacts.take(Delivery([AnalysisEvent("c1", AnalysisKind.STARTED, NOON)], NOON))
    lookups, gaps = Lookups(engine), Gaps(engine)
    gaps.mark(NOON)

    assert [one.call_id for one in lookups.open(NOON + DAY - MOMENT)] == ["c1"]
    assert gaps.open(NOON + DAY - MOMENT) == ["c1"]
    assert lookups.open(NOON + DAY) == []
    assert gaps.open(NOON + DAY) == []


def test_drafts_are_kept_for_a_day_after_the_end(engine: Engine, contacts: Contacts) -> None:
    """Those of a call that goes on are kept, however long it takes."""
    for call_id in ("over", "going-on"):
        begun = AnalysisEvent(call_id, AnalysisKind.STARTED, NOON)
        heard = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, NOON, pieces=(PIECE,))
        contacts.take(Delivery([begun, heard], NOON))
    with writing(engine) as connection:
        over = tables.calls.c.call_id == "over"
        connection.execute(update(tables.calls).where(over).values(ended_at=NOON))
    retention = Retention(engine)

    assert retention.delete_drafts(NOON + DAY) == 0
    assert retention.delete_drafts(NOON + DAY + MOMENT) == 1
    assert retention.delete_drafts(NOON + 90 * DAY) == 0


def test_provisional_pieces_are_kept_for_ten_minutes(engine: Engine, contacts: Contacts) -> None:
    """A page that was away for so long still catches up piece by piece."""
    contacts.take(Delivery([AnalysisEvent("c1", AnalysisKind.STARTED, NOON)], NOON))
    with writing(engine) as connection:
        piece = {"provisional": True}
        append(connection, [NewEvent("c1", EventType.TRANSCRIPT_SEGMENT, NOON, "t1", piece)])
    retention, kept = Retention(engine), timedelta(minutes=10)

    assert retention.delete_provisional(NOON + kept) == 0
    assert retention.delete_provisional(NOON + kept + MOMENT) == 1
    assert [event.type for event in Queries(engine).events_after(0, 99)] == ["call_started"]
