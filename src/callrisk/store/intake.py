"""The intake of what the telephony reports: one transaction for each delivery.

Theory of operation
-------------------
A delivery is what a source hands over at once: events of contacts (segments, beginnings, ends,
details), records that could not be read, and the checkpoint behind them. `Contacts.take` stores
all of it in one transaction, the first of the two on the way from a word to a score:

1. before: mask each turn, and read what the turns say (`statements.understanding`), while nobody
   has to wait for it;
2. lock: no other writer runs until the commit, so events get their numbers in the order of
   commits and the follower never misses one;
3. load the rows of the contacts, and only those turns and drafts that the events are about;
4. apply the events one by one (`domain.contact.apply`, pure); what is told of a contact of which
   no call has begun waits for it (`connect.early_contacts`); then mask numbers that were
   dictated over several turns, which may change turns stored before;
5. read what the changed turns say, and those whose context they are: nearly always it is known
   from step 1, and only what other writers changed since is read here;
6. write the difference: calls, turns, drafts, and for each change an event of the log;
7. store unreadable records in the quarantine and move the checkpoint.

May repeat: every delivery. A segment is known by its id, the later sequence wins, and what comes
twice changes nothing and appends no event. Order: events may come in any order, the contact ends
the same, and so do the statements of its turns: a turn that comes late changes those of itself
and of the customer's turn right after it, whose event is then logged again. Must not happen: a
checkpoint beyond what is stored (FencedError also when another reader owns the stream), or an event
without its rows. If the database does not answer, StoreAwayError says that nothing is stored and
the delivery must be kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from callrisk.background.crash_points import crash_point
from callrisk.domain.contact import (
    Contact,
    applied,
    began_unheard,
    changed_turns,
    inherited,
    lacks_customer,
    masked_event,
    may_continue_number,
    with_numbers_masked,
)
from callrisk.domain.contact_events import AnalysisEvent, Event, turns_of
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.language import Language
from callrisk.domain.segment import Segment
from callrisk.store import tables
from callrisk.store.connect.checkpoints import Checkpoint, advance
from callrisk.store.connect.early_contacts import early_events, keep_early
from callrisk.store.connect.quarantine import Poison, insert_quarantined
from callrisk.store.contact_facts import facts_of
from callrisk.store.contact_rows import contact_from, details_of, values_of
from callrisk.store.drafts import ContactChange, write_drafts
from callrisk.store.statements.understanding import Understanding, read_changed
from callrisk.store.store_away import store_away_reported
from callrisk.store.stored_calls import CALL_COLUMNS, call_from
from callrisk.store.transaction import tell, tell_all, writing
from callrisk.store.turns import load_turns, stored_turns, write_turns
from callrisk.wire.events import CallStarted

# The agent of a call for which the telephony has named none yet.
_NO_AGENT = ""
# An earlier beginning of a call is told from here on; smaller steps are those of an estimate.
_TOLD_FROM = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The events, unreadable records and checkpoint that a source hands over at once."""

    events: Sequence[Event]
    at: datetime
    source: Source = Source.CONNECT
    poison: Sequence[Poison] = ()
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The effect of a delivery: the calls that began, the turns and drafts new or newer."""

    turns: int = 0
    began: tuple[str, ...] = ()
    pieces: int = 0


class Contacts:
    """Stores deliveries, read in one language; whatever comes twice changes nothing."""

    def __init__(self, engine: Engine, language: Language) -> None:
        self.engine = engine
        self._language = language

    def take(self, delivery: Delivery) -> Taken:
        """Store a delivery with its events and its checkpoint in one transaction.

        FencedError when another reader owns the stream by now, StoreAwayError when the database
        does not answer: then nothing is stored.
        """
        delivery = replace(delivery, events=[masked_event(event) for event in delivery.events])
        understanding = Understanding(self._language)
        with store_away_reported():
            if turns := turns_of(delivery.events):
                with self.engine.connect() as connection:
                    read_changed(connection, turns, understanding)
            with writing(self.engine) as connection:
                taken = self._take(connection, delivery, understanding)
                insert_quarantined(connection, delivery.poison, delivery.at)
                if delivery.checkpoint is not None:
                    advance(connection, delivery.checkpoint, delivery.at)
                crash_point("before_commit")
        crash_point("after_commit")
        return taken

    def _take(
        self, connection: Connection, delivery: Delivery, understanding: Understanding
    ) -> Taken:
        if not delivery.events:
            return Taken()
        ids = list(dict.fromkeys(event.contact_id for event in delivery.events))
        rows = _rows(connection, ids)
        loaded = load_turns(connection, _wanted(delivery.events))
        before = {call_id: contact_from(rows[call_id], *loaded.of(call_id)) for call_id in rows}
        unknown = [call_id for call_id in ids if call_id not in rows]
        earlier = early_events(connection, unknown)
        after = applied(before, delivery.events, earlier)
        told = (*earlier, *delivery.events)
        none_yet = [event for event in told if after[event.contact_id] is None]
        keep_early(connection, none_yet, delivery.at)
        changes = [
            (before.get(call_id), _masked(connection, before.get(call_id), contact))
            for call_id, contact in after.items()
            if contact is not None
        ]
        return self._write(connection, changes, delivery, understanding)

    def _write(
        self, connection: Connection, changes: Sequence[ContactChange], delivery: Delivery,
        understanding: Understanding,
    ) -> Taken:  # fmt: skip
        read = read_changed(connection, _changed(changes), understanding)
        began = []
        for before, after in changes:
            if before is None:
                began.append(after.contact_id)
                self._begin(connection, after, delivery)
            else:
                self._update(connection, before, after, delivery.at)
        turns, heard = write_turns(connection, changes, read, delivery.at)
        drafts = write_drafts(connection, changes, delivery.at)
        facts = [
            (after.contact_id, kind, delivery.at, payload)
            for before, after in changes
            for kind, payload in facts_of(before, after)
        ]
        tell_all(connection, [*drafts, *turns, *facts])
        return Taken(heard, tuple(began), len(drafts))

    def _begin(self, connection: Connection, contact: Contact, delivery: Delivery) -> None:
        is_streamed = delivery.source == Source.CONNECT
        fixed = {
            "call_id": contact.contact_id, "source": delivery.source, "demo": False,
            "alerted": False, "escalated": False,
            "has_gap": is_streamed and began_unheard(contact, delivery.events),
        }  # fmt: skip
        values = values_of(_with_customer(connection, contact))
        values["agent_id"] = values["agent_id"] or _NO_AGENT
        connection.execute(insert(tables.calls).values(fixed | values))
        self._tell_call(connection, contact.contact_id, delivery.at)

    def _update(
        self, connection: Connection, before: Contact, after: Contact, at: datetime
    ) -> None:
        was, now = values_of(before), values_of(_with_customer(connection, after))
        changed = {name: value for name, value in now.items() if value != was[name]}
        if not changed:
            return
        this = tables.calls.c.call_id == after.contact_id
        connection.execute(update(tables.calls).where(this).values(changed))
        moved = abs(after.began_at - before.began_at) >= _TOLD_FROM
        if moved or details_of(now) != details_of(was):
            self._tell_call(connection, after.contact_id, at)

    def _tell_call(self, connection: Connection, call_id: str, at: datetime) -> None:
        statement = select(*CALL_COLUMNS).where(tables.calls.c.call_id == call_id)
        stored = call_from(connection.execute(statement).one())
        started = CallStarted.of_call(stored).rendered()
        tell(connection, call_id, EventType.CALL_STARTED, at, started)


def _rows(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    rows = connection.execute(select(tables.calls).where(tables.calls.c.call_id.in_(ids)))
    return {row.call_id: row for row in rows}


def _wanted(events: Sequence[Event]) -> set[tuple[str, str]]:
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


def _changed(changes: Sequence[ContactChange]) -> Mapping[str, Mapping[str, Segment]]:
    """Return the turns of each contact that are new or newer, by id."""
    changed = {after.contact_id: changed_turns(before, after) for before, after in changes}
    return {
        call_id: {turn.segment_id: turn for turn in turns}
        for call_id, turns in changed.items()
        if turns
    }


def _with_customer(connection: Connection, contact: Contact) -> Contact:
    """Return a transferred contact with the customer of the first call, where it lacks one."""
    if not lacks_customer(contact):
        return contact
    c = tables.calls.c
    statement = select(c.customer_id, c.phone).where(c.call_id == contact.initial_contact_id)
    first = connection.execute(statement).first()
    return contact if first is None else inherited(contact, first.customer_id, first.phone)


def _masked(connection: Connection, before: Contact | None, after: Contact) -> Contact:
    """Return the contact with numbers masked that were dictated over several turns."""
    if not may_continue_number(before, after):
        return after
    return with_numbers_masked(after, stored_turns(connection, after.contact_id))
