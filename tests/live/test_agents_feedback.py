"""What agents make of advice, as it is noted: of which play, when, and how often it was heard."""

from datetime import UTC, datetime

import pytest

from callrisk.domain.advice import Feedback, Verdict
from callrisk.domain.call_end import CallLiveness
from callrisk.domain.call_record import StoredCall
from callrisk.domain.event_types import Source
from callrisk.domain.language import understand
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.live.assessment.advising import advice, take_feedback
from callrisk.live.live_call import LiveCall
from callrisk.live.served_playbook import ServedPlaybook

BEGAN = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER


@pytest.fixture(scope="module")
def playbook() -> ServedPlaybook:
    """The product's own plays."""
    return ServedPlaybook()


def call(*said: tuple[ParticipantRole, str]) -> LiveCall:
    """A call of turns of two seconds, each read in the packaged language."""
    row = StoredCall("c1", None, "a", Source.REST, False, BEGAN, None, False, False, None)
    found = LiveCall(row, CallLiveness(0.0))
    for n, (role, text) in enumerate(said):
        spoken = Segment(f"s{n}", n, role, text, n * 2_000, n * 2_000 + 2_000)
        found.state.add(spoken, understand(text) if role is CUSTOMER else ())
    return found


REFUSAL = (CUSTOMER, "そんな請求は払いません")
SMALL_TALK = (CUSTOMER, "そうですか、はい")


def first_action(found: LiveCall, playbook: ServedPlaybook) -> str:
    """The play that is advised first."""
    return advice(found, playbook, None)[0].action


def test_feedback_of_now_keeps_when_and_how_often_the_cause_was_heard(
    playbook: ServedPlaybook,
) -> None:
    """So that the play comes back only when it is heard once more."""
    found = call(SMALL_TALK, REFUSAL)
    action = first_action(found, playbook)
    take_feedback(found, f"{action} {Verdict.DONE} 伝えました、納得 済み", playbook)

    assert found.feedback == {action: Feedback(Verdict.DONE, 4.0, 1)}
    assert action not in [one.action for one in advice(found, playbook, None)]


@pytest.mark.parametrize(("at_s", "expected"), [(1.5, 1.5), (4.0, 4.0), (90.0, 4.0), (0.0, 0.0)])
def test_feedback_of_earlier_is_no_later_than_the_call(
    at_s: float, expected: float, playbook: ServedPlaybook
) -> None:
    """Of it is not known how often the cause had been heard."""
    found = call(SMALL_TALK, REFUSAL)
    action = first_action(found, playbook)
    take_feedback(found, f"{action} {Verdict.DISMISSED}", playbook, at_s)

    assert found.feedback == {action: Feedback(Verdict.DISMISSED, expected, 0)}


@pytest.mark.parametrize("words", ["{} done?", "{}", "nothing done", "", " done", "done {}"])
def test_what_names_no_play_or_no_verdict_is_only_a_note(
    words: str, playbook: ServedPlaybook
) -> None:
    """Whatever an agent writes."""
    found = call(REFUSAL)
    take_feedback(found, words.format(first_action(found, playbook)), playbook)

    assert found.feedback == {}


def test_words_of_the_latest_sixty_turns_advise() -> None:
    """Statements do, however far back."""
    asked = (CUSTOMER, "間違い電話です")
    chat = [(AGENT, "はい"), SMALL_TALK]
    playbook = ServedPlaybook()

    def causes(turns_since: int) -> set[str | None]:
        since = [chat[n % 2] for n in range(turns_since)]
        said = [(role, f"{text}{n}") for n, (role, text) in enumerate([asked, *since])]
        said[0] = asked
        return {one.because for one in advice(call(*said), playbook, None)}

    assert "s0" in causes(59)
    assert "s0" not in causes(60)
