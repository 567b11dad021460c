"""What turns say about paying: those that changed, and those whose context changed with them.

The statements of a customer's turn are a function of its words and of the turn right before it: an
agent's gives it context, and one that it repeats leaves it nothing to say. So a change is read with
the turns near it, which its plan has loaded. Where these do not show what comes right before and
right after, it is read with the places of all turns of the call, and with the words of a few.
Nothing here writes.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, tuple_

from callrisk.domain.call_record import StoredTurn
from callrisk.domain.language import Language, Statement
from callrisk.domain.masking import is_masked_form
from callrisk.domain.segment import (
    ParticipantRole,
    Segment,
    TurnPlace,
    is_repeat,
    own_turns_before,
    repeats,
    role_of,
)
from callrisk.store import tables
from callrisk.store.planning.near_turns import Near
from callrisk.store.statements.turn_context import Contexts, contexts, touched
from callrisk.store.stored_calls import TURN_COLUMNS, turns_from

logger = logging.getLogger(__name__)

Statements = tuple[Statement, ...]
# Turns by call and id.
Turns = Mapping[str, Mapping[str, Segment]]


class Understanding:
    """Reads turns in one language, each words in each context once.

    Whoever is about to lock the database reads before: within the lock, where others may have
    changed the context meanwhile, nearly everything was read already.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._read: dict[tuple[str, str], Statements] = {}

    @property
    def version(self) -> str:
        """The version of the language."""
        return self._language.version

    def read(self, turn: Segment, asked: str, *, repeated: bool) -> StoredTurn:
        """Return a turn with its statements, `asked` being the agent's turn right before it.

        A turn that the language fails on says nothing, and so does one that repeats another.
        """
        if repeated or turn.role is not ParticipantRole.CUSTOMER:
            return StoredTurn(turn, (), self.version, repeated)
        key = (asked, turn.text)
        if key not in self._read:
            self._read[key] = self._answer(*key)
        return StoredTurn(turn, self._read[key], self.version)

    def _answer(self, asked: str, text: str) -> Statements:
        try:
            return self._language.answer(asked, text)
        except Exception:
            # What was heard must be stored, whatever the language makes of it.
            logger.exception("language %s cannot read a turn", self.version)
            return ()


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """A turn as it was read just now, and as it is stored; `stored` is None for one that is not.

    Both know whether the turn repeats another.
    """

    now: StoredTurn
    stored: StoredTurn | None = None

    @property
    def is_heard_anew(self) -> bool:
        """True if the turn is new or another; a new number alone is no news."""
        if self.stored is None:
            return True
        return replace(self.now.turn, sequence=self.stored.turn.sequence) != self.stored.turn

    @property
    def is_read_anew(self) -> bool:
        """True if it says something else than what is stored, or repeats another now or no more."""
        if self.stored is None:
            return bool(self.now.statements)
        before, now = self.stored, self.now
        return (before.statements, before.repeated) != (now.statements, now.repeated)

    @property
    def is_told(self) -> bool:
        """True if the log is told of the turn."""
        return self.is_heard_anew or self.is_read_anew

    @property
    def is_corrected(self) -> bool:
        """True if its words are others than those stored, and not the same ones masked."""
        if self.stored is None:
            return False
        before, now = self.stored.turn.text, self.now.turn.text
        return before != now and not is_masked_form(now, before)

    @property
    def revision(self) -> int:
        """How often the turn was told anew, this time included."""
        return 0 if self.stored is None else self.stored.revision + self.is_told

    @property
    def is_stored(self) -> bool:
        """True if the statements and the version of the language are those that are stored."""
        if self.stored is None or self.is_read_anew:
            return False
        return self.now.language == self.stored.language


# Turns that were read, by call and id.
Reading = Mapping[str, Mapping[str, ReadTurn]]


def read_changed(
    connection: Connection, changed: Turns, near: Mapping[str, Near], understanding: Understanding
) -> Reading:
    """Return turns that changed, and others whose context changes with them, as read now.

    `near` holds stored turns near those that changed, by call. A stored turn without words keeps
    its statements and is not among those returned.
    """
    beside = {
        call: near[call]
        for call, turns in changed.items()
        if call in near and _shows_neighbours(near[call], turns)
    }
    places = _places(connection, changed.keys() - beside.keys())
    places |= {call: _places_of(one.turns) for call, one in beside.items()}
    changes = {call: _Change(places.get(call, {}), turns) for call, turns in changed.items()}
    stored = _stored(connection, {call: changes[call] for call in changes.keys() - beside.keys()})
    stored |= {
        call: {turn_id: one.stored[turn_id] for turn_id in changes[call].loaded}
        for call, one in beside.items()
    }
    return {
        call: dict(_read(change, stored.get(call, {}), understanding))
        for call, change in changes.items()
    }


def read_calls(
    connection: Connection, calls: Iterable[str], understanding: Understanding
) -> Reading:
    """Return all turns of calls that have words, as read now."""
    c = tables.segments.c
    stored: dict[str, dict[str, StoredTurn]] = {}
    rows = connection.execute(select(*TURN_COLUMNS).where(c.call_id.in_(calls))).all()
    for row, turn in zip(rows, turns_from(connection, rows), strict=True):
        stored.setdefault(row.call_id, {})[row.segment_id] = turn
    return {call: dict(_read_all(turns, understanding)) for call, turns in stored.items()}


class _Change:
    """The turns of a call that changed, and the turns that are to be read for them."""

    def __init__(self, places: Mapping[str, TurnPlace], turns: Mapping[str, Segment]) -> None:
        self.turns = turns
        moved = {turn_id: TurnPlace.of(turn) for turn_id, turn in turns.items()}
        after = {**places, **moved}
        self.contexts: Contexts = contexts(after.values())
        self.own_before = own_turns_before(places.values())
        self.own: Contexts = own_turns_before(after.values())
        read = touched(contexts(places.values()), self.contexts, turns.keys())
        read |= touched(self.own_before, self.own, turns.keys())
        others = sorted(after[turn_id] for turn_id in read - turns.keys())
        self.others = [place.segment_id for place in others]
        links = (self.contexts, self.own, self.own_before)
        beside = {link.get(turn_id) for link in links for turn_id in (*turns, *read)}
        self.loaded = places.keys() & {*turns, *self.others, *beside}


def _shows_neighbours(near: Near, changed: Mapping[str, Segment]) -> bool:
    """Return True if these turns show all that decides how those that changed are read.

    The parties' turns right before and after them do, unless some may repeat another: whether the
    other side spoke meanwhile may depend on a long turn further away.
    """
    if not near.is_in_order or (near.is_cut_before and _may_repeat(near.turns, changed)):
        return False
    stored = _places_of(near.turns)
    moved = [TurnPlace.of(turn) for turn in changed.values()]
    moved += [stored[turn_id] for turn_id in stored.keys() & changed.keys()]
    parties = [
        place
        for turn_id, place in stored.items()
        if isinstance(place.role, ParticipantRole) and turn_id not in changed
    ]
    begins = not near.is_cut_before or any(place < min(moved) for place in parties)
    return begins and (not near.is_cut_after or _ends_within(moved, parties))


def _ends_within(moved: Sequence[TurnPlace], parties: Sequence[TurnPlace]) -> bool:
    """Return True if a party's turn is known that begins after these, and after they end."""
    last = max(parties, default=None)
    return last is not None and last > max(moved) and last.at > max(one.until for one in moved)


def _may_repeat(stored: Mapping[str, Segment], changed: Mapping[str, Segment]) -> bool:
    """Return True if a turn has the words of the one before it, before or after a change."""
    for turns in (stored, {**stored, **changed}):
        before = own_turns_before(_places_of(turns).values())
        if any(
            own is not None and is_repeat(turns[one], turns[own]) for one, own in before.items()
        ):
            return True
    return False


def _places_of(turns: Mapping[str, Segment]) -> dict[str, TurnPlace]:
    return {turn_id: TurnPlace.of(turn) for turn_id, turn in turns.items()}


def _places(connection: Connection, calls: Collection[str]) -> dict[str, dict[str, TurnPlace]]:
    if not calls:
        return {}
    c = tables.segments.c
    statement = select(
        c.call_id, c.segment_id, c.role, c.begin_ms, c.sequence, c.end_ms, c.participant_id
    )
    places: dict[str, dict[str, TurnPlace]] = {}
    for call_id, turn_id, role, begin_ms, sequence, *rest in connection.execute(
        statement.where(c.call_id.in_(list(calls)))
    ):
        at = int(sequence) if begin_ms is None else begin_ms
        places.setdefault(call_id, {})[turn_id] = TurnPlace(at, turn_id, role_of(role), *rest)
    return places


def _stored(
    connection: Connection, changes: Mapping[str, _Change]
) -> dict[str, dict[str, StoredTurn]]:
    keys = [(call, turn_id) for call, change in changes.items() for turn_id in change.loaded]
    stored: dict[str, dict[str, StoredTurn]] = {}
    if not keys:
        return stored
    c = tables.segments.c
    statement = select(*TURN_COLUMNS).where(tuple_(c.call_id, c.segment_id).in_(keys))
    rows = connection.execute(statement).all()
    for row, turn in zip(rows, turns_from(connection, rows), strict=True):
        stored.setdefault(row.call_id, {})[row.segment_id] = turn
    return stored


def _read(
    change: _Change, stored: Mapping[str, StoredTurn], understanding: Understanding
) -> Iterator[tuple[str, ReadTurn]]:
    known = {turn_id: one.turn for turn_id, one in stored.items()}
    turns = known | dict(change.turns)
    kept = [turn_id for turn_id in change.others if turns[turn_id].text]
    for turn_id in (*change.turns, *kept):
        repeated = _is_repeated(turn_id, change.own, turns)
        asked = _asked(turn_id, change.contexts, turns)
        now = understanding.read(turns[turn_id], asked, repeated=repeated)
        before = stored.get(turn_id)
        if before is not None:
            before = replace(before, repeated=_is_repeated(turn_id, change.own_before, known))
        yield turn_id, ReadTurn(now, before)


def _read_all(
    stored: Mapping[str, StoredTurn], understanding: Understanding
) -> Iterator[tuple[str, ReadTurn]]:
    turns = {turn_id: one.turn for turn_id, one in stored.items()}
    found, repeated = contexts(map(TurnPlace.of, turns.values())), repeats(turns.values())
    for turn_id, turn in turns.items():
        if turn.text:
            is_repeated = turn_id in repeated
            now = understanding.read(turn, _asked(turn_id, found, turns), repeated=is_repeated)
            yield turn_id, ReadTurn(now, replace(stored[turn_id], repeated=is_repeated))


def _is_repeated(turn_id: str, own: Contexts, turns: Mapping[str, Segment]) -> bool:
    before = own.get(turn_id)
    return before is not None and is_repeat(turns[turn_id], turns[before])


def _asked(turn_id: str, found: Contexts, turns: Mapping[str, Segment]) -> str:
    agent = found.get(turn_id)
    return "" if agent is None else turns[agent].text
