"""What a recogniser repeats counts once; what a person says again stays."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callrisk.domain.call import CallState
from callrisk.domain.language import understand
from callrisk.domain.segment import OtherRole, ParticipantRole, Role, Segment, repeats

AGENT, CUSTOMER, SYSTEM = ParticipantRole.AGENT, ParticipantRole.CUSTOMER, OtherRole.SYSTEM
HALLUCINATED, CANNOT = "ご視聴ありがとうございました", "今月は払えません"
Said = tuple[Role, str]


def spoken(*said: Said, timed: bool = True) -> list[Segment]:
    """Turns of a second each, one after the other, or without times."""
    return [
        Segment(f"s{n:02}", n, role, text, *((1_000 * n, 1_000 * n + 900) if timed else ()))
        for n, (role, text) in enumerate(said)
    ]


def state_of(turns: list[Segment]) -> CallState:
    """A call in which these turns were heard, in this order."""
    state = CallState()
    for one in turns:
        state.add(one, understand(one.text) if one.role is CUSTOMER else ())
    return state


@pytest.mark.parametrize("text", [HALLUCINATED, CANNOT, "Thanks for watching."])
@pytest.mark.parametrize("timed", [True, False])
def test_what_a_recogniser_repeats_in_hold_music_counts_once(text: str, timed: bool) -> None:
    """Twenty turns are kept; they count and say what one does, in any order of arrival."""
    before, after = (AGENT, "少々お待ちください"), (AGENT, "お待たせしました")
    turns = spoken(before, *[(CUSTOMER, text)] * 20, after, timed=timed)
    once = state_of([*turns[:2], turns[-1]])
    for chance in range(3):
        random.Random(chance).shuffle(turns)
        state = state_of(turns)
        totals = state.totals()

        assert len(state.segments) == 22
        assert state.repeats == {f"s{n:02}" for n in range(2, 21)}
        assert (totals.customer_turns, totals.agent_turns) == (1, 2)
        assert totals.customer_chars == once.totals().customer_chars
        assert totals.customer_talk_ms == once.totals().customer_talk_ms
        assert state.said == once.said
        # The call lasts as long as it does.
        assert totals.elapsed_ms == (21_900 if timed else 0)


def test_marks_that_nobody_speaks_make_no_other_turn() -> None:
    """A recogniser sets them as it likes."""
    turns = spoken((CUSTOMER, "ご視聴、ありがとうございました。"), (CUSTOMER, HALLUCINATED))

    assert repeats(turns) == {"s01"}


def test_who_answers_each_question_alike_is_a_person() -> None:
    """A word of the agent between makes each an answer of its own."""
    question = [(AGENT, "今月のお支払いはいかがでしょうか"), (CUSTOMER, CANNOT)]
    state = state_of(spoken(*question * 10))

    assert state.repeats == set()
    assert state.totals().customer_turns == 10
    assert len(state.said.statements) >= 10


def test_aizuchi_and_what_is_said_while_the_agent_goes_on_stay() -> None:
    """はい is no repeat however often; そうですか is none while somebody is talking."""
    yes = spoken(*[(CUSTOMER, "はい。")] * 30)
    explained = Segment("a", 0, AGENT, "ご説明いたします", 0, 30_000)
    listening = spoken(*[(CUSTOMER, "そうですか")] * 3)

    assert repeats(yes) == repeats([explained, *listening]) == frozenset()
    assert repeats(listening) == {"s01", "s02"}


def test_an_announcement_between_is_no_word_of_the_agent() -> None:
    """It belongs to the hold music, and never counts itself."""
    waiting = (SYSTEM, "そのままお待ちください")
    heard = (CUSTOMER, HALLUCINATED)

    assert repeats(spoken(heard, waiting, heard, waiting, heard)) == {"s02", "s04"}


def test_other_words_and_another_speaker_make_another_turn() -> None:
    """Whatever stood before them."""
    first, second = (
        Segment(f"s{n}", n, AGENT, "担当の者です。", n, n, participant_id=f"agent-{n}")
        for n in range(2)
    )

    assert repeats(spoken((CUSTOMER, CANNOT), (CUSTOMER, "仕事が"), (CUSTOMER, CANNOT))) == set()
    assert repeats([first, second]) == set()


def test_two_hidden_numbers_only_look_alike() -> None:
    """Nobody knows whether they are one number."""
    assert repeats(spoken((CUSTOMER, "●●●●です"), (CUSTOMER, "●●●●です"))) == set()


@st.composite
def calls(draw: st.DrawFn) -> list[Segment]:
    """Few words by few speakers, some at once, some in several versions."""
    role, text = (
        st.sampled_from([*ParticipantRole, SYSTEM]),
        st.sampled_from([HALLUCINATED, "はい"]),
    )
    turns = []
    for sequence in range(draw(st.integers(1, 14))):
        begin = draw(st.sampled_from([None, 0, 3, 5, 9, 12]))
        end = None if begin is None else begin + draw(st.integers(0, 6))
        number = draw(st.integers(0, 8))
        turns.append(Segment(f"s{number}", sequence, draw(role), draw(text), begin, end))
    return turns


@settings(max_examples=200, deadline=None)
@given(calls(), st.randoms(use_true_random=False))
def test_a_call_in_progress_knows_what_the_set_of_its_turns_tells(
    turns: list[Segment], chance: random.Random
) -> None:
    """After every turn, in any order and with turns that come twice."""
    again, state = turns * 2, CallState()
    chance.shuffle(again)
    for one in again:
        state.add(one)

        assert state.repeats == repeats(state.segments)
        assert state.totals() == state_of(state.segments).totals()
