"""The first transaction: what was heard, told and read of a stream is stored together, or not."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from callrisk.background.crash_points import crash_point
from callrisk.domain.call_record import Payload, StoredCall
from callrisk.domain.contact import Contact, EndReason, apply
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Event
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.outside import OutsideError
from callrisk.store import tables
from callrisk.store.connect.checkpoints import Checkpoint, advance
from callrisk.store.connect.quarantine import Poison, insert_quarantined
from callrisk.store.contact_rows import contact_from, details_of, values_of
from callrisk.store.stored_calls import CALL_COLUMNS, call_from
from callrisk.store.transaction import tell, tell_all, writing
from callrisk.store.turns import (
    ContactChange,
    load_turns,
    mask_across_turns,
    write_drafts,
    write_turns,
)

# A call as it is told when it begins, or when it becomes known who takes part in it.
DescribeCall = Callable[[StoredCall], Payload]
# A call that is first heard of so late began before anybody read: its beginning is missing.
_LATE_MS = 60_000
# An agent is not known before the telephony says who it is.
NOBODY = ""


class StoreAwayError(OutsideError):
    """The database does not answer; what was to be stored must be kept and tried again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What comes in at once: events, records that are none, and how far the source is read."""

    events: Sequence[Event]
    at: datetime
    source: Source = Source.CONNECT
    poison: Sequence[Poison] = ()
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a delivery changed: turns that are new or newer, and calls that began."""

    turns: int = 0
    began: tuple[str, ...] = ()


class Contacts:
    """Stores what the telephony tells; whatever comes twice changes nothing."""

    def __init__(self, engine: Engine, describe: DescribeCall) -> None:
        self.engine = engine
        self._describe = describe

    def take(self, delivery: Delivery) -> Taken:
        """Store a delivery, tell what is new, and move the checkpoint, in one transaction.

        FencedError when another reader owns the stream by now, StoreAwayError when the database
        does not answer: then nothing is stored.
        """
        try:
            with writing(self.engine) as connection:
                taken = self._take(connection, delivery)
                insert_quarantined(connection, delivery.poison, delivery.at)
                if delivery.checkpoint is not None:
                    advance(connection, delivery.checkpoint, delivery.at)
                crash_point("before_commit")
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise StoreAwayError(f"the database does not answer: {error.__cause__}") from error
        crash_point("after_commit")
        return taken

    def _take(self, connection: Connection, delivery: Delivery) -> Taken:
        if not delivery.events:
            return Taken()
        ids = list(dict.fromkeys(event.contact_id for event in delivery.events))
        rows = _rows(connection, ids)
        loaded = load_turns(connection, _wanted(delivery.events))
        before = {one: contact_from(rows[one], *loaded.of(one)) for one in rows}
        after: dict[str, Contact | None] = dict(before)
        for event in delivery.events:
            after[event.contact_id] = apply(after.get(event.contact_id), event)
        changes = [
            (before.get(one), mask_across_turns(connection, before.get(one), contact))
            for one, contact in after.items()
            if contact is not None
        ]
        return self._write(connection, changes, delivery)

    def _write(
        self, connection: Connection, changes: Sequence[ContactChange], delivery: Delivery
    ) -> Taken:
        began = []
        for before, after in changes:
            if before is None:
                began.append(after.contact_id)
                self._begin(connection, after, delivery)
            else:
                self._update(connection, before, after, delivery.at)
        heard = write_turns(connection, changes, delivery.at)
        drafts = write_drafts(connection, changes, delivery.at)
        facts = [
            (after.contact_id, kind, delivery.at, payload)
            for before, after in changes
            for kind, payload in _told(before, after)
        ]
        tell_all(connection, [*drafts, *heard, *facts])
        return Taken(len(heard), tuple(began))

    def _begin(self, connection: Connection, contact: Contact, delivery: Delivery) -> None:
        fixed = {
            "call_id": contact.contact_id, "source": delivery.source, "demo": False,
            "started_at": contact.began_at, "alerted": False, "escalated": False,
            "has_gap": _began_unheard(contact, delivery),
        }  # fmt: skip
        values = _inherited(connection, contact, values_of(contact))
        values["agent_id"] = values["agent_id"] or NOBODY
        connection.execute(insert(tables.calls).values(fixed | values))
        self._tell_call(connection, contact.contact_id, delivery.at)

    def _update(
        self, connection: Connection, before: Contact, after: Contact, at: datetime
    ) -> None:
        was, now = values_of(before), _inherited(connection, after, values_of(after))
        changed = {name: value for name, value in now.items() if value != was[name]}
        if not changed:
            return
        if "connected_at" in changed:
            changed["started_at"] = after.connected_at
        this = tables.calls.c.call_id == after.contact_id
        connection.execute(update(tables.calls).where(this).values(changed))
        if details_of(now) != details_of(was):
            self._tell_call(connection, after.contact_id, at)

    def _tell_call(self, connection: Connection, call_id: str, at: datetime) -> None:
        statement = select(*CALL_COLUMNS).where(tables.calls.c.call_id == call_id)
        stored = call_from(connection.execute(statement).one())
        tell(connection, call_id, EventType.CALL_STARTED, at, self._describe(stored))


def _began_unheard(contact: Contact, delivery: Delivery) -> bool:
    """Whether a call was on for a while before anything of it came here, its start included."""
    started = any(
        isinstance(event, AnalysisEvent) and event.kind is AnalysisKind.STARTED
        for event in delivery.events
        if event.contact_id == contact.contact_id
    )
    turns = [turn.begin_ms or 0 for turn in contact.turns.values()]
    begins = [*turns, *(draft.begin_ms for draft in contact.drafts.values())]
    late = min(begins, default=0) > _LATE_MS
    return delivery.source == Source.CONNECT and late and not started


def _rows(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    found = connection.execute(select(tables.calls).where(tables.calls.c.call_id.in_(ids)))
    return {row.call_id: row for row in found}


def _wanted(events: Sequence[Event]) -> set[tuple[str, str]]:
    """The turns that events are about, as pairs of call and turn."""
    return {
        (event.contact_id, turn_id)
        for event in events
        if isinstance(event, AnalysisEvent)
        for turn_id in (
            *(turn.segment_id for turn in event.turns),
            *(piece.transcript_id for piece in event.pieces),
        )
    }


def _inherited(connection: Connection, contact: Contact, values: Payload) -> Payload:
    """A transferred call is about whom the call before it was about."""
    first = contact.initial_contact_id
    if first is None or contact.assigned or values["customer_id"] is not None:
        return values
    c = tables.calls.c
    found = connection.execute(select(c.customer_id, c.phone).where(c.call_id == first)).first()
    if found is None:
        return values
    return values | {"customer_id": found.customer_id, "phone": values["phone"] or found.phone}


def _told(before: Contact | None, after: Contact) -> list[tuple[EventType, Payload]]:
    """What is said of a contact beside its turns."""
    call_id: Payload = {"call_id": after.contact_id}
    told: list[tuple[EventType, Payload]] = []
    known = before or Contact(after.contact_id, after.began_at)
    if new := after.categories - known.categories:
        told.append((EventType.CATEGORIES_MATCHED, call_id | {"categories": sorted(new)}))
    if after.summary is not None and after.summary != known.summary:
        told.append(
            (EventType.CONTACT_SUMMARY, call_id | {"contact_summary": asdict(after.summary)})
        )
    if after.disconnected_at is not None and known.disconnected_at is None:
        told.append((EventType.CONTACT_OVER, call_id | {"reason": str(EndReason.DISCONNECTED)}))
    if after.over is not None and known.over is None:
        told.append((EventType.CONTACT_OVER, call_id | {"reason": str(after.over)}))
    return told
