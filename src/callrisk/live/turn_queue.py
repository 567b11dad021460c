"""The turns that several requests bring at the same time, stored in one transaction.

Whoever comes while nobody stores begins at once and takes along all that wait; whoever comes
meanwhile waits, and one of them goes on. So nothing waits for company, and a sender hears of its
turn only once it is stored.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Turn = TypeVar("Turn")
# Of each turn whether it was new or newer, or the error for which it is not stored.
Outcome = bool | Exception


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Turn]):
    call_id: str
    turn: Turn
    outcomes: list[Outcome] = field(default_factory=list)


class TurnQueue(Generic[Turn]):
    """Hands turns to `store`, at most so many at once and never two of one call.

    `store` returns the outcome of each; an error that it raises is that of all.
    """

    def __init__(
        self, store: Callable[[Sequence[tuple[str, Turn]]], Iterable[Outcome]], most: int
    ) -> None:
        self._store = store
        self._most = most
        # Held by the one who stores.
        self._storing = threading.Lock()
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting[Turn]] = deque()

    def add(self, call_id: str, turn: Turn) -> bool:
        """Store a turn, with those that wait; return True if it was new or newer."""
        mine = _Waiting(call_id, turn)
        with self._lock:
            self._waiting.append(mine)
        with self._storing:
            # The one before may have taken it along. Else it is among the next, unless one of its
            # call stands before it.
            while not mine.outcomes:
                self._store_some()
        (outcome,) = mine.outcomes
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _store_some(self) -> None:
        part = self._taken_out()
        outcomes: list[Outcome] = []
        try:
            outcomes = list(self._store([(one.call_id, one.turn) for one in part]))
        except Exception as error:  # noqa: BLE001 - each sender raises it
            outcomes = [error] * len(part)
        finally:
            # Without outcomes whoever stores is ended from outside, and those who wait must hear.
            missing = RuntimeError("the turn was not stored")
            for one, outcome in zip(part, outcomes or [missing] * len(part), strict=True):
                one.outcomes.append(outcome)

    def _taken_out(self) -> list[_Waiting[Turn]]:
        """Take out the first that wait, one of each call."""
        with self._lock:
            part: dict[str, _Waiting[Turn]] = {}
            for one in self._waiting:
                if len(part) == self._most:
                    break
                part.setdefault(one.call_id, one)
            taken = set(map(id, part.values()))
            self._waiting = deque(one for one in self._waiting if id(one) not in taken)
        return [*part.values()]
