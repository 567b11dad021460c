"""The operators of English: one form for what says the same, signs, clauses and moods."""

import pytest

from callrisk.domain.language import Mood
from callrisk.domain.language.english import ENGLISH


@pytest.mark.parametrize(
    ("said", "readable"),
    [
        ("I can't pay.", "i can ¬ pay ."),
        ("i cant pay", "i can ¬ pay"),
        ("I am unable to pay", "i can ¬ pay"),
        ("We won't be able to pay", "we can ¬ pay"),
        ("There's no way I can pay", "can ¬ pay"),
        ("I'm able to pay", "i can pay"),
        ("I'm gonna pay", "i will pay"),
        ("I'm not going to pay", "i will ¬ pay"),
        ("I won't pay", "i will ¬ pay"),
        ("I refuse to pay", "i 意 pay"),
        ("I have no intention of paying", "i 意 paying"),
        ("I've gotta pay", "i have 必 pay"),
        ("I have to pay", "i 必 pay"),
        ("Why should I pay", "反 pay"),
        ("How am I supposed to pay", "反 pay"),
        ("Could you wait", "願 wait"),
        ("I'd like to cancel", "願 cancel"),
        ("It's not that I can't pay", "⊕ pay"),
        ("I'm not saying I can't pay", "i 外 i can ¬ pay"),
        ("no problem", "no problem"),
        ("Um, well, uh, yes", "well yes"),
    ],
)
def test_operators_become_signs(said: str, readable: str) -> None:
    """What says the same has one form; what only looks like an operator stays."""
    assert ENGLISH.analyse(said).readable == readable


@pytest.mark.parametrize(
    ("said", "mood"),
    [
        ("I can't pay", Mood.ASSERTED),
        ("Can I pay by card", Mood.ASSERTED),  # a request, which the table reads
        ("Do I have to pay", Mood.QUESTION),
        ("what happens when I can't pay", Mood.QUESTION),
        ("when is it due", Mood.QUESTION),
        ("It is due?", Mood.QUESTION),
        ("if I lose my job", Mood.HYPOTHETICAL),
        ("unless they cut my hours", Mood.HYPOTHETICAL),
        ("my friend said he can't pay", Mood.QUOTED),
        ("they told me to pay", Mood.QUOTED),
        ("I told you I can't pay", Mood.ASSERTED),
        ("my brother lost his job", Mood.OTHER_PERSON),
        ("the guy next door went bankrupt", Mood.OTHER_PERSON),
        ("I borrow from my brother", Mood.ASSERTED),
    ],
)
def test_clauses_have_a_mood(said: str, mood: Mood) -> None:
    """Also without punctuation, as a recogniser writes."""
    assert ENGLISH.analyse(said).clauses[-1].mood is mood


def test_a_promise_behind_a_condition_is_asserted() -> None:
    """What follows from a condition is a clause of its own; a worry in it is supposed, too."""
    promised = ENGLISH.analyse("if you send me the link I will pay it today")
    worried = ENGLISH.analyse("if I lose my job I can't pay")

    assert [clause.mood for clause in promised.clauses] == [Mood.HYPOTHETICAL, Mood.ASSERTED]
    assert [clause.mood for clause in worried.clauses] == [Mood.HYPOTHETICAL, Mood.HYPOTHETICAL]


def test_each_letter_keeps_its_place() -> None:
    """The letters of an analysed turn point into the turn, in order, whatever was written out."""
    said = "Look, I'm NOT gonna be able to pay, you're gonna hafta wait… o'clock 'n all"
    plain = ENGLISH.plain_text(said)
    turn = ENGLISH.analysed(plain)

    assert len(turn.offsets) == len(turn.text)
    assert [*turn.offsets] == sorted(turn.offsets)
    assert turn.offsets[-1] < len(said)
    assert turn.clauses[0].begin == 0
    assert turn.clauses[-1].end == len(turn.text)
