"""The state of a contact (one interaction of Amazon Connect) as a function of its events; no I/O.

`apply(contact, event)` is pure. Events come late, twice or out of order, from a stream, from a
queue and from lookups; the contact is the union of their contents, so any order ends the same. A
`Contact` may hold only those turns and drafts that the events at hand are about: the caller that
stores it loads these and writes the difference.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from callrisk.domain.call_end import EndFacts, earliest
from callrisk.domain.contact_events import (
    AnalysisEvent,
    AnalysisKind,
    ContactDetails,
    ContactEvent,
    ContactSummary,
    Draft,
    Event,
)
from callrisk.domain.customer import canonical_id
from callrisk.domain.masking import EVERYTHING, Masking, may_hold_number
from callrisk.domain.segment import Segment

# A call that is first heard of so late began before anybody read: its beginning is missing.
_LATE_MS = 60_000
# A question counts for so many turns.
_QUESTION_TURNS = 8


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact; `began_at` is the beginning of its conversation, estimated until it is told."""

    contact_id: str
    began_at: datetime
    is_begin_estimated: bool = True
    initial_contact_id: str | None = None
    agent_user_id: str | None = None
    agent_id: str | None = None
    customer_id: str | None = None
    # True once an agent assigned the customer, or none.
    assigned: bool = False
    phone: str | None = None
    connected_at: datetime | None = None
    ends: EndFacts = field(default_factory=EndFacts)
    categories: frozenset[str] = frozenset()
    summary: ContactSummary | None = None
    turns: Mapping[str, Segment] = field(default_factory=dict)
    drafts: Mapping[str, Draft] = field(default_factory=dict)


Turns = Mapping[str, Segment]
# The masking of each contact, by its id.
MaskingOf = Callable[[str], Masking]
_NO_TURNS: Turns = {}


def _mask_everything(_contact_id: str) -> Masking:
    return EVERYTHING


def apply(
    contact: Contact | None, event: Event, masking: Masking = EVERYTHING, heard: Turns = _NO_TURNS
) -> Contact | None:
    """Return the contact after an event, its words masked.

    `heard` holds turns that the contact does not, and that tell whose number is said. None stays
    None where the event is about no call of ours.
    """
    if isinstance(event, AnalysisEvent):
        known = contact or Contact(event.contact_id, _begin(event))
        return _analysed(known, event, masking, heard)
    if contact is None:
        if not isinstance(event, ContactEvent) or not event.creates:
            return None
        contact = Contact(event.contact_id, event.connected_at or event.arrived_at)
    return _updated(contact, event)


def applied(
    before: Mapping[str, Contact], events: Sequence[Event], earlier: Sequence[Event],
    masking: MaskingOf = _mask_everything, heard: Mapping[str, Turns] | None = None,
) -> dict[str, Contact | None]:  # fmt: skip
    """Return the contacts after events; those before the one that creates a contact count too.

    `masking` tells how each contact is masked, and `heard` holds stored turns near those of the
    events, by contact.
    """
    near = heard or {}
    after: dict[str, Contact | None] = dict(before)
    skipped = list(earlier)
    for event in events:
        turns = near.get(event.contact_id, _NO_TURNS)
        known = after.get(event.contact_id)
        contact = apply(known, event, masking(event.contact_id), turns)
        after[event.contact_id] = contact
        skipped += [event] if contact is None else []
    for event in skipped:
        known = after.get(event.contact_id)
        after[event.contact_id] = apply(known, event, masking(event.contact_id))
    return after


def _begin(event: AnalysisEvent) -> datetime:
    """Return the begin of a conversation, estimated: a turn is analysed soon after its end."""
    turns = [turn.end_ms or 0 for turn in event.turns]
    ends = [*turns, *(piece.end_ms or 0 for piece in event.pieces)]
    return event.arrived_at - timedelta(milliseconds=max(ends, default=0))


def _analysed(contact: Contact, event: AnalysisEvent, masking: Masking, heard: Turns) -> Contact:
    turns, drafts = dict(contact.turns), dict(contact.drafts)
    for turn in event.turns:
        text = masking.masked_after(turn, {**heard, **turns}.values())
        _put_turn(turns, replace(turn, text=text))
        if not turn.unconfirmed:
            drafts.pop(turn.segment_id, None)
    for piece in event.pieces:
        stored = turns.get(piece.transcript_id)
        if stored is None or stored.unconfirmed:
            draft = drafts.get(piece.transcript_id) or Draft(piece.role, ())
            drafts[piece.transcript_id] = draft.with_piece(piece, masking)
    # Of several estimates the earliest, so that the order of events does not matter. Last words
    # were heard before, as pieces: when they are kept says nothing of the beginning.
    is_heard_now = not any(turn.unconfirmed for turn in event.turns)
    begin = min(contact.began_at, _begin(event)) if is_heard_now else contact.began_at
    return replace(
        contact,
        began_at=begin if contact.is_begin_estimated else contact.began_at,
        turns=turns,
        drafts=drafts,
        categories=contact.categories | frozenset(event.categories),
        summary=_better(contact.summary, event.summary, masking),
        ends=contact.ends.joined(_ends(event)),
    )


def _ends(event: AnalysisEvent) -> EndFacts:
    if event.kind is AnalysisKind.COMPLETED:
        return EndFacts(completed_at=event.arrived_at)
    if event.kind is AnalysisKind.FAILED:
        return EndFacts(analysis_lost_at=event.arrived_at)
    return EndFacts()


def _put_turn(turns: dict[str, Segment], new: Segment) -> None:
    """Put a masked turn among those of its contact; a repeated segment is dropped."""
    stored = turns.get(new.segment_id)
    if stored is None or new.rank > stored.rank:
        turns[new.segment_id] = new


def _better(
    stored: ContactSummary | None, new: ContactSummary | None, masking: Masking
) -> ContactSummary | None:
    """Return the better of two summaries: a written one wins over a failure."""
    if new is None or (new.text is None and stored is not None):
        return stored
    return replace(new, text=None if new.text is None else masking.masked(new.text))


def _updated(contact: Contact, event: ContactEvent | ContactDetails) -> Contact:
    connected_at = earliest(contact.connected_at, event.connected_at)
    updated = replace(
        contact,
        began_at=connected_at or contact.began_at,
        is_begin_estimated=contact.is_begin_estimated and connected_at is None,
        initial_contact_id=contact.initial_contact_id or event.initial_contact_id,
        agent_user_id=contact.agent_user_id or event.agent_user_id,
        connected_at=connected_at,
        ends=contact.ends.joined(EndFacts(disconnected_at=event.disconnected_at)),
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


def may_continue_number(before: Contact | None, after: Contact) -> bool:
    """Return True if a turn that is new may hold a part of a number dictated over several."""
    return any(may_hold_number(turn.text) for turn in changed_turns(before, after))


def changed_turns(before: Contact | None, after: Contact) -> list[Segment]:
    """Return the turns that are new or newer."""
    earlier = {} if before is None else before.turns
    return [turn for turn in after.turns.values() if turn is not earlier.get(turn.segment_id)]


def with_numbers_masked(
    contact: Contact, stored: Turns, masking: Masking = EVERYTHING, *, is_cut: bool = False
) -> Contact:
    """Return the contact with every number masked that was dictated over several turns.

    `stored` holds the turns that the contact does not, `is_cut` if not those of its beginning;
    those that change are added to it.
    """
    turns = {**stored, **contact.turns}
    lost = _without_question(stored) if is_cut else frozenset[str]()
    hidden = {
        turn.segment_id: turn
        for turn in masking.masked_across(list(turns.values()))
        if turn.segment_id not in lost
    }
    return replace(contact, turns={**contact.turns, **hidden}) if hidden else contact


def _without_question(stored: Turns) -> frozenset[str]:
    """Return the first turns: what was asked before them is not among these.

    They were masked with what was said before them when they came.
    """
    by_number = sorted(stored.values(), key=lambda turn: (turn.sequence, turn.segment_id))
    by_time = sorted(stored.values(), key=lambda turn: (turn.begin_ms or 0, turn.segment_id))
    first = (*by_number[:_QUESTION_TURNS], *by_time[:_QUESTION_TURNS])
    return frozenset(turn.segment_id for turn in first)


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
    begins = [*turns, *(draft.begin_ms or 0 for draft in contact.drafts.values())]
    return not started and min(begins, default=0) > _LATE_MS
