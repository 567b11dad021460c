"""A segment: one finished turn of a transcript with its role, text, times and sentiment.

Recognisers make sentences of hold music and noise, the same one again and again. A turn that says
word for word what its speaker said right before, with no word of the other side between, is such a
repeat: it is shown and does not count. An answer to another question never is one, nor is はい.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

# Stands for each character of a number that was hidden, so that a text keeps its length.
MASK = "●"
# Stand for each character of an e-mail address, and of a name, an address, a date of birth...
MAIL_MASK, WORD_MASK = "＊", "■"
# Aizuchi such as はい, ええ, うん, そう: heard, but nothing said.
SHORT_TURN_CHARS = 3
# Exports carry no punctuation, live transcripts do; what was not spoken must not count.
_UNSPOKEN = ("、", "。", "，", "．", "！", "？", "!", "?", "「", "」", "…", " ", "\u3000")


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
        hidden = _hidden(self.text)
        words = f"{self.role}{self.participant_id or ''}{self.text}"
        return (not self.unconfirmed, self.sequence, hidden, words, *times, self.sentiment or "")


class TurnPlace(NamedTuple):
    """The place of a turn in the order of speech, in which it sorts; who speaks, and until when."""

    at: int
    segment_id: str
    role: Role
    end_ms: int | None = None
    participant_id: str | None = None

    @classmethod
    def of(cls, turn: Segment) -> Self:
        """Return the place of a turn."""
        return cls(*turn.place, turn.role, turn.end_ms, turn.participant_id)

    @property
    def speaker(self) -> tuple[Role, str | None]:
        """The role, and who of several in it."""
        return self.role, self.participant_id

    @property
    def until(self) -> int:
        """The end of the turn, -1 for one without times."""
        return -1 if self.end_ms is None else self.end_ms


def spoken(text: str) -> str:
    """Return a text without marks that nobody speaks."""
    for mark in _UNSPOKEN:
        text = text.replace(mark, "")
    return text


class OwnTurns:
    """A sweep over places in the order of speech: for each turn the one that it may repeat."""

    def __init__(self) -> None:
        self._last: TurnPlace | None = None
        self._until = dict.fromkeys(ParticipantRole, -1)

    def advance(self, place: TurnPlace) -> str | None:
        """Return the turn right before this one of a party, where the same speaker spoke.

        None where the other side spoke in between, or went on after the one before had ended.
        """
        if isinstance(place.role, OtherRole):
            # An announcement in the hold music.
            return None
        last, self._last = self._last, place
        self._until[place.role] = max(self._until[place.role], place.until)
        if last is None or last.speaker != place.speaker:
            return None
        other = max(until for role, until in self._until.items() if role is not place.role)
        return last.segment_id if other <= last.until else None


def own_turns_before(places: Iterable[TurnPlace]) -> dict[str, str | None]:
    """Return for each turn the one that it may repeat, in whatever order they are given."""
    sweep = OwnTurns()
    return {place.segment_id: sweep.advance(place) for place in sorted(places)}


def is_repeat(turn: Segment, before: Segment) -> bool:
    """Return True if a turn says word for word what the one before says.

    Aizuchi do not repeat; nor do turns of which something is hidden, as two numbers look alike.
    """
    words = spoken(turn.text)
    is_short = len(words) <= SHORT_TURN_CHARS
    return not is_short and words == spoken(before.text) and not _hidden(words)


def repeats(turns: Iterable[Segment]) -> frozenset[str]:
    """Return the ids of the turns that repeat the one before, in whatever order they are given."""
    known = {turn.segment_id: turn for turn in turns}
    before = own_turns_before(map(TurnPlace.of, known.values()))
    return frozenset(
        turn_id
        for turn_id, own in before.items()
        if own is not None and is_repeat(known[turn_id], known[own])
    )


def _hidden(text: str) -> int:
    return sum(text.count(mask) for mask in (MASK, MAIL_MASK, WORD_MASK))
