"""What lies outside, a CRM, a telephony, a queue, a database: its errors, and checks of it."""

from dataclasses import dataclass

from callrisk.domain.wording import Text


class OutsideError(RuntimeError):
    """Something outside did not do what it was asked.

    `permanent` says that asking again is of no use; `retry_after_s` is the wait that the other side
    asks for, None where it says nothing.
    """

    def __init__(
        self, message: str, permanent: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after_s = retry_after_s


class RefusedValueError(OutsideError):
    """A value of one of several entries was refused, and all of them with it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """One point of a check of a connection; `ok` is None where there is nothing to check."""

    name: str
    ok: bool | None
    text: Text
