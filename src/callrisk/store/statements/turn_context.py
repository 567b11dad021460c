"""The context of a customer's turn, the agent's turn right before it, as a function of a set.

The turns of a call are a set; their order is that of `Segment.place`. A turn that comes late, is
corrected or moves changes the context of at most itself and of the turns right after its old and
its new place. Whoever knows the places before and after a change finds these without reading a
word.
"""

from collections.abc import Collection, Iterable, Mapping

from callrisk.domain.segment import OtherRole, ParticipantRole, TurnPlace

# The id of the agent's turn right before each customer's turn; None where another came before.
Contexts = Mapping[str, str | None]


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
    """Return the turns that may be read otherwise once these turns changed."""
    return {
        turn
        for turn, other in after.items()
        if turn in changed or other in changed or other != before.get(turn)
    }
