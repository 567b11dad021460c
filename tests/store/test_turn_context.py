"""The context of a customer's turn is a function of the set of turns."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from callrisk.domain.language import Statement
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store.statements.turn_context import Contexts, TurnPlace, contexts, touched
from harness.echo_language import EchoLanguage

AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
ECHO = EchoLanguage()
Turns = dict[str, Segment]


def turn(number: int, role: ParticipantRole, begin: int | None = None) -> Segment:
    """A turn whose words are its own."""
    return Segment(f"s{number}", number, role, f"発話{number}", begin, begin)


def contexts_of(turns: Turns) -> Contexts:
    """Return the contexts of these turns."""
    return contexts(TurnPlace.of(one) for one in turns.values())


def test_only_the_agents_turn_right_before_is_context() -> None:
    """Another turn of the customer in between is none, and the first turn has none."""
    turns = [turn(0, CUSTOMER, 0), turn(1, AGENT, 5), turn(2, CUSTOMER, 9), turn(3, CUSTOMER, 12)]

    found = contexts_of({one.segment_id: one for one in turns})
    assert found == {"s0": None, "s2": "s1", "s3": None}


def test_of_two_turns_that_begin_together_the_id_decides() -> None:
    """Whatever their sequence, which changes when a turn is told again."""
    agent, customer = turn(2, AGENT, 5), turn(1, CUSTOMER, 5)
    again = replace(agent, sequence=0)

    assert contexts_of({"s1": customer, "s2": agent}) == {"s1": None}
    assert contexts_of({"s1": customer, "s2": again}) == {"s1": None}


def test_turns_without_times_keep_the_order_of_their_source() -> None:
    """The tenth comes after the ninth, though its id sorts before."""
    turns = [turn(number, (CUSTOMER, AGENT)[number % 2]) for number in range(12)]

    found = contexts_of({one.segment_id: one for one in turns})
    assert found["s10"] == "s9"


@st.composite
def versions(draw: st.DrawFn) -> list[Segment]:
    """Turns of a call, some in several versions: other words, another speaker, another place."""
    return [
        Segment(
            f"s{draw(st.integers(0, 7))}", sequence, draw(st.sampled_from(ParticipantRole)),
            draw(st.sampled_from(["はい", "払えません", "いつ払えますか", ""])),
            *([None] * 2 if begin is None else [begin] * 2),
        )
        for sequence in range(draw(st.integers(1, 14)))
        for begin in [draw(st.sampled_from([None, 0, 3, 5, 9, 12]))]
    ]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(versions(), st.randoms(use_true_random=False))
def test_reading_what_is_touched_is_reading_all(told: list[Segment], chance: random.Random) -> None:
    """One turn at a time, in any order and with repeats, ends as the whole call read in order."""
    told = told * 2
    chance.shuffle(told)
    turns: Turns = {}
    read: dict[str, tuple[Statement, ...]] = {}
    for one in told:
        stored = turns.get(one.segment_id)
        if stored is not None and one.rank <= stored.rank:
            continue
        before, turns = contexts_of(turns), {**turns, one.segment_id: one}
        after = contexts_of(turns)
        read.pop(one.segment_id, None)
        for touched_id in touched(before, after, {one.segment_id}):
            agent = after[touched_id]
            asked = "" if agent is None else turns[agent].text
            read[touched_id] = ECHO.answer(asked, turns[touched_id].text)

    order = sorted(turns.values(), key=lambda each: each.place)
    whole = ECHO.read([(each.role, each.text) for each in order])
    said = zip(order, whole, strict=True)
    assert read == {one.segment_id: found for one, found in said if one.role is CUSTOMER}
