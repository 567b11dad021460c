"""A point of the doctor: what was asked, how it stands, and what to do."""

from dataclasses import dataclass, field
from enum import StrEnum

from callrisk.domain.wording import Text


class State(StrEnum):
    """How a point stands."""

    OK = "ok"
    # Works, and somebody should look at it.
    ATTENTION = "attention"
    WRONG = "wrong"
    # Nothing is configured, or a point before it is wrong, so that it was not asked.
    NOT_SET_UP = "not set up"


@dataclass(frozen=True, slots=True)
class Finding:
    """One point; `todo` is None where nothing is to be done.

    `secret` ends both sentences on the screen, and stands nowhere else.
    """

    name: str
    state: State
    text: Text
    todo: Text | None = None
    secret: str = field(default="", repr=False)


def good(name: str, japanese: str, english: str) -> Finding:
    """Return a point that is as it must be."""
    return Finding(name, State.OK, Text(japanese, english))


def not_set_up(name: str, japanese: str, english: str, todo: Text | None = None) -> Finding:
    """Return a point of something that nobody has configured."""
    return Finding(name, State.NOT_SET_UP, Text(japanese, english), todo)


def waits(name: str, cause: str) -> Finding:
    """Return a point that was not asked, because the one before it is to be mended first."""
    text = Text(
        f"確認していません。先に {cause} を直してください", f"not asked: mend {cause} first"
    )
    return Finding(name, State.NOT_SET_UP, text)
