"""Calls kept at hand change nothing of what is stored; they save that it is read."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, ContactEvent, Utterance
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store import tables
from callrisk.store.calls import Store
from callrisk.store.database import open_database
from callrisk.store.drafts import Drafts
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.planning import kept_calls
from callrisk.store.queries import Queries
from harness.echo_language import EchoLanguage
from harness.key_rings import KEYS

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SAID = (
    "はい", "はい", "お名前をお願いします", "電話番号は090", "1234です", "5678です", "いち に さん",
    "今月は払えません", "来週払います", "払えますか", "ええ、そうです", "アドレスはtaro",
    "アットマーク",
)  # fmt: skip
COMPARED = (tables.calls, tables.segments, tables.drafts, tables.events)


def rows(engine: Engine) -> list[list[tuple[Any, ...]]]:
    """Everything that a delivery writes, its words opened."""
    with engine.connect() as connection:
        stored = [connection.execute(select(table)).all() for table in COMPARED]
    bare = [[{**row._mapping, "sealed": None} for row in table] for table in stored]
    words = [(one.segment_id, one.text) for one in Queries(engine).segments("c1")]
    spoken = [(name, str(draft)) for name, draft in Drafts(engine).of("c1").items()]
    rows = [sorted((tuple(row.items()) for row in table), key=str) for table in bare]
    return [*rows, words, sorted(spoken)]


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Sequence[Engine]]:
    """Two databases."""
    two = [open_database(f"sqlite:///{tmp_path / name}.db", KEYS) for name in ("kept", "read")]
    yield two
    for engine in two:
        engine.dispose()


def some_turn(rng: random.Random, number: int, is_timed: bool) -> Segment:
    """A turn that mostly comes in its order, and sometimes late, twice or changed."""
    known = rng.random() < 0.12
    number = rng.randrange(number + 1) if known else number
    role = rng.choice(list(ParticipantRole))
    begin = max(0, 2_000 * number - (rng.randrange(90_000) if rng.random() < 0.15 else 0))
    times = (begin, begin + rng.choice((500, 1_500, 9_000))) if is_timed else (None, None)
    return Segment(f"s{number}", rng.randrange(3) + number, role, rng.choice(SAID), *times)


def some_event(rng: random.Random, call_id: str, number: int, is_timed: bool) -> AnalysisEvent:
    """Turns of a call, now and then with a piece of one that is still spoken."""
    turns = tuple(some_turn(rng, number + n, is_timed) for n in range(rng.choice((1, 1, 1, 2, 3))))
    pieces: tuple[Utterance, ...] = ()
    if rng.random() < 0.03:
        spoken = f"s{number + 1}"
        pieces = (Utterance(spoken, spoken, ParticipantRole.CUSTOMER, "えっと", 0, 900, 1, None),)
    return AnalysisEvent(call_id, AnalysisKind.SEGMENTS, NOON, turns, pieces)


def deliveries(seed: int, count: int, mixed: float = 0.0) -> Iterator[Delivery]:
    """Deliveries of two calls, of which now and then something else is told."""
    rng = random.Random(seed)
    for number in range(count):
        at = NOON + timedelta(seconds=number)
        events: list[Any] = [
            some_event(rng, call_id, number, (call_id == "c1") != (rng.random() < mixed))
            for call_id in rng.choice((("c1",), ("c2",), ("c1", "c2")))
        ]
        if rng.random() < 0.04:
            events.append(ContactEvent("c1", "CONNECTED", at, connected_at=NOON, agent_user_id="a"))
        yield Delivery(events, at)


@pytest.mark.parametrize(("seed", "mixed"), [(1, 0.0), (4, 0.02), (5, 0.2)])
def test_the_same_is_stored_as_without_them(
    engines: Sequence[Engine], seed: int, mixed: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late, repeated, changed, provisional; with others who write, and more turns than are kept."""
    monkeypatch.setattr(kept_calls, "_MOST_TURNS", 110)
    kept = Contacts(engines[0], packaged())
    for number, delivery in enumerate(deliveries(seed, 120, mixed)):
        kept.take(delivery)
        Contacts(engines[1], packaged()).take(delivery)
        if number % 29 == 28:
            for engine in engines:
                at, customer = delivery.at, str(number)
                Store(engine).assign_customer("c1", customer, at, by="agent-1")
                late = replace(some_turn(random.Random(number), number, True), text="別の人です")
                told = AnalysisEvent("c1", AnalysisKind.SEGMENTS, at, (late,))
                Contacts(engine, packaged()).take(Delivery([told], at))

    assert rows(engines[0]) == rows(engines[1])


def turn(number: int) -> Delivery:
    """The next turn of a call."""
    begin = 3_000 * number
    said = Segment(
        f"s{number}", number, ParticipantRole.CUSTOMER, f"{number}番", begin, begin + 2_000
    )
    at = NOON + timedelta(milliseconds=begin + 2_000)
    return Delivery([AnalysisEvent("c1", AnalysisKind.SEGMENTS, at, (said,))], at)


def reads_of(engine: Engine, contacts: Contacts, delivery: Delivery) -> list[str]:
    """The tables of the log and of calls that are read to take a delivery."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        if "sqlite_sequence" not in arguments[2] and arguments[2].startswith("SELECT"):
            seen.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    contacts.take(delivery)
    event.remove(engine, "before_cursor_execute", note)
    return seen


def test_a_turn_of_a_call_at_hand_reads_nothing(engines: Sequence[Engine]) -> None:
    """From the second delivery after its beginning on, however long it becomes."""
    contacts = Contacts(engines[0], EchoLanguage())
    reads = [reads_of(engines[0], contacts, turn(number)) for number in range(230)]

    assert all(reads[:2])
    assert not any(reads[2:])


def test_a_call_that_is_over_is_not_kept(engines: Sequence[Engine]) -> None:
    """Nor one that another process writes, until all its turns are seen again."""
    contacts = Contacts(engines[0], EchoLanguage())
    for number in range(4):
        contacts.take(turn(number))
    contacts.forget("c1")
    assert reads_of(engines[0], contacts, turn(4))
    assert not reads_of(engines[0], contacts, turn(5))
    Contacts(engines[0], EchoLanguage()).take(turn(6))

    assert reads_of(engines[0], contacts, turn(7))
    assert not reads_of(engines[0], contacts, turn(8))


def test_calls_of_which_nothing_is_heard_are_let_go(
    engines: Sequence[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their words are not kept beyond some minutes, nor more than so many calls."""
    moment = [0.0]
    monkeypatch.setattr(kept_calls.time, "monotonic", lambda: moment[0])
    contacts = Contacts(engines[0], EchoLanguage())
    for number in range(3):
        contacts.take(turn(number))
        for call_id in ("c2", "c3"):
            events = [replace(one, contact_id=call_id) for one in turn(number).events]
            contacts.take(Delivery(events, NOON))
    moment[0] = 601.0
    events = [replace(one, contact_id="c2") for one in turn(3).events]
    contacts.take(Delivery(events, NOON))

    assert [*contacts._kept._calls] == ["c2"]
