"""Named places where a process may be made to die, to prove that nothing is lost there."""

import os
from collections.abc import Callable

# What a shell reports of a process that was killed.
_KILLED = 137

NAMES = (
    "before_commit",
    "after_commit",
    "after_read",
    "before_assessed_commit",
    "after_assessed_commit",
    "before_send",
    "between_send_and_mark",
    "before_push",
    "before_result_send",
    "between_result_send_and_mark",
    "before_webhook_commit",
    "before_webhook_send",
    "between_webhook_send_and_mark",
    "after_language_named",
    "before_reread_commit",
    "after_reread_commit",
)

_armed: dict[str, tuple[int, Callable[[], object]]] = {}


def _end_process() -> None:
    os._exit(_KILLED)


def arm(where: str, die: Callable[[], object] = _end_process) -> None:
    """Let the process die at a point, as "name" or at its n-th pass "name:n"; "" arms none.

    ValueError when there is no such point.
    """
    if not where:
        return
    name, _, passes = where.partition(":")
    if name not in NAMES:
        raise ValueError(f"no crash point {name}; there are: {', '.join(NAMES)}")
    _armed[name] = (int(passes or 1), die)


def crash_point(name: str) -> None:
    """Die here without any cleaning up, if armed."""
    armed = _armed.pop(name, None)
    if armed is None:
        return
    passes, die = armed
    if passes > 1:
        _armed[name] = (passes - 1, die)
    else:
        die()
