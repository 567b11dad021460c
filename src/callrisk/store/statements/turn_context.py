"""The context of a customer's turn, the agent's turn right before it, as a function of a set.

The turns of a call are a set; their order is that of `Segment.place`. A turn that comes late, is
corrected or moves changes the context of at most itself and of the turns right after its old and
its new place. Whoever knows the places before and after a change finds these without reading a
word.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, Self

from callrisk.domain.segment import OtherRole, ParticipantRole, Role, Segment

# The id of the agent's turn right before each customer's turn; None where another came before.
Contexts = Mapping[str, str | None]


class TurnPlace(NamedTuple):
    """The place of a turn in the order of speech, in which it sorts, and who speaks there."""

    at: int
    segment_id: str
    role: Role

    @classmethod
    def of(cls, turn: Segment) -> Self:
        """Return the place of a turn."""
        return cls(*turn.place, turn.role)


def contexts(places: Iterable[TurnPlace]) -> Contexts:
    """Return the context of each customer's turn."""
    found: dict[str, str | None] = {}
    before: str | None = None
    for place in sorted(places):
        if isinstance(place.role, OtherRole):
            # An announcement between a question and its answer.
            continue
        if place.role is ParticipantRole.CUSTOMER:
            found[place.segment_id] = before
        before = place.segment_id if place.role is ParticipantRole.AGENT else None
    return found


def touched(before: Contexts, after: Contexts, changed: Collection[str]) -> set[str]:
    """Return the customer's turns whose statements may be others once these turns changed."""
    return {
        turn
        for turn, agent in after.items()
        if turn in changed or agent in changed or agent != before.get(turn)
    }
