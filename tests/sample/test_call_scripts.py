"""The titles of recorded calls come true: what is played is what the script says."""

from itertools import groupby

import numpy as np
import pytest

from callrisk.sample.recorded_calls import CallRecorder
from callrisk.sample.speech.call_scripts import RISK_BANDS
from callrisk.sample.speech.customer_states import ASSURANCES, CONCERNS, CUSTOMER_STATES

SCRIPTS = {script.title: script for band in RISK_BANDS for script in band.scripts}


def states_of(sample, title, seed=3):
    """The states of one recording of a script: kinds in their order, each exchange once."""
    recorder = CallRecorder(sample.population, sample.bank)
    turns = recorder.record(seed, SCRIPTS[title], np.random.default_rng(seed))
    kinds = [kind for kind, _ in groupby(turn.scene_kind for turn in turns)]
    return [kind for kind in kinds if kind in CUSTOMER_STATES]


def said_in(script):
    """The states that a script plays; two in a row that are of one kind count once."""
    kinds = [kind for phase in script.phases for kind in phase.plays if kind in CUSTOMER_STATES]
    return [kind for kind, _ in groupby(kinds)]


def without_neighbours(kinds):
    return [kind for kind, _ in groupby(kinds)]


@pytest.mark.parametrize("seed", [3, 40])
@pytest.mark.parametrize("title", SCRIPTS)
def test_a_recording_has_the_states_of_its_script_and_no_others(sample, title, seed):
    """No state comes up by chance, whoever the customer is."""
    assert without_neighbours(states_of(sample, title, seed)) == said_in(SCRIPTS[title])


def test_twelve_recordings_have_twelve_titles(sample):
    """Each band has a script for each of its four recordings."""
    assert len({call.title for call in sample.recorded_calls}) == 12
    assert {call.title for call in sample.recorded_calls} == set(SCRIPTS)


@pytest.mark.parametrize(
    "title", ["途中で支払いの不安が出て、最後に落ち着く", "不安から始まり、約束で少し落ち着く"]
)
def test_a_call_that_ends_calm_has_no_concern_after_the_first_assurance(sample, title):
    """Concerns first, assurances last."""
    states = states_of(sample, title)
    first = min(states.index(kind) for kind in ASSURANCES if kind in states)

    assert set(states[:first]) & set(CONCERNS)
    assert set(states[first:]) <= set(ASSURANCES)


def test_a_call_that_ends_in_doubt_has_no_assurance(sample):
    """The first half says nothing of paying, the second only concerns."""
    assert set(states_of(sample, "順調に始まり、終わりに不安が残る")) <= set(CONCERNS)


def test_a_refusal_is_said_more_than_once(sample):
    """Paying is refused at least twice in different words."""
    assert states_of(sample, "はっきりと支払いを断られる").count("refusal") >= 2


def test_relief_follows_at_once_where_the_title_says_so(sample):
    """One concern, answered before anything else comes up."""
    recorder = CallRecorder(sample.population, sample.bank)
    script = SCRIPTS["一度だけ支払いを気にして、すぐに安心する"]
    for seed in range(6):
        turns = recorder.record(seed, script, np.random.default_rng(seed))
        kinds = [kind for kind, _ in groupby(turn.scene_kind for turn in turns)]
        concern = kinds.index("hardship")
        assert "resolved" in kinds[concern + 1 : concern + 3]


@pytest.mark.parametrize(
    "title", ["落ち着いて進む申し込み", "雑談に「厳しい」が出るが、支払いの話ではない"]
)
def test_a_calm_call_has_no_concern_and_ends_with_the_means_to_pay(sample, title):
    """Nothing of what is said about paying is bad."""
    states = states_of(sample, title)

    assert set(states) <= {"promise", "capacity"}
    assert states[-1] == "capacity"


def test_the_word_of_the_small_talk_call_is_heard(sample):
    """The customer says 厳しい, and no state of the call does."""
    recorder = CallRecorder(sample.population, sample.bank)
    script = SCRIPTS["雑談に「厳しい」が出るが、支払いの話ではない"]
    turns = recorder.record(7, script, np.random.default_rng(7))
    heard = {turn.scene_kind for turn in turns if "厳し" in turn.turn.text}

    assert "harsh" in heard
    assert not heard & set(CUSTOMER_STATES)
