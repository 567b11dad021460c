"""The state of a call is a function of the set of its turns."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callrisk.domain.call import TEXT_FIELDS, CallState, CallTotals, text_totals
from callrisk.domain.language import understand
from callrisk.domain.segment import OtherRole, ParticipantRole, Segment, Sentiment

AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER


def turn(number: int, role: ParticipantRole, begin: int, end: int, text: str = "はい") -> Segment:
    """A turn with times."""
    return Segment(f"s{number}", number, role, text, begin, end, Sentiment.NEUTRAL)


@st.composite
def calls(draw: st.DrawFn) -> list[Segment]:
    """Turns with overlaps, gaps and twins in time, some without mood."""
    texts = st.sampled_from(
        ["はい", "ちょっと厳しいです", "えっと、払えるか不安で", "大丈夫です。", ""]
    )
    turns = []
    for number in range(draw(st.integers(1, 12))):
        begin = draw(st.integers(0, 500))
        turns.append(
            Segment(
                f"s{number}",
                number,
                draw(st.sampled_from(ParticipantRole)),
                draw(texts),
                begin,
                begin + draw(st.integers(0, 150)),
                draw(st.sampled_from([None, *Sentiment])),
            )
        )
    return turns


def milliseconds(turns: list[Segment], role: ParticipantRole) -> set[int]:
    """Every millisecond in which a speaker talks: slow and certain."""
    return {
        moment
        for one in turns
        if one.role is role and one.begin_ms is not None and one.end_ms is not None
        for moment in range(one.begin_ms, one.end_ms)
    }


@settings(max_examples=100, deadline=None)
@given(calls(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(turns: list[Segment], chance: random.Random) -> None:
    """Shuffled and repeated turns give the totals of the turns in order, at every reading."""
    straight, shuffled = CallState(), CallState()
    for one in turns:
        straight.add(one)
    again = [*turns, *turns]
    chance.shuffle(again)
    for one in again:
        shuffled.add(one)
        shuffled.totals()

    assert straight.totals() == shuffled.totals()


@settings(max_examples=80, deadline=None)
@given(calls())
def test_overlap_is_what_a_clock_would_count(turns: list[Segment]) -> None:
    """The sweep agrees with counting single milliseconds."""
    state = CallState()
    for one in turns:
        state.add(one)

    overlap = milliseconds(turns, AGENT) & milliseconds(turns, CUSTOMER)
    assert len(overlap) == state.totals().overlap_ms


def test_longest_silence_is_the_widest_gap_between_turns() -> None:
    """What lies between the furthest end so far and the next beginning is silence."""
    state = CallState()
    for number, (begin, end) in enumerate([(1_000, 9_000), (2_000, 3_000), (9_400, 9_500)]):
        state.add(turn(number, AGENT, begin, end))

    assert state.totals().longest_silence_ms == 400
    assert state.totals().elapsed_ms == 9_500


def test_the_later_sequence_wins() -> None:
    """A turn that comes again with another text replaces the one before, never the other way."""
    state = CallState()
    first = Segment("a", 1, CUSTOMER, "払えます", 0, 1_000)
    corrected = Segment("a", 2, CUSTOMER, "払えるか不安です", 0, 1_200)

    assert state.add(corrected, understand(corrected.text))
    assert not state.add(first, understand(first.text))
    assert not state.add(corrected, understand(corrected.text))
    assert state.totals().customer_turns == 1
    assert state.totals().customer_talk_ms == 1_200
    assert state.totals().said_promise == 0
    assert state.totals().said_open_kinds == 1


def test_parts_add_up_to_the_whole() -> None:
    """Counting turn by turn equals counting all turns at once."""
    agent = ["お電話ありがとうございます", "", "少々お待ちください"]
    customer = ["えっと", "ちょっと払えるか 不安で、", "はい"]
    parts = [text_totals([one], []) for one in agent] + [text_totals([], [one]) for one in customer]

    assert tuple(map(sum, zip(*parts, strict=True))) == text_totals(agent, customer)
    assert (0,) * len(TEXT_FIELDS) == text_totals([], [])


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [("二\n行", 0, 1), ("はい", 5, None), ("はい", None, 5), ("はい", 5, 4), ("はい", -1, 4)],
)
def test_what_is_no_turn_is_refused(text: str, begin: int | None, end: int | None) -> None:
    """Line breaks and impossible times never get in."""
    with pytest.raises(ValueError, match=r"turn|begin_ms"):
        Segment("a", 1, AGENT, text, begin, end)


def test_who_is_no_party_is_heard_and_not_counted() -> None:
    """Neither turns nor talk time of supervisors, bots and announcements enter any total."""
    state = CallState()
    for number, role in enumerate(OtherRole):
        segment = Segment(f"x{number}", number, role, "払えません", 0, 9_000, Sentiment.NEGATIVE)
        assert state.add(segment)

    assert state.totals() == CallTotals()
    assert len(state.segments) == len(OtherRole)


def test_a_turn_of_three_letters_is_short_and_one_of_four_is_not() -> None:
    """Of the customer alone."""
    totals = dict(
        zip(TEXT_FIELDS, text_totals(["はい"], ["はい", "えっと", "えっとね"]), strict=True)
    )

    assert [count for name, count in totals.items() if "short" in name] == [2]
