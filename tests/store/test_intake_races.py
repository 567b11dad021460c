"""Two writers on one call at the same time: neither is lost, and numbers are hidden in both."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, ContactEvent
from callrisk.domain.language import Statement
from callrisk.domain.masking import MASK
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store import tables
from callrisk.store.calls import Store
from callrisk.store.connect import connect_tables
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.planning.delivery_plan import Plan
from callrisk.store.planning.near_turns import Place
from callrisk.store.queries import Queries
from harness.echo_language import EchoLanguage

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Interrupted(EchoLanguage):
    """A language during whose reading something else happens, so many times."""

    meanwhile: list[Callable[[], None]] = field(default_factory=list)

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[Statement, ...]:
        """Return what it reads, after something else happened."""
        if self.meanwhile:
            self.meanwhile.pop()()
        return super().answer(agent_turn, customer_turn)


def said(number: int, text: str) -> Segment:
    """A turn of the customer, three seconds after the one before."""
    return Segment(
        f"s{number}", number, ParticipantRole.CUSTOMER, text, number * 3_000, number * 3_000 + 2_000
    )


def delivery(*turns: Segment) -> Delivery:
    """These turns of one call."""
    return Delivery([AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, turns)], NOON)


def texts(engine: Engine) -> list[str]:
    """The words of the call as they are stored, in order."""
    return [one.turn.text for one in Queries(engine).turns("c1")]


def test_a_number_dictated_through_two_writers_is_hidden(engine: Engine) -> None:
    """The other half comes in after the first was looked at and before it was stored."""
    other = Contacts(engine, EchoLanguage())
    meanwhile = [lambda: other.take(delivery(said(2, "5678です"))) and None]
    first = Contacts(engine, Interrupted(meanwhile=meanwhile))
    first.take(delivery(said(1, "うちは0901")))
    logged = [event.payload["text"] for event in Queries(engine).events_after(0, 100)
              if event.type == "transcript_segment"]  # fmt: skip

    assert texts(engine) == [f"うちは{MASK * 4}", f"{MASK * 4}です"]
    assert not any(char.isdigit() for text in logged for char in text)


def test_a_writer_that_is_always_overtaken_stores_its_turns_in_the_end(engine: Engine) -> None:
    """However often another writer was faster."""
    other = Contacts(engine, EchoLanguage())
    numbers = iter(range(2, 12))

    def overtake() -> None:
        other.take(delivery(said(1, f"払えません{next(numbers)}回目")))

    first = Contacts(engine, Interrupted(meanwhile=[overtake] * 10))
    other.take(delivery(said(1, "払えません")))
    first.take(delivery(said(1, "払えます"), said(2, "はい、来週")))

    assert texts(engine)[1] == "はい、来週"


def test_what_a_writer_keeps_at_hand_after_it_was_overtaken_is_no_newer_than_it_is(
    engine: Engine,
) -> None:
    """Else an old form of a turn would replace a newer one of another process."""
    other, numbers = Contacts(engine, EchoLanguage()), iter(range(20, 40))

    class Overtaken(Contacts):
        """One whose plans are obsolete as soon as they are made."""

        def _planned(self, connect: Any, given: Any, kept: Any = None) -> Plan:
            plan = super()._planned(connect, given, kept)
            if kept is not None and is_overtaken:
                other.take(delivery(said(next(numbers), "はい")))
            return plan

    other.take(delivery(said(1, "払えません")))
    first, is_overtaken = Overtaken(engine, EchoLanguage()), True
    first.take(delivery(said(2, "来週です")))
    is_overtaken = False
    other.take(delivery(replace(said(5, "新しい形です"), sequence=500)))
    first.take(delivery(said(5, "古い形です")))

    assert "新しい形です" in texts(engine)
    assert "古い形です" not in texts(engine)


def test_an_end_told_while_the_call_begins_is_not_lost(engine: Engine) -> None:
    """It waits for the call at first, whose plan knows nothing of it yet."""
    cut = ContactEvent("c1", "DISCONNECTED", NOON, disconnected_at=NOON)
    other = Contacts(engine, EchoLanguage())
    meanwhile = [lambda: other.take(Delivery([cut], NOON)) and None]
    Contacts(engine, Interrupted(meanwhile=meanwhile)).take(delivery(said(1, "払えます")))
    call = Queries(engine).call("c1")
    with engine.connect() as connection:
        waiting = connection.execute(select(connect_tables.early_contacts)).all()

    assert call is not None
    assert (call.disconnected_at, waiting) == (NOON, [])


def test_turns_far_away_are_not_looked_at(engine: Engine) -> None:
    """Near another are at most a hundred turns before it and after it, however long the call."""
    Contacts(engine, EchoLanguage()).take(delivery(*(said(n, "はい") for n in range(400))))
    with engine.connect() as connection:
        near = Place.of("c1", [said(200, "090")]).near(connection).turns

    expected = range(100, 301)
    assert near.keys() == {f"s{number}" for number in expected}


def test_a_customer_assigned_meanwhile_stays(engine: Engine) -> None:
    """The delivery is planned anew, from the call as it is then."""
    Contacts(engine, EchoLanguage()).take(delivery(said(1, "払えません")))

    def assign() -> None:
        Store(engine).assign_customer("c1", "1", NOON, by="agent-1")

    Contacts(engine, Interrupted(meanwhile=[assign])).take(delivery(said(2, "払えます")))
    call = Queries(engine).call("c1")

    assert call is not None
    assert (call.customer_id, texts(engine)) == ("1", ["払えません", "払えます"])


def test_the_version_rises_with_each_delivery_to_the_call(engine: Engine) -> None:
    """And not with those of others."""
    contacts = Contacts(engine, EchoLanguage())
    contacts.take(delivery(said(1, "払えません")))
    versions = []
    for number in (2, 3):
        contacts.take(delivery(said(number, "はい")))
        contacts.take(
            Delivery(
                [AnalysisEvent("c2", AnalysisKind.SEGMENTS, NOON, (said(number, "え"),))], NOON
            )
        )
        with engine.connect() as connection:
            version = select(tables.calls.c.version).where(tables.calls.c.call_id == "c1")
            versions.append(connection.execute(version).scalar_one())

    assert versions[1] == versions[0] + 1


def test_only_the_calls_that_others_changed_are_planned_anew(engine: Engine) -> None:
    """Of a delivery of four calls one was changed, and one told of before it begins."""
    other, planned = Contacts(engine, EchoLanguage()), list[list[str]]()

    class Noting(Contacts):
        """One that notes for which calls it plans."""

        def _planned(self, connect: Any, given: Any, kept: Any = None) -> Plan:
            planned.append([event.contact_id for event in given])
            return super()._planned(connect, given, kept)

    def told(call_id: str, number: int, text: str) -> AnalysisEvent:
        return AnalysisEvent(call_id, AnalysisKind.SEGMENTS, NOON, (said(number, text),))

    def overtake() -> None:
        other.take(Delivery([told("c2", 1, "うちは0901")], NOON))
        cut = ContactEvent("c4", "DISCONNECTED", NOON, disconnected_at=NOON)
        other.take(Delivery([cut], NOON))

    other.take(Delivery([told(call_id, 0, "はい") for call_id in ("c1", "c2", "c3")], NOON))
    events = [
        told("c1", 2, "払えません"), told("c2", 2, "5678です"), told("c3", 2, "来週です"),
        told("c4", 2, "もしもし"), told("c1", 3, "今月は"),
    ]  # fmt: skip
    taken = Noting(engine, Interrupted(meanwhile=[overtake])).take(Delivery(events, NOON))

    assert planned == [["c1", "c2", "c3", "c4", "c1"], ["c2", "c4"]]
    assert [call_id for _, call_id, _ in taken.told] == ["c1", "c1", "c2", "c3", "c4"]
    stored = {
        call_id: [one.turn.text for one in Queries(engine).turns(call_id)]
        for call_id in ("c1", "c2", "c3", "c4")
    }
    assert stored == {
        "c1": ["はい", "払えません", "今月は"],
        "c2": ["はい", f"うちは{MASK * 4}", f"{MASK * 4}です"],
        "c3": ["はい", "来週です"], "c4": ["もしもし"],
    }  # fmt: skip
    call = Queries(engine).call("c4")
    assert call is not None
    assert call.disconnected_at == NOON
