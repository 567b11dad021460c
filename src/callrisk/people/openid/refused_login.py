"""The reasons for which a login by an identity provider opens nothing."""

from enum import StrEnum


class Refusal(StrEnum):
    """The reason for which a login opens nothing."""

    # It was not begun in this browser, is over, or came back before.
    STATE = "state"
    # The person, or the provider, broke it off.
    BROKEN_OFF = "broken_off"
    AWAY = "away"
    WRONG = "wrong"
    NO_ROLE = "no_role"
    NO_LOGIN = "no_login"
    # Another account has this login, or one of these agent ids.
    TAKEN = "taken"
    INACTIVE = "inactive"


class RefusedError(Exception):
    """A login opens nothing; `subject` is who the provider says that it is, where it does."""

    def __init__(self, refusal: Refusal, subject: str | None = None) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.subject = subject
