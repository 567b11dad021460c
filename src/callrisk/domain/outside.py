"""What lies outside, a CRM, a telephony, a queue, a database: its errors, and checks of it."""

from collections.abc import Collection
from dataclasses import dataclass

from callrisk.domain.wording import Text


class OutsideError(RuntimeError):
    """Something outside did not do what it was asked.

    `permanent` says that asking again is of no use; `retry_after_s` is the wait that the other side
    asks for, None where it says nothing. `text` is what people are told, in both languages.
    """

    def __init__(
        self, message: str, permanent: bool = False, retry_after_s: float | None = None,
        text: Text | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.text = text or Text(message, message)
        self.permanent = permanent
        self.retry_after_s = retry_after_s


class RefusedValueError(OutsideError):
    """A value of one of several entries was refused, and all of them with it.

    `refused` are the places of those entries, empty where the other side does not name them.
    """

    def __init__(
        self, message: str, text: Text | None = None, refused: Collection[int] = ()
    ) -> None:
        super().__init__(message, permanent=True, text=text)
        self.refused = frozenset(refused)


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """One point of a check of a connection; `ok` is None where there is nothing to check."""

    name: str
    ok: bool | None
    text: Text
