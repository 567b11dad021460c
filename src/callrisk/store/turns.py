"""The turns of contacts in the database: loading those at hand, storing those that changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from callrisk.domain.call_record import Payload, StoredTurn
from callrisk.domain.contact import changed_turns
from callrisk.domain.contact_events import Draft
from callrisk.domain.event_types import EventType
from callrisk.domain.masking import hides_something
from callrisk.domain.segment import Segment
from callrisk.store import tables
from callrisk.store.drafts import ContactChange, NewEvents, draft_from
from callrisk.store.statements.understanding import Reading, ReadTurn
from callrisk.store.stored_calls import SEGMENT_COLUMNS, segment_from, statements_json
from callrisk.store.tables import SEQUENCE_DIGITS
from callrisk.store.transaction import insert_into
from callrisk.wire.segment import TranscriptSegment

# The ids of a call and of a turn in it.
TurnKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Turns and drafts by call."""

    turns: Mapping[str, dict[str, Segment]]
    drafts: Mapping[str, dict[str, Draft]]

    def of(self, call_id: str) -> tuple[Mapping[str, Segment], Mapping[str, Draft]]:
        """Return those of one call."""
        return self.turns.get(call_id, {}), self.drafts.get(call_id, {})


def load_turns(connection: Connection, wanted: Iterable[TurnKey]) -> Loaded:
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
        drafts.setdefault(row.call_id, {})[row.transcript_id] = draft_from(row)
    return Loaded(turns, drafts)


def write_turns(
    connection: Connection, changes: Sequence[ContactChange], read: Reading, at: datetime
) -> tuple[NewEvents, set[TurnKey]]:
    """Store turns that are new or newer, and the statements of those beside them.

    Return their events, and those that were heard anew. `read` holds all these turns.
    The same turn in a later record is newer by its number alone: it is stored without an event.
    """
    rows: list[Payload] = []
    new_events: NewEvents = []
    heard_anew = set[TurnKey]()
    for before, after in changes:
        call_id, turns = after.contact_id, read.get(after.contact_id, {})
        changed = [turn.segment_id for turn in changed_turns(before, after)]
        rows += [_row(call_id, turns[turn_id].now, at) for turn_id in changed]
        beside = [turns[turn_id] for turn_id in turns.keys() - changed]
        write_statements(connection, call_id, beside)
        heard = [one for one in turns.values() if one.is_heard_anew]
        drafted = set() if before is None else before.drafts.keys()
        _mask_events(connection, call_id, [one for one in heard if _is_told_unmasked(one, drafted)])
        new_events += told(call_id, turns.values(), at)
        heard_anew |= {(call_id, one.now.turn.segment_id) for one in heard}
    if rows:
        statement = insert_into(connection, tables.segments)
        newer = {name: statement.excluded[name] for name in rows[0] if not name.endswith("_id")}
        key = ["call_id", "segment_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=newer), rows)
    return new_events, heard_anew


def _is_told_unmasked(read: ReadTurn, drafted: Collection[str]) -> bool:
    """Return True if the log may hold more of what a turn said than the turn does now."""
    now, stored = read.now.turn, read.stored
    changed = stored is not None and stored.turn.text != now.text
    return (changed or now.segment_id in drafted) and hides_something(now.text)


def _row(call_id: str, read: StoredTurn, at: datetime) -> Payload:
    sequence = f"{read.turn.sequence:0{SEQUENCE_DIGITS}d}"
    own = {"call_id": call_id, "sequence": sequence, "heard_at": at}
    return asdict(read.turn) | own | _read_columns(read)


def _read_columns(read: StoredTurn) -> Payload:
    return {"statements": statements_json(read.statements), "language": read.language}


def write_statements(connection: Connection, call_id: str, turns: Iterable[ReadTurn]) -> None:
    """Store what stored turns say now, where it is not what they said."""
    c = tables.segments.c
    rows = [
        _read_columns(one.now) | {"of_call": call_id, "of_turn": one.now.turn.segment_id}
        for one in turns
        if not one.is_stored
    ]
    if rows:
        this = (c.call_id == bindparam("of_call")) & (c.segment_id == bindparam("of_turn"))
        connection.execute(update(tables.segments).where(this), rows)


def told(call_id: str, turns: Iterable[ReadTurn], at: datetime) -> NewEvents:
    """Return the events of turns that are heard or read anew."""
    return [
        (call_id, EventType.TRANSCRIPT_SEGMENT, at, _rendered(call_id, one.now))
        for one in turns
        if one.is_heard_anew or one.is_read_anew
    ]


def _rendered(call_id: str, read: StoredTurn) -> Payload:
    given = {"call_id": call_id, "repeated": read.repeated}
    return TranscriptSegment.of(read.turn, read.statements, **given).rendered()


def _mask_events(connection: Connection, call_id: str, turns: Sequence[ReadTurn]) -> None:
    """Mask in the log what is masked in the turns now."""
    e = tables.events.c
    ids = {one.now.turn.segment_id: _rendered(call_id, one.now) for one in turns}
    if not ids:
        return
    of_call = (e.call_id == call_id) & (e.type == EventType.TRANSCRIPT_SEGMENT)
    of_turns = e.payload["segment_id"].as_string().in_(ids)
    for row in connection.execute(select(e.seq, e.payload).where(of_call, of_turns)).all():
        now = ids[row.payload["segment_id"]]
        if row.payload["text"] == now["text"]:
            continue
        if row.payload["provisional"]:
            connection.execute(delete(tables.events).where(e.seq == row.seq))
        else:
            # The phrases of statements are words of the text.
            cleared = row.payload | {name: now[name] for name in ("text", "statements")}
            connection.execute(
                update(tables.events).where(e.seq == row.seq).values(payload=cleared)
            )
