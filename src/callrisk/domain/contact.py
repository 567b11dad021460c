"""A contact as it is after all that was told of it: no I/O.

`apply(contact, event)` is pure. Events come late, twice or out of order, from a stream, from a
queue and by asking; the contact is the union of what they say, so any order ends the same. A
`Contact` may hold only those turns and drafts that the events at hand are about: whoever stores it
loads these and writes the difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from callrisk.domain.contact_events import (
    AnalysisEvent,
    AnalysisKind,
    ContactDetails,
    ContactEvent,
    ContactSummary,
    Event,
    Utterance,
)
from callrisk.domain.customer import canonical_id
from callrisk.domain.masking import masked
from callrisk.domain.segment import ParticipantRole, Segment


class EndReason(StrEnum):
    """Why a call is over."""

    COMPLETED = "completed"
    FAILED = "analysis_failed"
    DISCONNECTED = "disconnected"
    IDLE = "idle"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class Draft:
    """A turn that is still being spoken: its pieces, masked together, in the order of speech."""

    role: ParticipantRole
    pieces: tuple[Utterance, ...]

    @property
    def text(self) -> str:
        """The turn as far as it was heard; Japanese needs no space between pieces."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def begin_ms(self) -> int:
        """When the turn began."""
        return self.pieces[0].begin_ms

    @property
    def end_ms(self) -> int:
        """When its last piece ended."""
        return max(piece.end_ms for piece in self.pieces)

    def with_piece(self, piece: Utterance) -> "Draft":
        """With one more piece; a piece seen before changes nothing."""
        if any(known.utterance_id == piece.utterance_id for known in self.pieces):
            return self
        order = sorted((*self.pieces, piece), key=lambda one: (one.begin_ms, one.utterance_id))
        return Draft(self.role, _masked_together(order))


def _masked_together(pieces: Iterable[Utterance]) -> tuple[Utterance, ...]:
    """A number may be spoken across pieces; masking keeps lengths, so the whole is cut again."""
    found = tuple(pieces)
    text = masked("".join(piece.text for piece in found))
    cut, place = [], 0
    for piece in found:
        cut.append(replace(piece, text=text[place : place + len(piece.text)]))
        place += len(piece.text)
    return tuple(cut)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact, as far as it was told; `began_at` is when its conversation began."""

    contact_id: str
    began_at: datetime
    initial_contact_id: str | None = None
    agent_user_id: str | None = None
    agent_id: str | None = None
    customer_id: str | None = None
    # Whether somebody said whose call it is, be it nobody's.
    assigned: bool = False
    phone: str | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None
    over: EndReason | None = None
    categories: frozenset[str] = frozenset()
    summary: ContactSummary | None = None
    turns: Mapping[str, Segment] = field(default_factory=dict)
    drafts: Mapping[str, Draft] = field(default_factory=dict)


def apply(contact: Contact | None, event: Event) -> Contact | None:
    """The contact after an event; None stays None where the event tells of no call of ours."""
    if isinstance(event, AnalysisEvent):
        return _analysed(contact or Contact(event.contact_id, _begin(event)), event)
    if contact is None:
        if not isinstance(event, ContactEvent) or not event.creates:
            return None
        contact = Contact(event.contact_id, event.connected_at or event.arrived_at)
    return _told(contact, event)


def _begin(event: AnalysisEvent) -> datetime:
    """Events carry no clock: a turn is told soon after its end, which dates its offset."""
    ends = [turn.end_ms or 0 for turn in event.turns] + [piece.end_ms for piece in event.pieces]
    return event.arrived_at - timedelta(milliseconds=max(ends, default=0))


def _analysed(contact: Contact, event: AnalysisEvent) -> Contact:
    turns, drafts = dict(contact.turns), dict(contact.drafts)
    for turn in event.turns:
        _put_turn(turns, turn)
        drafts.pop(turn.segment_id, None)
    for piece in event.pieces:
        if piece.transcript_id not in turns:
            draft = drafts.get(piece.transcript_id) or Draft(piece.role, ())
            drafts[piece.transcript_id] = draft.with_piece(piece)
    return replace(
        contact,
        turns=turns,
        drafts=drafts,
        categories=contact.categories | frozenset(event.categories),
        summary=_better(contact.summary, event.summary),
        over=contact.over or _END.get(event.kind),
    )


_END = {
    AnalysisKind.COMPLETED: EndReason.COMPLETED,
    AnalysisKind.FAILED: EndReason.FAILED,
}


def _put_turn(turns: dict[str, Segment], turn: Segment) -> None:
    new, known = replace(turn, text=masked(turn.text)), turns.get(turn.segment_id)
    if known is None or new.rank > known.rank:
        turns[turn.segment_id] = new


def _better(known: ContactSummary | None, new: ContactSummary | None) -> ContactSummary | None:
    """A summary that was written wins over the news that none could be."""
    if new is None or (new.text is None and known is not None):
        return known
    return replace(new, text=None if new.text is None else masked(new.text))


def _told(contact: Contact, event: ContactEvent | ContactDetails) -> Contact:
    told = replace(
        contact,
        initial_contact_id=contact.initial_contact_id or event.initial_contact_id,
        agent_user_id=contact.agent_user_id or event.agent_user_id,
        connected_at=_earliest(contact.connected_at, event.connected_at),
        disconnected_at=_latest(contact.disconnected_at, event.disconnected_at),
    )
    if isinstance(event, ContactEvent):
        return told
    return replace(
        told,
        agent_id=event.agent_id or contact.agent_id,
        customer_id=contact.customer_id or _customer_told(contact, event),
        phone=contact.phone or event.phone,
    )


def _customer_told(contact: Contact, event: ContactDetails) -> str | None:
    if contact.assigned or event.customer_id is None:
        return None
    return canonical_id(event.customer_id)


def _earliest(known: datetime | None, new: datetime | None) -> datetime | None:
    return min(filter(None, (known, new)), default=None)


def _latest(known: datetime | None, new: datetime | None) -> datetime | None:
    return max(filter(None, (known, new)), default=None)
