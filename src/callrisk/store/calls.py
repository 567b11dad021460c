"""Every write, each method one transaction: what is stored and what is told stand together."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from callrisk.background.crash_points import crash_point
from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import Payload
from callrisk.domain.event_types import EventType, Source
from callrisk.store import tables
from callrisk.store.outbox import OutboxMessage, enqueue
from callrisk.store.transaction import insert_into, mark_once, tell, wire_time, writing, wrote


class OtherCustomerError(ValueError):
    """The call exists already, with another customer."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call that begins."""

    call_id: str
    customer_id: str | None
    agent_id: str
    source: Source
    demo: bool
    started_at: datetime


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """One answer to store: its wire form, and its lines in the order of the model's features."""

    call_id: str
    at: datetime
    elapsed_s: float
    state: str
    risk_score: int
    risk_category: str
    model_version: str
    lines: tuple[int, ...]
    payload: Payload
    # The payload of the alert, at the first crossing into high.
    alert: Payload | None
    # What must be sent elsewhere because of it, by kind.
    outgoing: tuple[tuple[str, Payload], ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """A call that is over, or that turned out otherwise after it was; why is told once."""

    call_id: str
    at: datetime
    reason: str
    summary: Payload
    totals: CallTotals


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call of the export that a later call of the same customer looks back on."""

    customer_id: str
    call_id: str
    began_at: datetime
    contract_date: date | None
    totals: CallTotals


class Store:
    """Writes to one database; reading is in `queries`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def start_call(self, call: NewCall, event: Payload) -> bool:
        """Begin a call; False when it is known already. OtherCustomerError if with another one."""
        with writing(self.engine) as connection:
            values = asdict(call) | {"alerted": False, "escalated": False}
            statement = (
                insert_into(connection, tables.calls).values(values).on_conflict_do_nothing()
            )
            if wrote(connection, statement.returning(tables.calls.c.call_id)):
                tell(connection, call.call_id, EventType.CALL_STARTED, call.started_at, event)
                return True
            if call.customer_id not in _customers_of(connection, call.call_id):
                raise OtherCustomerError(f"call {call.call_id} runs with another customer")
            return False

    def assign_customer(
        self, call_id: str, customer_id: str | None, at: datetime, by: str | None = None,
        record_id: str | None = None,
    ) -> bool:  # fmt: skip
        """Say whose call in progress it is, and tell it; False when it is over or unknown.

        `by` is who says so; without anybody the customer was found, which changes nothing where
        one is known or somebody has spoken.
        """
        c = tables.calls.c
        running = (c.call_id == call_id) & c.ended_at.is_(None)
        values: Payload = {"customer_id": customer_id, "record_id": record_id}
        if by is None:
            running &= c.customer_id.is_(None) & c.assigned_by.is_(None)
        else:
            values["assigned_by"] = by
        with writing(self.engine) as connection:
            statement = update(tables.calls).where(running).values(values)
            if not wrote(connection, statement.returning(c.call_id)):
                return False
            _tell_customer(connection, call_id, at)
        return True

    def tell_customer(self, call_id: str, at: datetime) -> None:
        """Tell that something is known now of a call's customer; who shows it adds the record."""
        with writing(self.engine) as connection:
            _tell_customer(connection, call_id, at)

    def tell(self, call_id: str, kind: EventType, at: datetime, payload: Payload) -> None:
        """Put an event without any other effect into the log."""
        with writing(self.engine) as connection:
            tell(connection, call_id, kind, at, payload)

    def record_assessments(
        self, batch: Sequence[NewAssessment], endings: Sequence[Ending] = ()
    ) -> None:
        """The second transaction: answers, what they set off, and the ends of calls, at once."""
        with writing(self.engine) as connection:
            for one in batch:
                _record(connection, one)
            for ending in endings:
                _end(connection, ending)
            crash_point("before_assessed_commit")
        crash_point("after_assessed_commit")

    def add_note(self, call_id: str, kind: str, agent_id: str, words: str, at: datetime) -> Payload:
        """Store a note, quick action, escalation or feedback and tell it; its wire form."""
        with writing(self.engine) as connection:
            values = {
                "call_id": call_id, "kind": kind, "agent_id": agent_id, "text": words, "at": at,
            }  # fmt: skip
            note_id = connection.execute(
                insert(tables.notes).values(values).returning(tables.notes.c.note_id)
            ).scalar_one()
            if kind == "escalation":
                mark_once(connection, call_id, "escalated")
            note = values | {"note_id": note_id, "at": wire_time(at)}
            event = EventType.ESCALATION if kind == "escalation" else EventType.NOTE_ADDED
            return note | {"seq": tell(connection, call_id, event, at, note)}

    def replace_earlier_calls(self, name: str, sha256: str, calls: Iterator[PastCall]) -> None:
        """Take over the calls of an export in place of those of the export before."""
        with writing(self.engine) as connection:
            connection.execute(delete(tables.earlier_calls))
            rows = [asdict(call) for call in calls]
            if rows:
                connection.execute(insert(tables.earlier_calls), rows)
            connection.execute(delete(tables.imports).where(tables.imports.c.name == name))
            connection.execute(insert(tables.imports).values(name=name, sha256=sha256))


def _customers_of(connection: Connection, call_id: str) -> tuple[str | None, str | None]:
    """The customer of a call, and the one it began with: an agent may have corrected that."""
    c, e = tables.calls.c, tables.events.c
    now = connection.execute(select(c.customer_id).where(c.call_id == call_id)).scalar_one()
    began = select(e.payload).where(e.call_id == call_id, e.type == EventType.CALL_STARTED)
    told = connection.execute(began.order_by(e.seq).limit(1)).scalar_one_or_none() or {}
    return now, told.get("customer_id", now)


def _tell_customer(connection: Connection, call_id: str, at: datetime) -> None:
    c = tables.calls.c
    row = connection.execute(select(c.customer_id, c.started_at).where(c.call_id == call_id)).one()
    payload = {
        "call_id": call_id, "customer_id": row.customer_id,
        "started_at": wire_time(row.started_at),
    }  # fmt: skip
    tell(connection, call_id, EventType.CUSTOMER_CHANGED, at, payload)


def _record(connection: Connection, one: NewAssessment) -> None:
    seq = tell(connection, one.call_id, EventType.RISK_SCORE_UPDATE, one.at, one.payload)
    values = asdict(one) | {"seq": seq, "lines": list(one.lines)}
    del values["alert"], values["outgoing"]
    connection.execute(insert(tables.assessments).values(values))
    if one.alert is not None and mark_once(connection, one.call_id, "alerted"):
        tell(connection, one.call_id, EventType.ALERT, one.at, one.alert)
    for kind, payload in one.outgoing:
        enqueue(
            connection,
            OutboxMessage(kind, one.call_id, f"{kind}:{one.call_id}:{seq}", payload),
            one.at,
        )


def _end(connection: Connection, ending: Ending) -> None:
    """End a call; one that has ended gets another summary, and keeps its end."""
    this = tables.calls.c.call_id == ending.call_id
    values = {"summary": ending.summary, "totals": asdict(ending.totals)}
    first = connection.execute(
        update(tables.calls)
        .where(this & tables.calls.c.ended_at.is_(None))
        .values(values | {"ended_at": ending.at, "over_reason": ending.reason})
    ).rowcount
    if not first:
        connection.execute(update(tables.calls).where(this).values(values))
    connection.execute(delete(tables.drafts).where(tables.drafts.c.call_id == ending.call_id))
    kind = EventType.CALL_ENDED if first else EventType.SUMMARY_CHANGED
    payload = {"call_id": ending.call_id, "summary": ending.summary}
    tell(connection, ending.call_id, kind, ending.at, payload)
