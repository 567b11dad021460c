"""Calls for the tests of advice: turns as lines, understood as the product understands them."""

from collections.abc import Sequence
from typing import Any

from callrisk.domain.advice import CallMoment, Playbook, advice_for, load_playbook
from callrisk.domain.assessment import Recommendation
from callrisk.domain.customer import Customer
from callrisk.domain.language import understand
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.language.said import said_in
from callrisk.domain.segment import ParticipantRole, Segment

AGENT_MARK = "A: "
SECONDS_PER_TURN = 10


def turns_of(lines: Sequence[str]) -> tuple[Segment, ...]:
    """Return turns t1, t2, … of ten seconds each; those of the agent begin with A:."""
    return tuple(
        Segment(
            f"t{number}",
            number,
            ParticipantRole.AGENT if line.startswith(AGENT_MARK) else ParticipantRole.CUSTOMER,
            line.removeprefix(AGENT_MARK),
            1000 * SECONDS_PER_TURN * (number - 1),
            1000 * SECONDS_PER_TURN * number,
        )
        for number, line in enumerate(lines, start=1)
    )


def moment(*lines: str, record: dict[str, Any] | None = None, **rest: Any) -> CallMoment:
    """Return the moment after these turns; `record` are values of the customer's record."""
    turns = turns_of(lines)
    read = [
        (turn, understand(turn.text)) for turn in turns if turn.role is ParticipantRole.CUSTOMER
    ]
    return CallMoment(
        said=said_in(read, packaged_concerns()),
        suppressed=tuple(
            (turn.segment_id, one) for turn, said in read for one in said if not one.counts
        ),
        turns=turns,
        customer=None if record is None else Customer("1001", values=record),
        **{"elapsed_s": float(SECONDS_PER_TURN * len(lines)), **rest},
    )


def advice(
    *lines: str, playbook: Playbook | None = None, **rest: Any
) -> tuple[Recommendation, ...]:
    """Return the advice after these turns."""
    return advice_for(moment(*lines, **rest), playbook or load_playbook())


def actions(*lines: str, **rest: Any) -> list[str]:
    """Return the ids of the plays advised after these turns."""
    return [one.action for one in advice(*lines, **rest)]


def answers(action: str, play_id: str) -> bool:
    """Return True for a play itself, and for the play of a need that it suits, or that suits its.

    A finer play and the one that stands ready for a need give advice of one kind.
    """
    found, wanted = load_playbook().play(action), load_playbook().play(play_id)
    if found is None or wanted is None:
        return False
    needs = {*found.when.need, *wanted.when.need}
    return found is wanted or bool(needs & {*found.suits} & {*wanted.suits})
