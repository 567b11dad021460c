"""The turns of contacts in the database: loading those at hand, storing those that changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from callrisk.domain.call_record import Payload
from callrisk.domain.contact import Contact, Draft, changed_turns
from callrisk.domain.contact_events import Utterance
from callrisk.domain.event_types import EventType
from callrisk.domain.masking import may_hold_number
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store import tables
from callrisk.store.stored_calls import SEGMENT_COLUMNS, segment_from
from callrisk.store.tables import SEQUENCE_DIGITS
from callrisk.store.transaction import insert_into
from callrisk.wire.segment import TranscriptSegment

# Events to append to the log: call, type, moment, payload.
NewEvents = list[tuple[str, EventType, datetime, Payload]]
# A contact as it was before, None if it is new, and as it is after.
ContactChange = tuple[Contact | None, Contact]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Turns and drafts by call."""

    turns: Mapping[str, dict[str, Segment]]
    drafts: Mapping[str, dict[str, Draft]]

    def of(self, call_id: str) -> tuple[Mapping[str, Segment], Mapping[str, Draft]]:
        """Return those of one call."""
        return self.turns.get(call_id, {}), self.drafts.get(call_id, {})


def load_turns(connection: Connection, wanted: Iterable[tuple[str, str]]) -> Loaded:
    """Return the turns and drafts of pairs of call id and turn id."""
    pairs = set(wanted)
    calls, ids = {call for call, _ in pairs}, {turn for _, turn in pairs}
    turns: dict[str, dict[str, Segment]] = {}
    drafts: dict[str, dict[str, Draft]] = {}
    if not pairs:
        return Loaded(turns, drafts)
    c = tables.segments.c
    statement = select(c.call_id, *SEGMENT_COLUMNS).where(
        c.call_id.in_(calls), c.segment_id.in_(ids)
    )
    for row in connection.execute(statement):
        turns.setdefault(row.call_id, {})[row.segment_id] = segment_from(row)
    d = tables.drafts.c
    pieces = select(d.call_id, d.transcript_id, d.role, d.pieces)
    for row in connection.execute(pieces.where(d.call_id.in_(calls), d.transcript_id.in_(ids))):
        drafts.setdefault(row.call_id, {})[row.transcript_id] = _draft(row.role, row.pieces)
    return Loaded(turns, drafts)


def _draft(role: str, pieces: list[Payload]) -> Draft:
    speaker = ParticipantRole(role)
    return Draft(speaker, tuple(Utterance(**(piece | {"role": speaker})) for piece in pieces))


def stored_turns(connection: Connection, call_id: str) -> dict[str, Segment]:
    """Return all stored turns of a call by id."""
    rows = connection.execute(select(*SEGMENT_COLUMNS).where(tables.segments.c.call_id == call_id))
    return {row.segment_id: segment_from(row) for row in rows}


def write_turns(
    connection: Connection, changes: Sequence[ContactChange], at: datetime
) -> NewEvents:
    """Store the turns that are new or newer; return their events.

    The same turn in a later record is newer by its number alone: it is stored without an event.
    """
    rows: list[Payload] = []
    new_events: NewEvents = []
    for before, after in changes:
        earlier = {} if before is None else before.turns
        changed = changed_turns(before, after)
        rows += [_row(after.contact_id, turn, at) for turn in changed]
        differing = [turn for turn in changed if _differs(turn, earlier.get(turn.segment_id))]
        _mask_events(connection, after, [turn for turn in differing if may_hold_number(turn.text)])
        new_events += [
            (after.contact_id, EventType.TRANSCRIPT_SEGMENT, at, _rendered(after, turn))
            for turn in differing
        ]
    if rows:
        statement = insert_into(connection, tables.segments)
        newer = {name: statement.excluded[name] for name in rows[0] if not name.endswith("_id")}
        key = ["call_id", "segment_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=newer), rows)
    return new_events


def _row(call_id: str, turn: Segment, at: datetime) -> Payload:
    sequence = f"{turn.sequence:0{SEQUENCE_DIGITS}d}"
    return asdict(turn) | {"call_id": call_id, "sequence": sequence, "heard_at": at}


def _rendered(contact: Contact, turn: Segment) -> Payload:
    return TranscriptSegment.of(turn, call_id=contact.contact_id).rendered()


def _differs(turn: Segment, stored: Segment | None) -> bool:
    return stored is None or replace(turn, sequence=stored.sequence) != stored


def _mask_events(connection: Connection, contact: Contact, turns: list[Segment]) -> None:
    """Mask in the log what is masked in the turns now."""
    e = tables.events.c
    ids = {turn.segment_id: turn for turn in turns}
    if not ids:
        return
    of_call = (e.call_id == contact.contact_id) & (e.type == EventType.TRANSCRIPT_SEGMENT)
    for row in connection.execute(select(e.seq, e.payload).where(of_call)).all():
        turn = ids.get(row.payload["segment_id"])
        if turn is None or row.payload["text"] == turn.text:
            continue
        if row.payload["provisional"]:
            connection.execute(delete(tables.events).where(e.seq == row.seq))
        else:
            cleared = row.payload | {"text": turn.text}
            connection.execute(
                update(tables.events).where(e.seq == row.seq).values(payload=cleared)
            )


def write_drafts(
    connection: Connection, changes: Sequence[ContactChange], at: datetime
) -> NewEvents:
    """Store turns that are still spoken, delete those that are finished; return their events."""
    rows: list[Payload] = []
    new_events: NewEvents = []
    for before, after in changes:
        earlier = {} if before is None else before.drafts
        finished = [draft_id for draft_id in earlier if draft_id not in after.drafts]
        _delete_drafts(connection, after.contact_id, finished)
        for draft_id, draft in after.drafts.items():
            if draft is not earlier.get(draft_id):
                rows.append(_draft_row(after.contact_id, draft_id, draft))
                payload = TranscriptSegment.of_draft(after.contact_id, draft_id, draft).rendered()
                new_events.append((after.contact_id, EventType.TRANSCRIPT_SEGMENT, at, payload))
    if rows:
        statement = insert_into(connection, tables.drafts)
        newer, key = {"pieces": statement.excluded.pieces}, ["call_id", "transcript_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=newer), rows)
    return new_events


def _delete_drafts(connection: Connection, call_id: str, drafts: list[str]) -> None:
    if drafts:
        d = tables.drafts.c
        finished = (d.call_id == call_id) & d.transcript_id.in_(drafts)
        connection.execute(delete(tables.drafts).where(finished))


def _draft_row(call_id: str, transcript_id: str, draft: Draft) -> Payload:
    pieces = [asdict(piece) for piece in draft.pieces]
    return {
        "call_id": call_id, "transcript_id": transcript_id, "role": draft.role, "pieces": pieces,
    }  # fmt: skip
