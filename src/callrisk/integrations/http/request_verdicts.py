"""Judgements on failed requests: whether asking again is of use, and whose fault it is."""

from dataclasses import dataclass
from enum import Enum, auto

from callrisk.domain.outside import OutsideError
from callrisk.domain.wording import Text


class Repeat(Enum):
    """The requests that may be repeated by themselves."""

    NEVER = auto()
    IF_IDEMPOTENT = auto()
    ALWAYS = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement on a failed request; `outage` counts against the other side as a whole."""

    permanent: bool
    repeat: Repeat
    outage: bool


REFUSED = Verdict(permanent=True, repeat=Repeat.NEVER, outage=False)
LATER = Verdict(permanent=False, repeat=Repeat.NEVER, outage=False)
LOCKED = Verdict(permanent=False, repeat=Repeat.IF_IDEMPOTENT, outage=False)
# Nobody can tell whether it was done.
UNKNOWN = Verdict(permanent=False, repeat=Repeat.IF_IDEMPOTENT, outage=True)
# Something in between answers in the place of the other side.
FOREIGN = Verdict(permanent=False, repeat=Repeat.NEVER, outage=True)
# It was certainly not done.
NOT_DONE = Verdict(permanent=False, repeat=Repeat.ALWAYS, outage=True)


class RequestError(OutsideError):
    """A request was not done; `status` is that of the answer, None where none came.

    The message never holds a value of a record or a token; `text` is for screens.
    """

    def __init__(
        self, message: str, verdict: Verdict, status: int | None = None,
        retry_after_s: float | None = None, text: Text | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, verdict.permanent, retry_after_s, text)
        self.verdict = verdict
        self.status = status
