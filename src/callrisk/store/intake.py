"""The intake of what the telephony reports: one transaction for each delivery.

Theory of operation
-------------------
A delivery is what a source hands over at once: events of contacts (segments, beginnings, ends,
details), records that could not be read, and the checkpoint behind them. `Contacts.take` stores
all of it in one transaction, the first of the two on the way from a word to a score:

1. before: load the rows of the contacts, and only those turns and drafts that the events are about;
   apply the events one by one (`domain.contact.apply`, pure: each turn is masked), and what was
   told of a contact before its call began (`connect.early_contacts`); then mask numbers that were
   dictated over several turns, which may change turns stored before; read what the turns say
   (`statements.understanding`). Nobody has to wait for this plan (`planning`);
2. lock: no other writer runs until the commit, so events get their numbers in the order of
   commits and the follower never misses one;
3. compare the versions of the calls, and raise them. If others did meanwhile, the lock is given
   back and their part of the plan made anew, a few times; then all of it within the lock;
4. read what the changed turns say, and those whose context they are: nearly always it is known
   from step 1, and only what other writers changed since is read here;
5. write the difference: calls, turns, drafts, and for each change an event of the log; keep what
   is told of contacts of which no call has begun;
6. store unreadable records in the quarantine and move the checkpoint.

May repeat: every delivery. A segment is known by its id, the later sequence wins, and what comes
twice changes nothing and appends no event. Order: events may come in any order, the contact ends
the same, and so do the statements of its turns: a turn that comes late changes those of itself
and of the customer's turn right after it, whose event is then logged again. Must not happen: a
checkpoint beyond what is stored (FencedError also when another reader owns the stream), or an event
without its rows. If the database does not answer, StoreAwayError says that nothing is stored and
the delivery must be kept.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select, update

from callrisk.background.crash_points import crash_point
from callrisk.background.tally import Tally
from callrisk.domain.call_record import LoggedEvent, StoredTurn
from callrisk.domain.contact import Contact, began_unheard, inherited, lacks_customer
from callrisk.domain.contact_events import Event
from callrisk.domain.event_types import Source
from callrisk.domain.language import Language
from callrisk.domain.masking import EVERYTHING, Masking
from callrisk.store import tables
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.connect.checkpoints import Checkpoint, advance
from callrisk.store.connect.early_contacts import forget_early, keep_early
from callrisk.store.connect.quarantine import Poison, insert_quarantined
from callrisk.store.contact_facts import facts_of
from callrisk.store.contact_rows import details_of, sealed_values, values_of
from callrisk.store.drafts import ContactChange, write_drafts
from callrisk.store.keeping.old_calls import keep_words_again
from callrisk.store.log.appending import append
from callrisk.store.log.call_events import call_started
from callrisk.store.log.rendering import turn_event
from callrisk.store.planning.delivery_plan import Connect, PersonOf, Plan, planned, turn_keys
from callrisk.store.planning.kept_calls import KeptCalls
from callrisk.store.statements.understanding import Reading, Understanding, read_changed
from callrisk.store.store_away import store_away_reported
from callrisk.store.stored_calls import CALL_COLUMNS, calls_from
from callrisk.store.transaction import writing
from callrisk.store.turns import mark_corrected, stored_turn, write_turns

# So often a plan is made anew when other writers made it obsolete, before one is made in the lock.
_MOST_PLANS = 4
# The agent of a call for which the telephony has named none yet.
_NO_AGENT = ""
# An earlier beginning of a call is told from here on; smaller steps are those of an estimate.
_TOLD_FROM = timedelta(seconds=1)


class _ObsoleteError(Exception):
    """Other writers changed what a plan of some calls was made from; nothing is stored."""

    def __init__(self, call_ids: Collection[str]) -> None:
        super().__init__(f"{len(call_ids)} calls were changed")
        self.call_ids = call_ids


@dataclass(frozen=True, slots=True)
class Delivery:
    """The events, unreadable records and checkpoint that a source hands over at once."""

    events: Sequence[Event]
    at: datetime
    source: Source = Source.CONNECT
    poison: Sequence[Poison] = ()
    checkpoint: Checkpoint | None = None


# A turn that the log is told of: the number of its event, its call, and the turn as it is stored.
TurnTold = tuple[int, str, StoredTurn]
# Takes the events of turns once they are stored, as they are pushed.
Tell = Callable[[Sequence[LoggedEvent]], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """The effect of a delivery: the calls that began, the turns and drafts new or newer.

    `heard` counts both by call.
    """

    turns: int = 0
    began: tuple[str, ...] = ()
    heard: Mapping[str, int] = field(default_factory=dict)
    told: Sequence[TurnTold] = ()
    # The plan that was written, and the turns as they were read; None if nothing changed.
    plan: Plan | None = None
    read: Reading = field(default_factory=dict)


class Contacts:
    """Stores deliveries, read in one language; whatever comes twice changes nothing."""

    def __init__(
        self, engine: Engine, language: Language, masking: Masking = EVERYTHING,
        persons: PersonOf | None = None, tell: Tell | None = None,
    ) -> None:  # fmt: skip
        self.engine = engine
        # Turns and drafts that were new or newer.
        self.taken = Tally()
        self._tell = tell
        self._kept = KeptCalls()
        self._masking = masking
        self._persons = persons
        self._language = language

    def take(self, delivery: Delivery) -> Taken:
        """Store a delivery with its events and its checkpoint in one transaction.

        FencedError when another reader owns the stream by now, StoreAwayError when the database
        does not answer: then nothing is stored.
        """
        understanding = Understanding(self._language)
        with store_away_reported():
            plan = self._planned(self.engine.connect, delivery.events, self._kept)
            for tries in range(_MOST_PLANS, 0, -1):
                if plan.changes:
                    with self.engine.connect() as connection:
                        # A new call gets its key before anybody has to wait for that.
                        cipher_of(connection).keys.made([one.contact_id for _, one in plan.changes])
                        read_changed(connection, plan.changed, plan.near, understanding)
                try:
                    taken = self._store(delivery, plan, understanding, is_last=tries == 1)
                    break
                except _ObsoleteError as error:
                    plan = self._planned_anew(plan, delivery.events, error.call_ids)
        crash_point("after_commit")
        self.taken.add(count=taken.turns)
        self._keep(taken)
        if self._tell is not None:
            self._tell([turn_event(seq, call, delivery.at, turn) for seq, call, turn in taken.told])
        return taken

    def _store(
        self, delivery: Delivery, plan: Plan, understanding: Understanding, *, is_last: bool
    ) -> Taken:
        """Store a delivery as planned; _ObsoleteError if other writers made the plan obsolete."""
        with writing(self.engine) as connection:
            if moved := plan.raised(connection, delivery.events):
                if not is_last:
                    raise _ObsoleteError(moved)
                plan = self._planned(lambda: nullcontext(connection), delivery.events)
                # Nobody else writes now; the versions are raised from those that this plan read.
                plan.raised(connection, delivery.events)
            taken = self._write(connection, plan, delivery, understanding)
            insert_quarantined(connection, delivery.poison, delivery.at)
            if delivery.checkpoint is not None:
                advance(connection, delivery.checkpoint, delivery.at)
            crash_point("before_commit")
        return taken

    def _planned(
        self, connect: Connect, events: Sequence[Event], kept: KeptCalls | None = None
    ) -> Plan:
        return planned(connect, events, self._masking, self._persons, kept)

    def _planned_anew(self, plan: Plan, events: Sequence[Event], call_ids: Collection[str]) -> Plan:
        """Return a plan with these calls planned anew, and the others as they were."""
        self._kept.forget(call_ids)
        theirs = [event for event in events if event.contact_id in call_ids]
        anew = self._planned(self.engine.connect, theirs, self._kept)
        return plan.without(call_ids).joined(anew, events)

    def _keep(self, taken: Taken) -> None:
        """Keep the calls that were written at hand."""
        plan = taken.plan
        if plan is None:
            return
        for before, after in plan.changes:
            if before is not None:
                call_id = after.contact_id
                turns = (stored_turn(one) for one in taken.read.get(call_id, {}).values())
                version = plan.versions[call_id] + 1
                self._kept.written(after, version, turns, plan.near.get(call_id))

    def forget(self, call_id: str) -> None:
        """Keep a call at hand no longer, as it is over."""
        self._kept.forget([call_id])

    def _write(
        self, connection: Connection, plan: Plan, delivery: Delivery, understanding: Understanding
    ) -> Taken:
        forget_early(connection, plan.earlier)
        keep_early(connection, plan.too_early, delivery.at)
        if not plan.changes:
            return Taken()
        changes = _without_erased(connection, plan.changes)
        read = read_changed(connection, plan.changed, plan.near, understanding)
        began = []
        for before, after in changes:
            if before is None:
                began.append(after.contact_id)
                self._begin(connection, after, delivery)
            else:
                self._update(connection, before, after, delivery.at)
        turns = write_turns(connection, changes, read, delivery.at)
        drafts = write_drafts(connection, changes, delivery.at)
        facts = [
            event for before, after in changes for event in facts_of(before, after, delivery.at)
        ]
        if plan.silent:
            keep_words_again(connection, plan.silent)
        numbers = append(connection, [*drafts, *turns.events, *facts])
        of_turns = numbers[len(drafts) :]
        mark_corrected(connection, {of_turns[n]: key for n, key in turns.corrected.items()})
        # A turn of before that is masked now is told anew, too.
        heard = turns.heard_anew & turn_keys(delivery.events)
        turns_heard = Counter(call_id for call_id, _ in heard)
        pieces = Counter(draft.call_id for draft in drafts)
        told = [
            (seq, event.call_id, turn)
            for seq, event, turn in zip(of_turns, turns.events, turns.turns, strict=False)
        ]
        return Taken(turns_heard.total(), tuple(began), turns_heard + pieces, told, plan, read)

    def _begin(self, connection: Connection, contact: Contact, delivery: Delivery) -> None:
        is_streamed = delivery.source == Source.CONNECT
        fixed = {
            "call_id": contact.contact_id, "source": delivery.source, "demo": False,
            "alerted": False, "escalated": False,
            "has_gap": is_streamed and began_unheard(contact, delivery.events),
        }  # fmt: skip
        values = values_of(_with_customer(connection, contact))
        values["agent_id"] = values["agent_id"] or _NO_AGENT
        stored = sealed_values(values, contact.contact_id, cipher_of(connection))
        connection.execute(insert(tables.calls).values(fixed | stored))
        self._tell_call(connection, contact.contact_id, delivery.at)

    def _update(
        self, connection: Connection, before: Contact, after: Contact, at: datetime
    ) -> None:
        was, now = values_of(before), values_of(_with_customer(connection, after))
        changed = {name: value for name, value in now.items() if value != was[name]}
        if not changed:
            return
        this = tables.calls.c.call_id == after.contact_id
        stored = sealed_values(changed, after.contact_id, cipher_of(connection))
        connection.execute(update(tables.calls).where(this).values(stored))
        moved = abs(after.began_at - before.began_at) >= _TOLD_FROM
        if moved or details_of(now) != details_of(was):
            self._tell_call(connection, after.contact_id, at)

    def _tell_call(self, connection: Connection, call_id: str, at: datetime) -> None:
        statement = select(*CALL_COLUMNS).where(tables.calls.c.call_id == call_id)
        (stored,) = calls_from(connection, connection.execute(statement).all())
        append(connection, [call_started(stored, at)])


def _without_erased(
    connection: Connection, changes: Sequence[ContactChange]
) -> Sequence[ContactChange]:
    """Return the changes but those of calls that are gone because all of them was erased."""
    began = [after.contact_id for before, after in changes if before is None]
    # Another process erases, so the keys at hand do not tell.
    erased = cipher_of(connection).keys.erased(began)
    return [one for one in changes if one[1].contact_id not in erased]


def _with_customer(connection: Connection, contact: Contact) -> Contact:
    """Return a transferred contact with the customer of the first call, where it lacks one."""
    if not lacks_customer(contact):
        return contact
    of_first = tables.calls.c.call_id == contact.initial_contact_id
    rows = connection.execute(select(*CALL_COLUMNS).where(of_first)).all()
    first = calls_from(connection, rows)
    return inherited(contact, first[0].customer_id, first[0].phone) if first else contact
