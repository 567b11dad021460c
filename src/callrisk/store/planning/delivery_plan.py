"""The change that a delivery makes, computed before anybody has to wait for it.

Masking and its look at turns nearby take time that grows with what is said. So a plan is made from
what is stored just now, without a lock. Within the lock the versions of the calls are compared, and
the plan holds if they are the same.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from callrisk.domain.contact import (
    Contact,
    applied,
    changed_turns,
    may_continue_number,
    with_numbers_masked,
)
from callrisk.domain.contact_events import AnalysisEvent, ContactEvent, Event
from callrisk.domain.masking import EVERYTHING, KnownPerson, Masking, may_hold_digits
from callrisk.domain.segment import Segment
from callrisk.store import tables
from callrisk.store.connect.early_contacts import early_events
from callrisk.store.contact_rows import contact_from
from callrisk.store.drafts import ContactChange
from callrisk.store.planning.contact_versions import raise_versions
from callrisk.store.planning.kept_calls import KeptCalls
from callrisk.store.planning.near_turns import (
    MOST_TURNS_AROUND,
    MOST_TURNS_AROUND_WORDS,
    Near,
    Place,
)
from callrisk.store.stored_calls import cipher_for_calls
from callrisk.store.turns import NOTHING_LOADED, TurnKey, load_turns

# Made once: to make it takes longer than to run it.
_CONTACTS = select(tables.calls).where(tables.calls.c.call_id.in_(bindparam("ids", expanding=True)))

Connect = Callable[[], AbstractContextManager[Connection]]
PersonOf = Callable[[str], KnownPerson | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """The stored state of the contacts of a delivery, and the changes that it makes of that."""

    stored: Mapping[str, Contact]
    # The versions of the stored contacts.
    versions: Mapping[str, int]
    # The calls whose words are kept no longer.
    silent: Collection[str]
    # What was told of the contacts before a call of them began.
    earlier: Sequence[ContactEvent]
    # The turns near those that the events are about, by contact that is stored.
    near: Mapping[str, Near]
    changes: Sequence[ContactChange]
    # What is told of contacts of which still no call has begun.
    too_early: Sequence[Event]

    @property
    def changed(self) -> Mapping[str, Mapping[str, Segment]]:
        """The turns of each contact that are new or newer, by id."""
        found = {after.contact_id: changed_turns(before, after) for before, after in self.changes}
        return {
            call_id: {turn.segment_id: turn for turn in turns}
            for call_id, turns in found.items()
            if turns
        }

    def raised(self, connection: Connection, events: Sequence[Event]) -> frozenset[str]:
        """Raise the versions of the contacts; return those that changed since the plan."""
        now = raise_versions(connection, self.versions)
        moved = [one for one, version in self.versions.items() if now.get(one) != version + 1]
        unknown = [one for one in _ids(events) if one not in self.versions]
        if not unknown:
            return frozenset(moved)
        begun = _rows(connection, unknown)
        told = {event.contact_id: event for event in early_events(connection, unknown)}
        before = {event.contact_id: event for event in self.earlier}
        told_since = [one for one in unknown if told.get(one) != before.get(one)]
        return frozenset([*moved, *begun, *told_since])

    def without(self, call_ids: Collection[str]) -> "Plan":
        """Return what is planned of the other contacts."""
        return Plan(
            stored={one: it for one, it in self.stored.items() if one not in call_ids},
            versions={one: it for one, it in self.versions.items() if one not in call_ids},
            silent=[one for one in self.silent if one not in call_ids],
            earlier=[event for event in self.earlier if event.contact_id not in call_ids],
            near={one: it for one, it in self.near.items() if one not in call_ids},
            changes=[pair for pair in self.changes if pair[1].contact_id not in call_ids],
            too_early=[event for event in self.too_early if event.contact_id not in call_ids],
        )

    def joined(self, other: "Plan", events: Sequence[Event]) -> "Plan":
        """Return both, planned of different contacts, in the order in which events tell of them."""
        place = {call_id: n for n, call_id in enumerate(_ids(events))}
        changes = [*self.changes, *other.changes]
        return Plan(
            stored={**self.stored, **other.stored},
            versions={**self.versions, **other.versions},
            silent=[*self.silent, *other.silent],
            earlier=[*self.earlier, *other.earlier],
            near={**self.near, **other.near},
            changes=sorted(changes, key=lambda pair: place[pair[1].contact_id]),
            too_early=[*self.too_early, *other.too_early],
        )


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a plan is made from, as it is in `Plan`."""

    contacts: dict[str, Contact]
    versions: dict[str, int]
    silent: Collection[str]
    earlier: Sequence[ContactEvent]
    near: dict[str, Near]


def planned(
    connect: Connect, events: Sequence[Event], masking: Masking = EVERYTHING,
    persons: PersonOf | None = None, kept: KeptCalls | None = None,
) -> Plan:  # fmt: skip
    """Return the plan of what these events change, from what is stored now.

    `connect` opens a connection for a moment; none is held while the plan is made. `persons` tells
    who is known of a call. Of calls that are `kept` nothing is read.
    """
    found = _kept(events, kept or KeptCalls())
    if rest := [event for event in events if event.contact_id not in found.contacts]:
        with connect() as connection:
            found = _joined(found, _read(connection, rest))
    # In the order in which they are told, wherever each was found.
    stored = {one: found.contacts[one] for one in _ids(events) if one in found.contacts}
    near, earlier = found.near, found.earlier
    turns = {call_id: one.turns for call_id, one in near.items()}

    def masking_of(call_id: str) -> Masking:
        return masking.knowing(None if persons is None else persons(call_id))

    after = applied(stored, events, earlier, masking_of, turns)
    too_early = [event for event in (*earlier, *events) if after[event.contact_id] is None]
    contacts = [contact for contact in after.values() if contact is not None]
    changes = [
        (before := stored.get(contact.contact_id), _masked(before, contact, near, masking))
        for contact in contacts
    ]
    return Plan(stored, found.versions, found.silent, earlier, near, changes, too_early)


def _kept(events: Sequence[Event], kept: KeptCalls) -> _Stored:
    """Return those contacts of events of which all that matters is at hand."""
    found = _Stored({}, {}, [], [], {})
    for call_id, turns in _new_turns(events).items():
        at_hand = kept.near(call_id, turns, _most_around(turns))
        if at_hand is not None:
            found.contacts[call_id], found.versions[call_id], found.near[call_id] = at_hand
    return found


def _new_turns(events: Sequence[Event]) -> dict[str, list[Segment]]:
    """Return the turns of those contacts of which events tell turns only."""
    turns: dict[str, list[Segment]] = {}
    others = set()
    for event in events:
        if isinstance(event, AnalysisEvent) and event.turns and not event.pieces:
            turns.setdefault(event.contact_id, []).extend(event.turns)
        else:
            others.add(event.contact_id)
    return {call_id: told for call_id, told in turns.items() if call_id not in others}


def _read(connection: Connection, events: Sequence[Event]) -> _Stored:
    rows = _rows(connection, ids := _ids(events))
    contacts = _contacts(connection, rows, events)
    versions = {call_id: row.version for call_id, row in rows.items()}
    silent = [call_id for call_id, row in rows.items() if row.words_removed_at is not None]
    earlier = early_events(connection, [one for one in ids if one not in rows])
    return _Stored(contacts, versions, silent, earlier, _near(connection, contacts, events))


def _joined(kept: _Stored, read: _Stored) -> _Stored:
    return _Stored(
        kept.contacts | read.contacts, kept.versions | read.versions, read.silent, read.earlier,
        kept.near | read.near,
    )  # fmt: skip


def _ids(events: Sequence[Event]) -> list[str]:
    return list(dict.fromkeys(event.contact_id for event in events))


def _contacts(
    connection: Connection, rows: Mapping[str, Row[Any]], events: Sequence[Event]
) -> dict[str, Contact]:
    """Return the stored contacts of events, with those turns that the events are about."""
    loaded = load_turns(connection, turn_keys(events)) if rows else NOTHING_LOADED
    cipher = cipher_for_calls(connection, rows.values())
    return {
        call_id: contact_from(row, *loaded.of(call_id), cipher) for call_id, row in rows.items()
    }


def _rows(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    rows = connection.execute(_CONTACTS, {"ids": ids})
    return {row.call_id: row for row in rows}


def turn_keys(events: Sequence[Event]) -> set[TurnKey]:
    """Return the turns that events are about, as pairs of call id and turn id."""
    return {
        (event.contact_id, turn_id)
        for event in events
        if isinstance(event, AnalysisEvent)
        for turn_id in (
            *(turn.segment_id for turn in event.turns),
            *(piece.transcript_id for piece in event.pieces),
        )
    }


def _near(
    connection: Connection, stored: Mapping[str, Contact], events: Sequence[Event]
) -> dict[str, Near]:
    """Return the turns near those of events, by contact: more of them where digits are said.

    They are near the places that the turns have, and near those that they had.
    """
    told: dict[str, list[Segment]] = {}
    for event in events:
        if isinstance(event, AnalysisEvent) and event.contact_id in stored and event.turns:
            told.setdefault(event.contact_id, []).extend(event.turns)
    return {
        call: Place.of(call, [*turns, *stored[call].turns.values()], _most_around(turns)).near(
            connection
        )
        for call, turns in told.items()
    }


def _most_around(turns: Sequence[Segment]) -> int:
    has_digits = any(may_hold_digits(turn.text) for turn in turns)
    return MOST_TURNS_AROUND if has_digits else MOST_TURNS_AROUND_WORDS


def _masked(
    before: Contact | None, contact: Contact, near: Mapping[str, Near], masking: Masking
) -> Contact:
    """Return the contact with numbers masked that were dictated over several turns."""
    if not may_continue_number(before, contact):
        return contact
    around = near.get(contact.contact_id)
    if around is None:
        return with_numbers_masked(contact, {}, masking)
    return with_numbers_masked(contact, around.turns, masking, is_cut=around.is_cut_before)
