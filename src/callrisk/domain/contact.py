"""The state of a contact (one interaction of Amazon Connect) as a function of its events; no I/O.

`apply(contact, event)` is pure. Events come late, twice or out of order, from a stream, from a
queue and from lookups; the contact is the union of their contents, so any order ends the same. A
`Contact` may hold only those turns and drafts that the events at hand are about: the caller that
stores it loads these and writes the difference.
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
from callrisk.domain.masking import masked, masked_across, may_hold_number
from callrisk.domain.segment import ParticipantRole, Segment

# A call that is first heard of so late began before anybody read: its beginning is missing.
_LATE_MS = 60_000


class EndReason(StrEnum):
    """The reason for which a call ended."""

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
        """The text so far; Japanese needs no space between pieces."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def begin_ms(self) -> int:
        """The beginning of the turn."""
        return self.pieces[0].begin_ms

    @property
    def end_ms(self) -> int:
        """The end of its latest piece."""
        return max(piece.end_ms for piece in self.pieces)

    def with_piece(self, piece: Utterance) -> "Draft":
        """Return the draft with one more piece; a piece with a known id changes nothing."""
        if any(kept.utterance_id == piece.utterance_id for kept in self.pieces):
            return self
        order = sorted((*self.pieces, piece), key=lambda kept: (kept.begin_ms, kept.utterance_id))
        return Draft(self.role, _masked_together(order))


def _masked_together(pieces: Iterable[Utterance]) -> tuple[Utterance, ...]:
    """Return the pieces masked as one text; masking keeps lengths, so the text is split again."""
    whole = tuple(pieces)
    text = masked("".join(piece.text for piece in whole))
    parts, place = [], 0
    for piece in whole:
        parts.append(replace(piece, text=text[place : place + len(piece.text)]))
        place += len(piece.text)
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact; `began_at` is the beginning of its conversation."""

    contact_id: str
    began_at: datetime
    initial_contact_id: str | None = None
    agent_user_id: str | None = None
    agent_id: str | None = None
    customer_id: str | None = None
    # True once an agent assigned the customer, or none.
    assigned: bool = False
    phone: str | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None
    over: EndReason | None = None
    categories: frozenset[str] = frozenset()
    summary: ContactSummary | None = None
    turns: Mapping[str, Segment] = field(default_factory=dict)
    drafts: Mapping[str, Draft] = field(default_factory=dict)


def masked_event(event: Event) -> Event:
    """Return the event with its turns masked, each by itself.

    `apply` masks as well, pieces too; what is masked already costs it little.
    """
    if not isinstance(event, AnalysisEvent):
        return event
    return replace(event, turns=tuple(map(_masked_turn, event.turns)))


def _masked_turn(turn: Segment) -> Segment:
    return replace(turn, text=masked(turn.text))


def apply(contact: Contact | None, event: Event) -> Contact | None:
    """Return the contact after an event.

    None stays None where the event is about no call of ours.
    """
    if isinstance(event, AnalysisEvent):
        return _analysed(contact or Contact(event.contact_id, _begin(event)), event)
    if contact is None:
        if not isinstance(event, ContactEvent) or not event.creates:
            return None
        contact = Contact(event.contact_id, event.connected_at or event.arrived_at)
    return _updated(contact, event)


def _begin(event: AnalysisEvent) -> datetime:
    """Return the begin of a conversation, estimated: a turn is analysed soon after its end."""
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
    """Put a masked turn among those of its contact; a repeated segment is dropped."""
    new, stored = _masked_turn(turn), turns.get(turn.segment_id)
    if stored is None or new.rank > stored.rank:
        turns[turn.segment_id] = new


def _better(stored: ContactSummary | None, new: ContactSummary | None) -> ContactSummary | None:
    """Return the better of two summaries: a written one wins over a failure."""
    if new is None or (new.text is None and stored is not None):
        return stored
    return replace(new, text=None if new.text is None else masked(new.text))


def _updated(contact: Contact, event: ContactEvent | ContactDetails) -> Contact:
    updated = replace(
        contact,
        initial_contact_id=contact.initial_contact_id or event.initial_contact_id,
        agent_user_id=contact.agent_user_id or event.agent_user_id,
        connected_at=_earliest(contact.connected_at, event.connected_at),
        disconnected_at=_latest(contact.disconnected_at, event.disconnected_at),
    )
    if isinstance(event, ContactEvent):
        return updated
    return replace(
        updated,
        agent_id=event.agent_id or contact.agent_id,
        customer_id=contact.customer_id or _customer_of(contact, event),
        phone=contact.phone or event.phone,
    )


def _customer_of(contact: Contact, event: ContactDetails) -> str | None:
    if contact.assigned or event.customer_id is None:
        return None
    return canonical_id(event.customer_id)


def _earliest(first: datetime | None, second: datetime | None) -> datetime | None:
    return min(filter(None, (first, second)), default=None)


def _latest(first: datetime | None, second: datetime | None) -> datetime | None:
    return max(filter(None, (first, second)), default=None)


def may_continue_number(before: Contact | None, after: Contact) -> bool:
    """Return True if a turn that is new may hold a part of a number dictated over several."""
    return any(may_hold_number(turn.text) for turn in changed_turns(before, after))


def changed_turns(before: Contact | None, after: Contact) -> list[Segment]:
    """Return the turns that are new or newer."""
    earlier = {} if before is None else before.turns
    return [turn for turn in after.turns.values() if turn is not earlier.get(turn.segment_id)]


def with_numbers_masked(contact: Contact, stored: Mapping[str, Segment]) -> Contact:
    """Return the contact with every number masked that was dictated over several turns.

    `stored` holds the turns that the contact does not; those that change are added to it.
    """
    turns = {**stored, **contact.turns}
    masked = {turn.segment_id: turn for turn in masked_across(list(turns.values()))}
    return replace(contact, turns={**contact.turns, **masked}) if masked else contact


def lacks_customer(contact: Contact) -> bool:
    """Return True if a transferred contact has no customer, and nobody has decided about it."""
    has_first = contact.initial_contact_id is not None
    return has_first and not contact.assigned and contact.customer_id is None


def inherited(contact: Contact, customer_id: str | None, phone: str | None) -> Contact:
    """Return a transferred contact with the customer, and if needed the phone, of the first."""
    return replace(contact, customer_id=customer_id, phone=contact.phone or phone)


def began_unheard(contact: Contact, events: Iterable[Event]) -> bool:
    """Return True if a new contact was on for a while before anything of it arrived."""
    started = any(
        isinstance(event, AnalysisEvent) and event.kind is AnalysisKind.STARTED
        for event in events
        if event.contact_id == contact.contact_id
    )
    turns = [turn.begin_ms or 0 for turn in contact.turns.values()]
    begins = [*turns, *(draft.begin_ms for draft in contact.drafts.values())]
    return not started and min(begins, default=0) > _LATE_MS
