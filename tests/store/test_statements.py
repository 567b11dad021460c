"""What turns say is stored with them, and is a function of the set of turns of their call."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, update

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Utterance
from callrisk.domain.language import Language, Statement
from callrisk.domain.segment import ParticipantRole, Segment, repeats
from callrisk.store.database import open_database
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.planning.near_turns import MOST_TURNS_AROUND_WORDS, Place
from callrisk.store.queries import Queries
from callrisk.store.tables import segments
from harness.echo_language import NOTHING, EchoLanguage
from harness.key_rings import KEYS

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
ECHO = EchoLanguage()
Said = dict[str, tuple[Statement, ...]]


def turn(number: int, role: ParticipantRole, text: str, begin: int | None = None) -> Segment:
    """A turn at a moment, without one in the order of its number."""
    return Segment(f"s{number}", number, role, text, begin, begin)


def hear(engine: Engine, *turns: Segment, call: str = "c1", language: Language = ECHO) -> int:
    """Deliver turns at once; return how many were new or newer."""
    heard = AnalysisEvent(call, AnalysisKind.SEGMENTS, NOON, turns)
    return Contacts(engine, language).take(Delivery([heard], NOON)).turns


def said(engine: Engine, call: str = "c1") -> Said:
    """What the stored turns of a call say, by id."""
    return {one.turn.segment_id: one.statements for one in Queries(engine).turns(call)}


def read_whole(engine: Engine, call: str = "c1") -> Said:
    """What the stored turns say when the whole call is read in order; repeats say nothing."""
    turns = Queries(engine).segments(call)
    whole, repeated = ECHO.read([(one.role, one.text) for one in turns]), repeats(turns)
    return {
        one.segment_id: () if one.segment_id in repeated else found
        for one, found in zip(turns, whole, strict=True)
    }


def logged(engine: Engine, call: str = "c1") -> list[dict[str, object]]:
    """The finished turns of a call in the log, in its order."""
    return [
        event.payload
        for event in Queries(engine).events_after(0, 9_999)
        if event.call_id == call and event.type == "transcript_segment"
        if not event.payload["provisional"]
    ]


def test_a_turn_is_stored_with_what_it_says(engine: Engine) -> None:
    """Statements, and the version that read them, for the agent's turn too; both are logged."""
    hear(engine, turn(0, AGENT, "お支払いは", 0), turn(1, CUSTOMER, "厳しいです", 5))
    agent, customer = Queries(engine).turns("c1")

    assert (agent.statements, agent.language) == ((), "echo-1")
    assert (customer.statements, customer.language) == (
        ECHO.answer("お支払いは", "厳しいです"), "echo-1",
    )  # fmt: skip
    (statement,) = customer.statements
    told = {payload["segment_id"]: payload["statements"] for payload in logged(engine)}
    assert told == {
        "s0": [],
        "s1": [{
            "intent": statement.intent, "phrase": "厳しいです", "segment_id": "s1", "begin": 0,
            "end": 5, "mood": "asserted", "strength": statement.strength,
        }],
    }  # fmt: skip


def test_a_late_question_changes_what_the_answer_says(engine: Engine) -> None:
    """The answer is stored and logged anew, and counts as no turn that was heard."""
    hear(engine, turn(1, CUSTOMER, "厳しいです", 5), turn(3, CUSTOMER, "分割で", 9))
    alone = said(engine)
    heard = hear(engine, turn(0, AGENT, "お支払いは", 0))

    assert heard == 1
    assert said(engine) == read_whole(engine) != alone
    assert [payload["segment_id"] for payload in logged(engine)] == ["s1", "s3", "s0", "s1"]


def test_an_answer_that_says_the_same_is_not_told_again(engine: Engine) -> None:
    """Neither after a late question nor when all is delivered once more."""
    hear(engine, turn(1, CUSTOMER, NOTHING, 5))
    hear(engine, turn(0, AGENT, "お支払いは", 0))
    again = hear(engine, turn(0, AGENT, "お支払いは", 0), turn(1, CUSTOMER, NOTHING, 5))

    assert again == 0
    assert [payload["segment_id"] for payload in logged(engine)] == ["s1", "s0"]


def test_a_corrected_turn_is_read_anew(engine: Engine) -> None:
    """Other words, another speaker, another place: it and its neighbours follow."""
    hear(engine, *(turn(n, (AGENT, CUSTOMER)[n % 2], f"発話{n}", 10 * n) for n in range(6)))
    for changed in (
        replace(turn(2, AGENT, "お支払いは", 20), sequence=10),
        replace(turn(1, CUSTOMER, "発話1", 55), sequence=11),
        replace(turn(4, CUSTOMER, "発話4", 40), sequence=12),
        replace(turn(4, AGENT, "発話4", 40), sequence=13),
    ):
        hear(engine, changed)
        assert said(engine) == read_whole(engine)


def test_a_late_word_of_the_agent_makes_an_answer_of_a_repeat(engine: Engine) -> None:
    """A repeat is told as one and says nothing; it is told anew when somebody spoke between."""
    hear(engine, *(turn(n, CUSTOMER, "厳しいです", 10 * n) for n in range(3)))
    before, repeated = said(engine), [payload["repeated"] for payload in logged(engine)]
    heard = hear(engine, turn(9, AGENT, "お支払いは", 15))
    after = logged(engine)[3:]

    assert repeated == [False, True, True]
    assert (len(before["s0"]), before["s1"], before["s2"]) == (1, (), ())
    assert heard == 1
    assert {one["segment_id"]: one["repeated"] for one in after} == {"s9": False, "s2": False}
    assert said(engine) == read_whole(engine) != before
    assert [one.repeated for one in Queries(engine).turns("c1")] == [False, True, False, False]


def test_another_language_reads_what_is_new_and_what_stands_beside_it(engine: Engine) -> None:
    """Each turn bears the version that read it."""
    hear(engine, turn(0, CUSTOMER, "発話0", 0), turn(2, CUSTOMER, "発話2", 9))
    hear(engine, turn(1, AGENT, "発話1", 5), language=EchoLanguage("echo-2"))

    versions = [one.language for one in Queries(engine).turns("c1")]
    assert versions == ["echo-1", "echo-2", "echo-2"]


def test_a_turn_without_words_keeps_what_it_said(engine: Engine) -> None:
    """Words that were erased cannot be read again."""
    hear(engine, turn(1, CUSTOMER, "厳しいです", 5))
    before = said(engine)
    with engine.begin() as connection:
        connection.execute(update(segments).values(sealed=None))
    hear(engine, turn(0, AGENT, "お支払いは", 0))

    assert said(engine) == before | {"s0": ()}


def test_a_number_is_masked_in_the_phrases_of_the_log(engine: Engine) -> None:
    """When a later turn shows that it was one."""
    hear(engine, turn(0, CUSTOMER, "厳しいですけど12", 0))
    hear(engine, turn(1, CUSTOMER, "12345678です", 2_000))

    masked = "厳しいですけど●●"
    told = [payload for payload in logged(engine) if payload["segment_id"] == "s0"]
    assert [payload["text"] for payload in told] == [masked, masked]
    phrases = {statement["phrase"] for payload in told for statement in payload["statements"]}  # type: ignore[attr-defined]
    assert phrases == {masked}
    assert said(engine) == read_whole(engine)


def test_a_piece_of_a_turn_says_nothing_yet(engine: Engine) -> None:
    """Its statements are an empty list."""
    piece = Utterance("u1", "s0", CUSTOMER, "厳しい", 0, 900)
    event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, pieces=(piece,))
    Contacts(engine, ECHO).take(Delivery([event], NOON))

    (told,) = [one for one in Queries(engine).events_after(0, 9) if one.type != "call_started"]
    assert told.payload["statements"] == []


@dataclass(frozen=True)
class Failing(EchoLanguage):
    """A language with a fault."""

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[Statement, ...]:
        """Fail on one turn."""
        if customer_turn == "発話1":
            raise RecursionError
        return super().answer(agent_turn, customer_turn)


def test_a_turn_that_the_language_fails_on_is_stored(engine: Engine) -> None:
    """It says nothing, and its neighbours say what they say."""
    heard = hear(
        engine, turn(1, CUSTOMER, "発話1", 0), turn(2, CUSTOMER, "発話2", 5), language=Failing()
    )
    failed, other = Queries(engine).turns("c1")

    assert heard == 2
    assert (failed.turn.text, failed.statements, failed.language) == ("発話1", (), "echo-1")
    assert len(other.statements) == 1


def test_another_version_of_the_program_may_have_stored_more(engine: Engine) -> None:
    """A statement of a kind that this version does not know is left out."""
    hear(engine, turn(1, CUSTOMER, "厳しいです", 0))
    unknown = {"intent": "gratitude", "begin": 0, "end": 1, "mood": "asserted", "strength": 1.0}
    with engine.begin() as connection:
        known = connection.execute(segments.select()).one().statements
        connection.execute(update(segments).values(statements=[unknown, *known]))

    assert said(engine) == read_whole(engine)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for many calls."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('db') / 'calls.db'}", KEYS)
    yield engine
    engine.dispose()


@st.composite
def versions(draw: st.DrawFn) -> list[Segment]:
    """Turns of a call, some in several versions, with and without times."""
    words = st.sampled_from([NOTHING, "払えません", "いつ払えますか", "090", "1234-5678です", ""])
    turns = []
    for sequence in range(1, draw(st.integers(2, 10))):
        begin = draw(st.sampled_from([None, 0, 3, 5, 9, 12]))
        role = draw(st.sampled_from(ParticipantRole))
        number = draw(st.integers(0, 6))
        turns.append(Segment(f"s{number}", sequence, role, draw(words), begin, begin))
    return turns


_CALL = count()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(versions(), st.randoms(use_true_random=False))
def test_every_order_of_arrival_ends_the_same(
    lasting: Engine, told: list[Segment], chance: random.Random
) -> None:
    """Shuffled, repeated, at once or apart: stored is what the call read as a whole says."""
    call, again = f"c{next(_CALL)}", told * 2
    chance.shuffle(again)
    while again:
        at_once = chance.randint(1, 3)
        hear(lasting, *again[:at_once], call=call)
        again = again[at_once:]
    whole = read_whole(lasting, call)

    assert said(lasting, call) == whole
    last = {payload["segment_id"]: payload for payload in logged(lasting, call)}
    repeated = repeats(Queries(lasting).segments(call))
    assert {turn_id for turn_id, payload in last.items() if payload["repeated"]} == repeated
    assert {turn_id: len(found) for turn_id, found in whole.items()} == {
        turn_id: len(payload["statements"])  # type: ignore[arg-type]
        for turn_id, payload in last.items()
    }
    strengths = {
        turn_id: [one["strength"] for one in payload["statements"]]  # type: ignore[attr-defined]
        for turn_id, payload in last.items()
    }
    assert strengths == {
        turn_id: [one.strength for one in found] for turn_id, found in whole.items()
    }


@pytest.mark.parametrize("every_time", [True, False, None])
def test_a_turn_within_a_long_call_is_read_with_its_neighbours(
    engine: Engine, every_time: bool | None
) -> None:
    """Behind some hundred others, between them and moved away; with times, without, with some."""

    def said_at(number: int, place: int, text: str) -> Segment:
        has_time = place % 2 == 0 if every_time is None else every_time
        role = (AGENT, CUSTOMER)[number % 2]
        one = turn(number, role, text, place * 10 if has_time else None)
        return replace(one, sequence=place * 10)

    hear(engine, *(said_at(n, n, f"発話{n}") for n in range(120)))
    for number, place in ((120, 120), (121, 121), (122, 40), (123, 41), (40, 80), (41, 5)):
        hear(engine, said_at(number, place, f"後から{number}"))
        assert said(engine) == read_whole(engine), (number, place)
    hear(engine, said_at(125, 125, "お支払い"), said_at(126, 2, "お支払いは"))
    assert said(engine) == read_whole(engine)


def test_a_turn_costs_the_same_however_long_its_call_is(tmp_path: Path) -> None:
    """So many rows are read for it, and they are found by an index."""
    engine = open_database(f"sqlite:///{(tmp_path / 'calls.db').as_posix()}", KEYS)
    asked: list[str] = []

    def turns_read(last: int) -> int:
        with engine.connect() as connection:
            place = Place.of("c1", [turn(last, CUSTOMER, "次", last * 10)], MOST_TURNS_AROUND_WORDS)
            return len(place.near(connection).stored)

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    read = []
    for long in (100, 200):
        hear(engine, *(turn(n, CUSTOMER, NOTHING, n * 10) for n in range(long - 100, long)))
        read.append(turns_read(long))
    assert read == [MOST_TURNS_AROUND_WORDS] * 2

    asked.clear()
    hear(engine, turn(200, CUSTOMER, "厳しい", 2_000))
    (of_turns,) = {sql for sql in asked if "UNION" in sql}
    marks = ("",) * of_turns.count("?")
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {of_turns}", marks)
        steps = [row[-1] for row in plan]
    assert sum("INDEX segments_by_time (call_id=? AND begin_ms>?" in step for step in steps) == 3
    assert not {"SCAN segments", "USE TEMP B-TREE FOR ORDER BY"} & {*steps}
    places = "SELECT segments.call_id, segments.segment_id, segments.role"
    assert not [sql for sql in asked if sql.startswith(places)]
    engine.dispose()


@pytest.mark.parametrize("is_late", [False, True])
def test_a_long_turn_of_the_other_side_is_known_from_afar(engine: Engine, is_late: bool) -> None:
    """Who says the same again while the other speaks repeats nothing, however long that is ago."""
    long = replace(turn(0, AGENT, "ご説明いたします", 0), end_ms=300_000)
    turns = [
        turn(n, CUSTOMER, f"今月はお支払いできません{n // 2}", n * 5_000) for n in range(1, 41)
    ]
    for one in [*turns, long] if is_late else [long, *turns]:
        hear(engine, one)
    assert said(engine) == read_whole(engine)
    assert all(said(engine)[one.segment_id] for one in turns)
