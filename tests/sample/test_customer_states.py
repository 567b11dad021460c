"""Customers say what their traits let them mean, and every meaning has many wordings."""

import numpy as np
import pytest

from callrisk.sample.speech.customer_states import (
    ASSURANCES,
    CONCERNS,
    CUSTOMER_STATES,
    GRAVE_CONCERNS,
    SpeakingStyle,
    draw_states,
    style_from,
)
from callrisk.sample.speech.scene_files import read_scenes

FREQUENT = (
    "hardship", "inability", "income_loss", "delay_request", "evasion", "promise", "capacity",
    "resolved",
)  # fmt: skip
MID_LENGTH = 20


@pytest.fixture(scope="module")
def exchanges():
    """The exchanges of each kind of scene."""
    kinds: dict[str, list] = {}
    for scene in read_scenes():
        kinds.setdefault(scene.kind, []).extend(scene.exchanges)
    return kinds


def drawn(style, exchanges=MID_LENGTH, calls=400):
    """The kinds of the states of many calls, each in the order of the call."""
    rng = np.random.default_rng(5)
    for _ in range(calls):
        states, moments = draw_states(exchanges, style, rng)
        yield [CUSTOMER_STATES[state] for state in states[np.argsort(moments)]]


def style(worry=0.0, evasion=0.0, hesitation=0.0, promise=0.0):
    return style_from(worry, evasion, hesitation, promise)


def mean_count(style, kinds, exchanges=MID_LENGTH):
    return np.mean([sum(kind in kinds for kind in call) for call in drawn(style, exchanges)])


@pytest.mark.parametrize("kind", CUSTOMER_STATES)
def test_every_state_has_many_wordings(exchanges, kind):
    """At least 14 different exchanges of frequent states and 8 of others."""
    assert len(set(exchanges[kind])) >= (14 if kind in FREQUENT else 8)


@pytest.mark.parametrize("kind", CUSTOMER_STATES)
def test_an_exchange_of_a_state_is_short_and_the_customer_speaks(exchanges, kind):
    """Both speak, in two to four lines."""
    for exchange in exchanges[kind]:
        assert 2 <= len(exchange) <= 4
        assert {line.role for line in exchange} == {"AGENT", "CUSTOMER"}


def test_concerns_sound_bad_and_assurances_do_not(exchanges):
    """No promise, means or relief of a customer carries a negative sentiment."""
    for kind in ASSURANCES:
        lines = [line for exchange in exchanges[kind] for line in exchange]
        assert all(text.sentiment >= 0 for line in lines for text in (line.open, line.curt))


def test_small_talk_has_words_of_worry_too(exchanges):
    """Thirty exchanges of hard weather, other people's debts and lost matches."""
    assert len(exchanges["trap"]) >= 30
    assert len(exchanges["harsh"]) >= 8
    for exchange in exchanges["harsh"]:
        assert any("厳し" in line.open.words for line in exchange if line.role == "CUSTOMER")


def test_who_has_no_state_says_none():
    """The plain style leaves the whole call to its topics."""
    assert not any(drawn(SpeakingStyle()))


@pytest.mark.parametrize("worry", [1.0, 1.5, 2.5])
def test_the_worried_name_some_concerns_in_a_call_of_middle_length(worry):
    """Two to six on average, and at least one in every call."""
    counts = [sum(kind in CONCERNS for kind in call) for call in drawn(style(worry))]

    assert 2 <= np.mean(counts) <= 6
    assert min(counts) >= 1


def test_others_name_one_mild_concern_at_most():
    """Mostly none; never a grave one, and an assurance usually follows."""
    calls = list(drawn(style(promise=-9.0)))
    concerned = [call for call in calls if set(call) & set(CONCERNS)]
    answered = [
        call
        for call in concerned
        if any(
            kind in ASSURANCES
            for kind in call[next(place for place, kind in enumerate(call) if kind in CONCERNS) :]
        )
    ]

    assert 0.1 < len(concerned) / len(calls) < 0.4
    assert all(sum(kind in CONCERNS for kind in call) == 1 for call in concerned)
    assert not any(set(call) & set(GRAVE_CONCERNS) for call in calls)
    assert len(answered) / len(concerned) > 0.7


def test_stronger_worry_is_graver():
    """Inability, lost income, old arrears and refusals come with strength, hardly before."""
    mild, strong = (style(worry) for worry in (1.0, 2.3))

    assert mean_count(mild, GRAVE_CONCERNS) == 0
    assert mean_count(strong, GRAVE_CONCERNS) > 1.5


@pytest.mark.parametrize(
    ("trait", "kinds"),
    [
        ("worry", CONCERNS),
        ("evasion", ("evasion",)),
        ("evasion", ("dispute",)),
        ("evasion", ("third_party",)),
        ("hesitation", ("hesitation",)),
        ("promise", ("promise",)),
        ("promise", ("capacity",)),
    ],
)
def test_each_trait_has_its_states(trait, kinds):
    """More of a trait, more of its states."""
    assert mean_count(style(**{trait: 2.0}), kinds) > 1.5 * mean_count(style(), kinds)


def test_the_worried_rarely_speak_of_their_means():
    """Who is short of money does not say that there is plenty."""
    assert mean_count(style(worry=1.5), ("capacity",)) < 0.4 * mean_count(style(), ("capacity",))


@pytest.mark.parametrize("exchanges", [1, 2, 3, 8, 300])
def test_states_leave_room_for_the_topics_of_a_call(exchanges):
    """At most half of a call are states, rounded up, at moments between its two ends."""
    rng = np.random.default_rng(8)
    for _ in range(100):
        states, moments = draw_states(exchanges, style(3.0, 2.0, 2.0, 2.0), rng)
        assert len(states) == len(moments) <= (exchanges + 1) // 2
        assert (np.diff(states) >= 0).all()
        assert ((moments >= 0) & (moments <= 1)).all()
