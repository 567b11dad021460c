"""What was said: concerns open, repeat ever less and are answered, in any order of arrival."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callrisk.domain.call import CallState
from callrisk.domain.language import Intent, Mood, Statement
from callrisk.domain.language.concerns import Concern, Concerns, packaged_concerns
from callrisk.domain.language.said import (
    NOTHING,
    NOTHING_SAID,
    ReadTurn,
    Said,
    SaidTotals,
    names_date,
    said_in,
)
from callrisk.domain.segment import ParticipantRole, Segment
from harness.made_statements import DATED, random_turns, states, turn

HARDSHIP, INABILITY, DELAY = Intent.HARDSHIP, Intent.INABILITY, Intent.DELAY_REQUEST
PROMISE, CAPACITY, RESOLVED = Intent.PROMISE, Intent.CAPACITY, Intent.RESOLVED
# Weight, and percent answered by a dated promise, one without, capacity and relief; the figures
# below follow from these rows, whatever the product's own are.
_ROWS = {
    HARDSHIP: (3, 80, 60, 90, 100),
    INABILITY: (5, 80, 60, 80, 100),
    DELAY: (3, 100, 80, 100, 100),
    Intent.PAST_DEFAULT: (2, 40, 30, 50, 80),
    PROMISE: (-2, 0, 0, 0, 0),
    CAPACITY: (-2, 0, 0, 0, 0),
    RESOLVED: (-1, 0, 0, 0, 0),
}
CONCERNS: Concerns = {
    **packaged_concerns(),
    **{intent: Concern(intent, *row, "", "") for intent, row in _ROWS.items()},
}


def said(*turns: ReadTurn) -> Said:
    """What these turns say."""
    return said_in(turns, CONCERNS)


def amounts(found: Said) -> list[int]:
    """The amount of each statement."""
    return [one.amount for one in found.statements]


def test_nothing_said_is_nothing() -> None:
    """No turns, or turns that say nothing, leave all totals at zero."""
    assert said() == said(turn(0), turn(1)) == NOTHING
    assert NOTHING.totals == NOTHING_SAID == SaidTotals()


def test_a_concern_opens_with_its_weight_times_its_strength() -> None:
    """In hundredths of a weight: five for inability, and half of three for a weak hardship."""
    found = said(turn(0, states(INABILITY)), turn(1, states(HARDSHIP, 0.5)))

    assert amounts(found) == [500, 150]
    assert found.totals == SaidTotals(
        said_statements=2, said_concern=650, said_strongest=500, said_open_kinds=2,
        said_concern_turns=2, said_promise=0, said_last=1,
    )  # fmt: skip


def test_each_repetition_adds_half_of_the_one_before() -> None:
    """By kind: another kind between them opens in full, and changes nothing of the halving."""
    found = said(
        turn(0, states(HARDSHIP)),
        turn(1, states(HARDSHIP)),
        turn(2, states(DELAY)),
        turn(3, states(HARDSHIP)),
        turn(4, states(HARDSHIP)),
    )

    assert amounts(found) == [300, 150, 300, 75, 37]
    assert found.totals.said_concern == 300 + 150 + 300 + 75 + 37


@pytest.mark.parametrize(
    ("answer", "text", "left", "reassures"),
    [
        # Hardship of weight 3: 80 % by a dated promise, 60, 90 and 100 % by the others.
        (PROMISE, DATED, 300 - 240, -200),
        (PROMISE, "払います", 300 - 180, -100),
        (CAPACITY, "余裕はあります", 300 - 270, -200),
        (RESOLVED, "分かりました", 0, -100),
        (Intent.OBLIGATION_ACK, "払うものですね", 300, 0),
    ],
)
def test_a_concern_is_answered_in_part(
    answer: Intent, text: str, left: int, reassures: int
) -> None:
    """By the percentage of its row; a promise without a date answers less and is worth half."""
    found = said(turn(0, states(HARDSHIP)), turn(1, states(answer), text=text))

    assert found.statements[1].amount == reassures
    assert found.totals.said_strongest == left
    assert found.totals.said_concern == left + reassures
    assert found.statements[0].answered == (300 - left) // 3
    assert found.statements[0].is_open == (left > 150)
    assert found.totals.said_promise == (0 if answer is not PROMISE else 2 if text is DATED else 1)


def test_only_a_promise_is_dated() -> None:
    """A day in the turn of a concern or of capacity dates nothing."""
    found = said(turn(0, states(PROMISE), states(CAPACITY, begin=1), text=DATED))

    assert [one.dated for one in found.statements] == [True, False]


@pytest.mark.parametrize("text", ["月末に払います", "25日に", "２５日には", "給料日に", "今すぐ"])
def test_a_day_by_which_somebody_pays_is_a_date(text: str) -> None:
    """In words or in figures of either width."""
    assert names_date(text)
    assert not names_date("必ず払います")


def test_what_is_answered_twice_is_answered_of_what_is_left() -> None:
    """60 % and then 60 % of the rest: 84 %, never more than all."""
    found = said(turn(0, states(HARDSHIP)), turn(1, states(PROMISE)), turn(2, states(PROMISE)))

    assert found.statements[0].answered == 60 + 24
    assert found.totals.said_strongest == 48


def test_a_concern_that_comes_back_after_an_answer_counts_fully() -> None:
    """It is no repetition of the one that was answered."""
    found = said(
        turn(0, states(HARDSHIP)),
        turn(1, states(HARDSHIP)),
        turn(2, states(RESOLVED)),
        turn(3, states(HARDSHIP)),
        turn(4, states(HARDSHIP)),
    )

    assert amounts(found) == [300, 150, -100, 300, 150]
    assert [one.answered for one in found.statements] == [100, 100, 0, 0, 0]
    assert found.totals.said_concern == 450 - 100
    assert found.totals.said_last == 1


def test_what_answers_none_of_a_concern_does_not_reopen_it() -> None:
    """Knowing that it is due answers nothing, so the next one is a repetition still."""
    found = said(
        turn(0, states(HARDSHIP)), turn(1, states(Intent.OBLIGATION_ACK)), turn(2, states(HARDSHIP))
    )

    assert amounts(found) == [300, 0, 150]
    assert [one.said_last for one in found.path] == [1, 1, 1]


def test_reassurance_counts_once_a_kind() -> None:
    """The strongest of its kind, however often it is said; kinds add up."""
    found = said(
        turn(0, states(PROMISE)),
        turn(1, states(PROMISE), text=DATED),
        turn(2, states(PROMISE, 0.5), text=DATED),
        turn(3, states(CAPACITY, 0.5)),
    )

    assert amounts(found) == [-100, -200, -100, -100]
    assert [one.said_concern for one in found.path] == [-100, -200, -200, -300]
    assert found.totals.said_promise == 2
    assert found.totals.said_last == -1


def test_kinds_are_open_while_half_of_their_weight_is() -> None:
    """After 60 % of it is answered a hardship is no open kind any more; a delay request is."""
    found = said(turn(0, states(HARDSHIP)), turn(1, states(Intent.PAST_DEFAULT)),
                 turn(2, states(PROMISE)))  # fmt: skip

    assert [one.said_open_kinds for one in found.path] == [1, 2, 1]


@pytest.mark.parametrize(
    "suppressed",
    [Statement(HARDSHIP, 0, 1, mood, 0.8) for mood in Mood if mood is not Mood.ASSERTED]
    + [Statement(HARDSHIP, 0, 1, Mood.ASSERTED, 0.0)],
)
def test_a_suppressed_statement_adds_nothing(suppressed: Statement) -> None:
    """Neither to the amounts nor to the repetitions of what is said in earnest."""
    bare = said(turn(0), turn(1, states(HARDSHIP)))

    assert said(turn(0, suppressed)) == NOTHING
    assert said(turn(0, suppressed), turn(1, states(HARDSHIP))) == bare


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_any_order_of_turns_says_the_same(seed: int, chance: random.Random) -> None:
    """The statements are read in the order of speech, however the turns arrive."""
    turns = random_turns(np.random.default_rng(seed), 12)
    shuffled = list(turns)
    chance.shuffle(shuffled)
    state = CallState(CONCERNS)
    for segment, statements in [*shuffled, *turns]:
        state.add(segment, statements)

    assert said_in(shuffled, CONCERNS) == said_in(turns, CONCERNS) == state.said


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_the_path_tells_every_moment(seed: int) -> None:
    """Each of its totals is what is said until there, and the last one is the totals."""
    turns = random_turns(np.random.default_rng(seed), 10)
    found = said_in(turns, CONCERNS)
    ends = 0
    for heard in range(len(turns) + 1):
        until = said_in(turns[:heard], CONCERNS)
        ends = len(until.path)
        assert until.path == found.path[:ends]
        assert until.totals == (until.path[-1] if ends else NOTHING_SAID)

    assert len(found.path) == len(found.statements) == ends


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 9))
def test_a_late_turn_changes_only_what_comes_after_it(seed: int, place: int) -> None:
    """What was said before its place keeps its amount and its totals."""
    turns = random_turns(np.random.default_rng(seed), 10)
    late = turn(place, states(INABILITY), states(PROMISE, begin=1), text=DATED)
    others = [read for read in turns if read[0].segment_id != late[0].segment_id]
    before, after = said_in(others, CONCERNS), said_in([*others, late], CONCERNS)
    earlier = sum(one.segment_id < late[0].segment_id for one in before.statements)

    assert after.path[:earlier] == before.path[:earlier]
    assert amounts(after)[:earlier] == amounts(before)[:earlier]
    assert [one.segment_id for one in after.statements[earlier:][:2]] == [late[0].segment_id] * 2
    assert after.statements[earlier].amount in {500, 250, 125, 62, 31, 15, 7, 3, 1, 0}


def test_turns_are_read_by_their_begin() -> None:
    """A promise that was spoken before a concern does not answer it, though it came later."""
    concern = replace(turn(1)[0], begin_ms=9_000, end_ms=9_500)
    promise = replace(turn(2)[0], begin_ms=1_000, end_ms=1_500, text=DATED)
    found = said((concern, [states(HARDSHIP)]), (promise, [states(PROMISE)]))

    assert [one.intent for one in found.statements] == [PROMISE, HARDSHIP]
    assert found.statements[1].answered == 0
    assert found.totals.said_last == 1


def test_only_the_customer_says_anything() -> None:
    """An agent who speaks of being unable to pay states nothing, whatever was read there."""
    state = CallState()
    state.add(Segment("a", 1, ParticipantRole.AGENT, "払えませんか"), [states(INABILITY)])

    assert state.said == NOTHING
    assert state.totals().said_statements == 0
