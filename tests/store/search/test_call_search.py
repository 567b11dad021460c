"""Ended calls found by their facts and by their words."""

from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from callrisk.domain.language import Intent
from callrisk.domain.search.plain_text import plain_words
from callrisk.domain.search.sought_calls import FoundCalls, SoughtCalls, SoughtFacts
from callrisk.store.calls import Store
from callrisk.store.facts.fact_tables import call_facts
from callrisk.store.search import word_segments
from callrisk.store.search.call_search import CallSearch
from callrisk.store.search.fact_conditions import with_facts
from callrisk.store.search.search_tables import call_words
from callrisk.store.working.note_writing import NewNote
from harness.ended_calls import FIRST, EndedCall, ended_call, make_findable

EVERYBODY = None


def found(
    engine: Engine, words: str = "", agents: frozenset[str] | None = EVERYBODY, limit: int = 50,
    **facts: object,
) -> FoundCalls:  # fmt: skip
    sought = SoughtCalls(SoughtFacts(**facts), agents, plain_words(words))  # type: ignore[arg-type]
    return CallSearch(engine).page(sought, limit)


def ids(page: FoundCalls) -> list[str]:
    return [call.call_id for call in page.calls]


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few calls are packed, and none is left loose on purpose."""
    monkeypatch.setattr(word_segments, "_LEFT_LOOSE", -1_020)


def test_words_are_found_where_customers_said_them(engine: Engine) -> None:
    """In any spelling, in turns of the customer and in notes, with their place; newest first."""
    ended_call(engine, EndedCall("c1", ["少し滞納していて", "解約したいです"], 0))
    ended_call(engine, EndedCall("c2", ["ﾛｰﾝの Ｃard が使えません"], 1, notes=["解約の相談あり"]))
    ended_call(engine, EndedCall("c3", ["払えます"], 2))
    make_findable(engine)

    assert ids(found(engine, "解約")) == ["c2", "c1"]
    assert ids(found(engine, "解約　滞納")) == ["c1"]
    assert ids(found(engine, "ローン CARD")) == ["c2"]
    assert ids(found(engine, "残高")) == []
    assert ids(found(engine, "約解")) == []
    (call,) = found(engine, "滞納").calls
    (place,) = call.places
    assert (place.segment_id, place.text[place.begin : place.end]) == ("s0", "滞納")
    noted = found(engine, "解約").calls[0].places[0]
    assert (noted.segment_id, noted.text) == (None, "解約の相談あり")
    assert noted.note_id is not None


def test_facts_narrow_the_calls(engine: Engine) -> None:
    """Customer, agent, statement, category, day, with words and without."""
    ended_call(engine, EndedCall("c1", ["絶対に払いません"], 0, "agent-1", "1001"))
    ended_call(engine, EndedCall("c2", ["絶対に払いません"], 60 * 24, "agent-2", "1002"))
    make_findable(engine)

    for words in ("", "払いません"):
        assert ids(found(engine, words)) == ["c2", "c1"]
        assert ids(found(engine, words, customer_id="1001")) == ["c1"]
        assert ids(found(engine, words, agent_id="agent-2")) == ["c2"]
        assert ids(found(engine, words, intent="refusal")) == ["c2", "c1"]
        assert ids(found(engine, words, intent="promise")) == []
        assert ids(found(engine, words, category="high")) == ["c2", "c1"]
        assert ids(found(engine, words, outcome="paid")) == []
        assert ids(found(engine, words, last=date(2026, 5, 1))) == ["c1"]
        assert ids(found(engine, words, first=date(2026, 5, 2))) == ["c2"]
        assert ids(found(engine, words, frozenset({"agent-1"}))) == ["c1"]
        assert ids(found(engine, words, frozenset())) == []


@pytest.mark.usefixtures("small_segments")
def test_packed_calls_are_found_as_loose_ones_are(engine: Engine) -> None:
    """Page by page, each once, in the order of their starts, also where segments overlap."""
    for n in (0, 7, 3, 9, 1, 8, 2, 6):
        ended_call(engine, EndedCall(f"c{n}", [f"解約{n}番です" if n % 2 else "滞納です"], n))
        make_findable(engine)
    with engine.connect() as connection:
        places = select(func.count()).where(call_words.c.place.is_not(None))
        packed = connection.execute(places).scalar_one()

    assert packed == 8
    assert ids(found(engine, "解約")) == ["c9", "c7", "c3", "c1"]
    assert ids(found(engine, "解約", agent_id="agent-1")) == ["c9", "c7", "c3", "c1"]
    assert ids(found(engine, "滞納", frozenset({"agent-1"}))) == ["c8", "c6", "c2", "c0"]
    sought = SoughtCalls(SoughtFacts(), None, ("です",))
    seen, reached = list[str](), None
    while True:
        page = CallSearch(engine).page(sought, 3, reached)
        seen += ids(page)
        reached = page.reached
        if reached is None:
            break
    assert seen == [f"c{n}" for n in (9, 8, 7, 6, 3, 2, 1, 0)]


def test_notes_and_turns_after_the_end_are_found(engine: Engine) -> None:
    """As soon as the job has followed."""
    ended_call(engine, EndedCall("c1", ["はい"], 0))
    make_findable(engine)
    assert ids(found(engine, "弁護士")) == []
    Store(engine).add_note(NewNote("c1", "note", "agent-1", "弁護士に相談とのこと", FIRST))
    make_findable(engine)

    assert ids(found(engine, "弁護士")) == ["c1"]


def test_every_kind_of_statement_has_its_index(engine: Engine) -> None:
    """It is used: few calls among many have some kinds."""
    unused = [intent for intent in Intent if not uses_its_index(engine, intent)]

    assert unused == []


def uses_its_index(engine: Engine, intent: Intent) -> bool:
    sought = SoughtCalls(SoughtFacts(intent=str(intent)), None)
    told = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET enable_seqscan = off")
        asked = with_facts(connection, select(call_facts.c.call_id), sought, None)
        newest = asked.order_by(call_facts.c.started_at.desc()).limit(50)
        written = newest.compile(engine, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"{told} {written}").all()
    return f"call_facts_said_{intent}" in str(plan)
