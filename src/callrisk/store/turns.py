"""The turns of contacts: those at hand are loaded, what changed is written and told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from callrisk.domain.call_record import Payload
from callrisk.domain.contact import Contact, Draft
from callrisk.domain.contact_events import Utterance
from callrisk.domain.event_types import EventType
from callrisk.domain.masking import masked_across, may_hold_number
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store import tables
from callrisk.store.stored_calls import SEGMENT_COLUMNS, segment_from
from callrisk.store.tables import SEQUENCE_DIGITS
from callrisk.store.transaction import insert_into, segment_payload

News = list[tuple[str, EventType, datetime, Payload]]
# A contact as it was before, None if it is new, and as it is after.
ContactChange = tuple[Contact | None, Contact]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Turns and drafts by call."""

    turns: Mapping[str, dict[str, Segment]]
    drafts: Mapping[str, dict[str, Draft]]

    def of(self, call_id: str) -> tuple[Mapping[str, Segment], Mapping[str, Draft]]:
        """Those of one call."""
        return self.turns.get(call_id, {}), self.drafts.get(call_id, {})


def load_turns(connection: Connection, wanted: Iterable[tuple[str, str]]) -> Loaded:
    """Turns and drafts by pairs of call and turn."""
    pairs = set(wanted)
    calls, ids = {call for call, _ in pairs}, {turn for _, turn in pairs}
    turns: dict[str, dict[str, Segment]] = {}
    drafts: dict[str, dict[str, Draft]] = {}
    if not pairs:
        return Loaded(turns, drafts)
    c = tables.segments.c
    found = select(c.call_id, *SEGMENT_COLUMNS).where(c.call_id.in_(calls), c.segment_id.in_(ids))
    for row in connection.execute(found):
        turns.setdefault(row.call_id, {})[row.segment_id] = segment_from(row)
    d = tables.drafts.c
    pieces = select(d.call_id, d.transcript_id, d.role, d.pieces)
    for row in connection.execute(pieces.where(d.call_id.in_(calls), d.transcript_id.in_(ids))):
        drafts.setdefault(row.call_id, {})[row.transcript_id] = _draft(row.role, row.pieces)
    return Loaded(turns, drafts)


def _draft(role: str, pieces: list[Payload]) -> Draft:
    known = ParticipantRole(role)
    return Draft(known, tuple(Utterance(**(piece | {"role": known})) for piece in pieces))


def mask_across_turns(connection: Connection, before: Contact | None, after: Contact) -> Contact:
    """A number that was dictated over several turns is masked in all of them."""
    known = {} if before is None else before.turns
    new = [turn for one, turn in after.turns.items() if turn is not known.get(one)]
    if not any(may_hold_number(turn.text) for turn in new):
        return after
    c = tables.segments.c
    rows = connection.execute(select(*SEGMENT_COLUMNS).where(c.call_id == after.contact_id))
    turns = {**{row.segment_id: segment_from(row) for row in rows}, **after.turns}
    changed = {turn.segment_id: turn for turn in masked_across(list(turns.values()))}
    return replace(after, turns={**after.turns, **changed}) if changed else after


def write_turns(connection: Connection, changes: Sequence[ContactChange], at: datetime) -> News:
    """Store turns that are new or newer; what is to be told of them.

    The same turn in a record of its own is newer by its number alone: stored, not told.
    """
    rows: list[Payload] = []
    news: News = []
    for before, after in changes:
        known = {} if before is None else before.turns
        changed = [turn for one, turn in after.turns.items() if turn is not known.get(one)]
        rows += [_row(after.contact_id, turn, at) for turn in changed]
        told = [turn for turn in changed if _differs(turn, known.get(turn.segment_id))]
        _unsay(connection, after, [turn for turn in told if may_hold_number(turn.text)])
        news += [
            (after.contact_id, EventType.TRANSCRIPT_SEGMENT, at, _payload(after, one))
            for one in told
        ]
    if rows:
        statement = insert_into(connection, tables.segments)
        newer = {name: statement.excluded[name] for name in rows[0] if not name.endswith("_id")}
        key = ["call_id", "segment_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=newer), rows)
    return news


def _row(call_id: str, turn: Segment, at: datetime) -> Payload:
    sequence = f"{turn.sequence:0{SEQUENCE_DIGITS}d}"
    return asdict(turn) | {"call_id": call_id, "sequence": sequence, "heard_at": at}


def _payload(contact: Contact, turn: Segment) -> Payload:
    return segment_payload(turn) | {"call_id": contact.contact_id}


def _differs(turn: Segment, known: Segment | None) -> bool:
    return known is None or replace(turn, sequence=known.sequence) != known


def _unsay(connection: Connection, contact: Contact, turns: list[Segment]) -> None:
    """Take what is masked now out of what was told before."""
    e = tables.events.c
    ids = {turn.segment_id: turn for turn in turns}
    if not ids:
        return
    told = (e.call_id == contact.contact_id) & (e.type == EventType.TRANSCRIPT_SEGMENT)
    for row in connection.execute(select(e.seq, e.payload).where(told)).all():
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


def write_drafts(connection: Connection, changes: Sequence[ContactChange], at: datetime) -> News:
    """Store turns that are still spoken, forget those that are finished; what is to be told."""
    rows: list[Payload] = []
    news: News = []
    for before, after in changes:
        known = {} if before is None else before.drafts
        _forget(connection, after.contact_id, [one for one in known if one not in after.drafts])
        for one, draft in after.drafts.items():
            if draft is not known.get(one):
                rows.append(_draft_row(after.contact_id, one, draft))
                payload = _draft_payload(after.contact_id, one, draft)
                news.append((after.contact_id, EventType.TRANSCRIPT_SEGMENT, at, payload))
    if rows:
        statement = insert_into(connection, tables.drafts)
        newer, key = {"pieces": statement.excluded.pieces}, ["call_id", "transcript_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=newer), rows)
    return news


def _forget(connection: Connection, call_id: str, drafts: list[str]) -> None:
    if drafts:
        d = tables.drafts.c
        finished = (d.call_id == call_id) & d.transcript_id.in_(drafts)
        connection.execute(delete(tables.drafts).where(finished))


def _draft_row(call_id: str, transcript_id: str, draft: Draft) -> Payload:
    pieces = [asdict(piece) for piece in draft.pieces]
    return {
        "call_id": call_id, "transcript_id": transcript_id, "role": draft.role, "pieces": pieces,
    }  # fmt: skip


def _draft_payload(call_id: str, transcript_id: str, draft: Draft) -> Payload:
    return {
        "call_id": call_id,
        "segment_id": transcript_id,
        "role": str(draft.role),
        "text": draft.text,
        "begin_ms": draft.begin_ms,
        "end_ms": draft.end_ms,
        "sentiment": None,
        "provisional": True,
    }
