"""A segment: one finished turn of a transcript with its role, text, times and sentiment."""

from dataclasses import dataclass
from enum import StrEnum

# Stands for each character of a number that was hidden, so that a text keeps its length.
MASK = "●"
# Stand for each character of an e-mail address, and of a name, an address, a date of birth...
MAIL_MASK, WORD_MASK = "＊", "■"


class ParticipantRole(StrEnum):
    """The speaker of a turn, in the words of Contact Lens."""

    AGENT = "AGENT"
    CUSTOMER = "CUSTOMER"


class OtherRole(StrEnum):
    """A speaker who is no party of the call: heard and shown, never scored."""

    SUPERVISOR = "SUPERVISOR"
    CUSTOM_BOT = "CUSTOM_BOT"
    SYSTEM = "SYSTEM"
    # A role that this version does not know.
    OTHER = "OTHER"


Role = ParticipantRole | OtherRole
_ROLES: dict[str, Role] = {str(role): role for role in (*ParticipantRole, *OtherRole)}


def role_of(name: str) -> Role:
    """Return the role with this name, in any casing; a name that is unknown is some other's."""
    return _ROLES.get(name.upper(), OtherRole.OTHER)


class Sentiment(StrEnum):
    """The sentiment of one turn as Contact Lens labels it."""

    POSITIVE = "POSITIVE"
    NEUTRAL = "NEUTRAL"
    NEGATIVE = "NEGATIVE"


@dataclass(frozen=True, slots=True)
class Segment:
    """One finished turn; times are from the start of the call, None where the source has none.

    Of an `unconfirmed` turn only a provisional form was ever heard. `participant_id` tells several
    speakers of one role apart, None where the role says who speaks.
    """

    segment_id: str
    sequence: int
    role: Role
    text: str
    begin_ms: int | None = None
    end_ms: int | None = None
    sentiment: Sentiment | None = None
    unconfirmed: bool = False
    participant_id: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a line break, half a time, or an end before the beginning."""
        if "\n" in self.text or "\r" in self.text:
            raise ValueError("a turn holds no line break")
        if (self.begin_ms is None) != (self.end_ms is None):
            raise ValueError("begin_ms and end_ms come together or not at all")
        if self.begin_ms is not None and not 0 <= self.begin_ms <= (self.end_ms or 0):
            raise ValueError("begin_ms must lie between 0 and end_ms")

    @property
    def is_party(self) -> bool:
        """True if the agent or the customer speaks, whose turns are scored."""
        return isinstance(self.role, ParticipantRole)

    @property
    def place(self) -> tuple[int, str]:
        """The place of this turn in the order of speech: by its beginning, then by its id.

        Turns without times keep the order of their source.
        """
        return (self.sequence if self.begin_ms is None else self.begin_ms, self.segment_id)

    @property
    def rank(self) -> tuple[bool, int, int, str, int, int, str]:
        """The precedence of a version of this turn: of two with one id the higher rank wins.

        Never equal for different contents. What was confirmed wins over what was not; where all
        else is equal the one that hides more wins.
        """
        times = (-1 if self.begin_ms is None else self.begin_ms, self.end_ms or -1)
        hidden = sum(self.text.count(mask) for mask in (MASK, MAIL_MASK, WORD_MASK))
        words = f"{self.role}{self.participant_id or ''}{self.text}"
        return (not self.unconfirmed, self.sequence, hidden, words, *times, self.sentiment or "")
