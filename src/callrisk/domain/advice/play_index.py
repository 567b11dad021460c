"""The plays that can apply by what was heard in a call, so that no other is looked at."""

from collections import defaultdict
from collections.abc import Iterable

from callrisk.domain.advice.need import Need
from callrisk.domain.advice.play import Play, Playbook
from callrisk.domain.advice.play_conditions import Conditions
from callrisk.domain.language import Intent

# The id of words of a playbook, a clear need, an intent of a statement; None for no need of any.
# A need and an intent of one name stand for each other: a play more is looked at.
Trigger = int | Need | Intent | None


class PlayIndex:
    """The plays of a playbook by what must be heard before they can apply."""

    def __init__(self, playbook: Playbook) -> None:
        self._plays = playbook.plays
        self._numbers: dict[Trigger, list[int]] = defaultdict(list)
        for number, play in enumerate(playbook.plays):
            for trigger in _triggers(play.when):
                self._numbers[trigger].append(number)

    def possible(self, heard: Iterable[Trigger]) -> list[Play]:
        """Return the plays that can apply where this was heard, in the order of the playbook."""
        numbers = {number for one in (None, *heard) for number in self._numbers.get(one, ())}
        return [self._plays[number] for number in sorted(numbers)]


def _triggers(when: Conditions) -> tuple[Trigger, ...]:
    """Return triggers one of which must be heard before these conditions can hold."""
    if when.agent_words and not when.customer_words:
        return (id(when.agent_words),)
    told = (id(when.customer_words),) if when.customer_words else when.said
    if not told and (when.question or not when.need):
        return (None,)
    # A need stands for what was to be told.
    return (*told, *when.need)
