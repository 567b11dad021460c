"""The events of a contact as values: live analysis, life cycle, and looked-up details.

Provisional pieces of one turn make a `Draft`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from callrisk.domain.masking import EVERYTHING, Masking
from callrisk.domain.segment import Role, Segment


class AnalysisKind(StrEnum):
    """The kinds of a live analysis event, in the words of Contact Lens."""

    STARTED = "STARTED"
    SEGMENTS = "SEGMENTS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A provisional piece of a turn; pieces of one `transcript_id` follow one another.

    A source that tells a whole turn again and again, as far as it was heard, gives all of it one
    id and rising numbers.
    """

    utterance_id: str
    transcript_id: str
    role: Role
    text: str
    begin_ms: int | None
    end_ms: int | None
    sequence: int = 0
    participant_id: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A turn that is still being spoken: its pieces, masked together, in the order of speech."""

    role: Role
    pieces: tuple[Utterance, ...]

    @property
    def text(self) -> str:
        """The text so far; Japanese needs no space between pieces."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def begin_ms(self) -> int | None:
        """The beginning of the turn; None where the source has no times."""
        return self.pieces[0].begin_ms

    @property
    def end_ms(self) -> int | None:
        """The end of its latest piece; None where the source has no times."""
        ends = (piece.end_ms for piece in self.pieces if piece.end_ms is not None)
        return max(ends, default=None)

    def with_piece(self, piece: Utterance, masking: Masking = EVERYTHING) -> "Draft":
        """Return the draft with one more piece.

        A piece with a known id takes the place of the one before if it is newer, else it changes
        nothing.
        """
        known = {kept.utterance_id: kept for kept in self.pieces}
        before = known.get(piece.utterance_id)
        if before is not None and piece.sequence <= before.sequence:
            return self
        known[piece.utterance_id] = piece
        order = sorted(known.values(), key=lambda kept: (kept.begin_ms or 0, kept.utterance_id))
        return Draft(self.role, _masked_together(order, masking))

    def unconfirmed(self, turn_id: str) -> Segment:
        """Return the draft as a turn that nobody confirmed: all that was ever heard of it.

        Of two such turns the one with more pieces is newer; a confirmed turn always is.
        """
        newest = max(piece.sequence for piece in self.pieces)
        return Segment(
            turn_id, newest + len(self.pieces), self.role, self.text, self.begin_ms, self.end_ms,
            unconfirmed=True, participant_id=self.pieces[0].participant_id,
        )  # fmt: skip


def _masked_together(pieces: Iterable[Utterance], masking: Masking) -> tuple[Utterance, ...]:
    """Return the pieces masked as one text; masking keeps lengths, so the text is split again."""
    whole = tuple(pieces)
    text = masking.masked("".join(piece.text for piece in whole))
    parts, place = [], 0
    for piece in whole:
        parts.append(replace(piece, text=text[place : place + len(piece.text)]))
        place += len(piece.text)
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class ContactSummary:
    """A post-contact summary of Contact Lens; `text` is None where it failed."""

    text: str | None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class AnalysisEvent:
    """One event of the live analysis; `turns` are final, `pieces` are provisional."""

    contact_id: str
    kind: AnalysisKind
    arrived_at: datetime
    turns: tuple[Segment, ...] = ()
    pieces: tuple[Utterance, ...] = ()
    categories: tuple[str, ...] = ()
    summary: ContactSummary | None = None


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """One event of a contact's life cycle: agent, begin and end.

    `creates` marks an event about a call with an agent, which makes a contact before any turn came.
    """

    contact_id: str
    kind: str
    arrived_at: datetime
    creates: bool = False
    initial_contact_id: str | None = None
    agent_user_id: str | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """The looked-up details of a contact; None where the telephony does not know them."""

    contact_id: str
    arrived_at: datetime
    initial_contact_id: str | None = None
    agent_user_id: str | None = None
    agent_id: str | None = None
    customer_id: str | None = None
    phone: str | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None


Event = AnalysisEvent | ContactEvent | ContactDetails
