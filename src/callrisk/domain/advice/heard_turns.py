"""The turns of a moment in which something was heard that can cause a play."""

from collections.abc import Sequence

from callrisk.domain.advice.need import clear_need
from callrisk.domain.advice.play_index import Trigger
from callrisk.domain.advice.word_index import WordIndex
from callrisk.domain.segment import ParticipantRole, Segment

# A turn of the customer after the words of the agent's turn right before it ("" for none).
Answer = tuple[str, Segment]


def answers_in(turns: Sequence[Segment]) -> list[Answer]:
    """Return the turns of the customer, each after the agent's."""
    return [
        (before.text if before and before.role is ParticipantRole.AGENT else "", turn)
        for before, turn in zip((None, *turns), turns, strict=False)
        if turn.role is ParticipantRole.CUSTOMER
    ]


def newest_heard(
    turns: Sequence[Segment], answers: Sequence[Answer], words: WordIndex
) -> dict[Trigger, Segment]:
    """Return the newest turn that holds each of the playbook's words or has each clear need."""
    heard: dict[Trigger, Segment] = {}
    for turn in turns:
        if numbers := words.heard(turn.role, turn.text):
            heard.update(dict.fromkeys(numbers, turn))
    for asked, turn in answers:
        heard[clear_need(asked, turn.text)] = turn
    return heard
