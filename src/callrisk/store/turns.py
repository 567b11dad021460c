"""The turns of contacts in the database: loading those at hand, storing those that changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, select, update

from callrisk.domain.call_record import Payload, StoredTurn
from callrisk.domain.contact import changed_turns
from callrisk.domain.contact_events import Draft
from callrisk.domain.event_types import EventType
from callrisk.domain.segment import Segment
from callrisk.store import tables
from callrisk.store.ciphers.word_cipher import WordCipher, cipher_of
from callrisk.store.drafts import DRAFT_COLUMNS, ContactChange, drafts_from
from callrisk.store.log.appending import NewEvent
from callrisk.store.statements.understanding import Reading, ReadTurn
from callrisk.store.stored_calls import SEGMENT_COLUMNS, TURN, segments_from, statements_json
from callrisk.store.tables import SEQUENCE_DIGITS
from callrisk.store.transaction import insert_of

_S, _D = tables.segments.c, tables.drafts.c
_CALLS: Any = bindparam("calls", expanding=True)
_TURNS: Any = bindparam("turns", expanding=True)
# Statements of every delivery are made once: to make one takes longer than to run it.
_TURNS_OF = select(*SEGMENT_COLUMNS).where(_S.call_id.in_(_CALLS), _S.segment_id.in_(_TURNS))
_DRAFTS_OF = select(*DRAFT_COLUMNS).where(_D.call_id.in_(_CALLS))
# The columns that a turn has as it was read, and those that it is found by.
_KEY = ("call_id", "segment_id")
_READ = ("statements", "language", "revision")
_CHANGE_TURN = update(tables.segments).where(
    (_S.call_id == bindparam("of_call")) & (_S.segment_id == bindparam("of_turn"))
)

# The ids of a call and of a turn in it.
TurnKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Turns and drafts by call, of the drafts all."""

    turns: Mapping[str, dict[str, Segment]]
    drafts: Mapping[str, dict[str, Draft]]

    def of(self, call_id: str) -> tuple[Mapping[str, Segment], Mapping[str, Draft]]:
        """Return those of one call."""
        return self.turns.get(call_id, {}), self.drafts.get(call_id, {})


NOTHING_LOADED = Loaded({}, {})


def load_turns(connection: Connection, wanted: Iterable[TurnKey]) -> Loaded:
    """Return the turns of pairs of call id and turn id, and all drafts of these calls."""
    pairs = set(wanted)
    asked = {"calls": [*{call for call, _ in pairs}], "turns": [*{turn for _, turn in pairs}]}
    turns: dict[str, dict[str, Segment]] = {}
    drafts: dict[str, dict[str, Draft]] = {}
    if not pairs:
        return Loaded(turns, drafts)
    rows = connection.execute(_TURNS_OF, asked).all()
    for row, turn in zip(rows, segments_from(connection, rows), strict=True):
        turns.setdefault(row.call_id, {})[row.segment_id] = turn
    rows = connection.execute(_DRAFTS_OF, {"calls": asked["calls"]}).all()
    for row, draft in zip(rows, drafts_from(connection, rows), strict=True):
        drafts.setdefault(row.call_id, {})[row.transcript_id] = draft
    return Loaded(turns, drafts)


@dataclass(frozen=True, slots=True)
class TurnsWritten:
    """The events of turns that were stored, and the keys of those that were heard anew.

    `turns` are those of the events. `corrected` are those whose words were others before, by the
    place of their event.
    """

    events: list[NewEvent]
    turns: list[StoredTurn]
    heard_anew: set[TurnKey]
    corrected: dict[int, TurnKey]


def write_turns(
    connection: Connection, changes: Sequence[ContactChange], read: Reading, at: datetime
) -> TurnsWritten:
    """Store turns that are new or newer, and the statements of those beside them.

    `read` holds all these turns. The same turn in a later record is newer by its number alone: it
    is stored without an event. One that is only masked anew keeps the moment at which it was heard.
    """
    cipher = cipher_of(connection)
    rows: list[Payload] = []
    written = TurnsWritten([], [], set(), {})
    for before, after in changes:
        call_id, turns = after.contact_id, read.get(after.contact_id, {})
        changed = [turn.segment_id for turn in changed_turns(before, after)]
        rows += [_row(cipher, call_id, turns[turn_id], at) for turn_id in changed]
        beside = [turns[turn_id] for turn_id in turns.keys() - changed]
        write_statements(connection, call_id, beside)
        for one in turns.values():
            key = (call_id, one.now.turn.segment_id)
            if one.is_corrected:
                written.corrected[len(written.events)] = key
            if one.is_heard_anew:
                written.heard_anew.add(key)
            if one.is_told:
                written.events.extend(told(call_id, [one], at))
                written.turns.append(stored_turn(one, repeated=one.now.repeated))
    if rows:
        connection.execute(_newer_turns(connection.dialect.name), rows)
    return written


def stored_turn(read: ReadTurn, *, repeated: bool = False) -> StoredTurn:
    """Return a turn as its row says it from now on; whether it repeats another no row says."""
    return replace(read.now, revision=read.revision, repeated=repeated)


@cache
def _newer_turns(dialect: str) -> Any:
    """Return the statement that stores turns, new ones or in the place of their older forms."""
    statement = insert_of(dialect, tables.segments)
    names = (*Segment.__dataclass_fields__, "sealed", "heard_at", *_READ)
    newer = {name: statement.excluded[name] for name in names if name not in _KEY}
    is_same = statement.excluded.sequence == _S.sequence
    newer["heard_at"] = case((is_same, _S.heard_at), else_=newer["heard_at"])
    return statement.on_conflict_do_update(index_elements=list(_KEY), set_=newer)


def mark_corrected(connection: Connection, corrected: Mapping[int, TurnKey]) -> None:
    """Store of turns by which event of the log, by number, their words became others."""
    rows = [
        {"of_call": call_id, "of_turn": turn_id, "corrected_seq": seq}
        for seq, (call_id, turn_id) in corrected.items()
    ]
    if rows:
        connection.execute(_CHANGE_TURN, rows)


def _row(cipher: WordCipher, call_id: str, read: ReadTurn, at: datetime) -> Payload:
    turn = read.now.turn
    own = {
        "call_id": call_id, "sequence": f"{turn.sequence:0{SEQUENCE_DIGITS}d}", "heard_at": at,
        "text": "", "sealed": cipher.seal(TURN, call_id, turn.segment_id, turn.text),
    }  # fmt: skip
    return asdict(turn) | own | _read_columns(read)


def _read_columns(read: ReadTurn) -> Payload:
    statements = statements_json(read.now.statements)
    return {"statements": statements, "language": read.now.language, "revision": read.revision}


def write_statements(connection: Connection, call_id: str, turns: Iterable[ReadTurn]) -> None:
    """Store what stored turns say now, where it is not what they said."""
    rows = [
        _read_columns(one) | {"of_call": call_id, "of_turn": one.now.turn.segment_id}
        for one in turns
        if not one.is_stored
    ]
    if rows:
        connection.execute(_CHANGE_TURN, rows)


def told(call_id: str, turns: Iterable[ReadTurn], at: datetime) -> list[NewEvent]:
    """Return the events of turns that are heard or read anew."""
    return [
        NewEvent(call_id, EventType.TRANSCRIPT_SEGMENT, at, one.now.turn.segment_id, _facts(one))
        for one in turns
        if one.is_told
    ]


def _facts(read: ReadTurn) -> Payload | None:
    facts: Payload = {"revision": read.revision} if read.revision else {}
    if read.now.repeated:
        facts["repeated"] = True
    return facts or None
