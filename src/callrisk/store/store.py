"""Every write, each method one transaction: what is stored and what is told stand together."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from callrisk.domain.call import CallTotals, Segment
from callrisk.store import tables
from callrisk.store.tables import SEQUENCE_DIGITS

Payload = dict[str, Any]

# All writers of events queue here in PostgreSQL, so that numbers become visible in their order;
# otherwise a reader could see event 8, go on from there, and never see 7, committed later.
_EVENT_LOCK = 7_230_002


class OtherCustomerError(ValueError):
    """The call exists already, with another customer."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call that begins."""

    call_id: str
    customer_id: str | None
    agent_id: str
    source: str
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
        with self._writing() as connection:
            values = asdict(call) | {"alerted": False, "escalated": False}
            statement = self._insert(tables.calls).values(values).on_conflict_do_nothing()
            if _wrote(connection, statement.returning(tables.calls.c.call_id)):
                _tell(connection, call.call_id, "call_started", call.started_at, event)
                return True
            known = select(tables.calls.c.customer_id).where(tables.calls.c.call_id == call.call_id)
            if connection.execute(known).scalar_one() != call.customer_id:
                raise OtherCustomerError(f"call {call.call_id} runs with another customer")
            return False

    def hear(self, call_id: str, heard: Sequence[Segment], at: datetime) -> int:
        """Store turns and tell those that are new or newer; how many these were."""
        with self._writing() as connection:
            new = [one for one in heard if self._put_segment(connection, call_id, one, at)]
            for segment in new:
                payload = segment_payload(segment) | {"call_id": call_id}
                _tell(connection, call_id, "transcript_segment", at, payload)
            return len(new)

    def tell(self, call_id: str, kind: str, at: datetime, payload: Payload) -> None:
        """Put an event without any other effect into the log."""
        with self._writing() as connection:
            _tell(connection, call_id, kind, at, payload)

    def record_assessments(self, batch: Sequence[NewAssessment]) -> None:
        """Store answers of many calls at once, each with its event; alerts once a call."""
        with self._writing() as connection:
            for one in batch:
                seq = _tell(connection, one.call_id, "risk_score_update", one.at, one.payload)
                values = asdict(one) | {"seq": seq, "lines": list(one.lines)}
                del values["alert"]
                connection.execute(insert(tables.assessments).values(values))
                if one.alert is not None and _mark_once(connection, one.call_id, "alerted"):
                    _tell(connection, one.call_id, "alert", one.at, one.alert)

    def end_call(self, call_id: str, at: datetime, summary: Payload, totals: CallTotals) -> bool:
        """End a call with its summary; False when it has ended before."""
        with self._writing() as connection:
            open_call = tables.calls.c.ended_at.is_(None) & (tables.calls.c.call_id == call_id)
            values = {"ended_at": at, "summary": summary, "totals": asdict(totals)}
            if not connection.execute(
                update(tables.calls).where(open_call).values(values)
            ).rowcount:
                return False
            payload = {"call_id": call_id, "summary": summary}
            _tell(connection, call_id, "call_ended", at, payload)
            return True

    def add_note(self, call_id: str, kind: str, agent_id: str, words: str, at: datetime) -> Payload:
        """Store a note, quick action, escalation or feedback and tell it; its wire form."""
        with self._writing() as connection:
            values = {
                "call_id": call_id, "kind": kind, "agent_id": agent_id, "text": words, "at": at,
            }  # fmt: skip
            note_id = connection.execute(
                insert(tables.notes).values(values).returning(tables.notes.c.note_id)
            ).scalar_one()
            if kind == "escalation":
                _mark_once(connection, call_id, "escalated")
            note = values | {"note_id": note_id, "at": wire_time(at)}
            event = "escalation" if kind == "escalation" else "note_added"
            return note | {"seq": _tell(connection, call_id, event, at, note)}

    def replace_earlier_calls(self, name: str, sha256: str, calls: Iterator[PastCall]) -> None:
        """Take over the calls of an export in place of those of the export before."""
        with self._writing() as connection:
            connection.execute(delete(tables.earlier_calls))
            rows = [asdict(call) for call in calls]
            if rows:
                connection.execute(insert(tables.earlier_calls), rows)
            connection.execute(delete(tables.imports).where(tables.imports.c.name == name))
            connection.execute(insert(tables.imports).values(name=name, sha256=sha256))

    def _put_segment(
        self, connection: Connection, call_id: str, segment: Segment, at: datetime
    ) -> bool:
        values = asdict(segment) | {
            "call_id": call_id,
            "sequence": f"{segment.sequence:0{SEQUENCE_DIGITS}d}",
            "heard_at": at,
        }
        statement = self._insert(tables.segments).values(values)
        newer = statement.excluded.sequence > tables.segments.c.sequence
        changed = {name: statement.excluded[name] for name in values if not name.endswith("_id")}
        statement = statement.on_conflict_do_update(
            index_elements=["call_id", "segment_id"], set_=changed, where=newer
        )
        return _wrote(connection, statement.returning(tables.segments.c.segment_id))

    def _insert(self, table: Any) -> Any:
        # Both dialects know ON CONFLICT, each by its own statement.
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _EVENT_LOCK})
            yield connection


def _wrote(connection: Connection, statement: Any) -> bool:
    # A row comes back only if it was written; not every driver counts rows under ON CONFLICT.
    return connection.execute(statement).first() is not None


def _tell(
    connection: Connection, call_id: str, kind: str, at: datetime, payload: Mapping[str, Any]
) -> int:
    values = {"call_id": call_id, "type": kind, "at": at, "payload": dict(payload)}
    statement = insert(tables.events).values(values).returning(tables.events.c.seq)
    return int(connection.execute(statement).scalar_one())


def _mark_once(connection: Connection, call_id: str, flag: str) -> bool:
    column = tables.calls.c[flag]
    unmarked = (tables.calls.c.call_id == call_id) & column.is_(False)
    statement = update(tables.calls).where(unmarked).values({flag: True})
    return bool(connection.execute(statement).rowcount)


def segment_payload(segment: Segment, provisional: bool = False) -> Payload:
    """A turn as it is pushed."""
    return {
        "segment_id": segment.segment_id,
        # As text: numbers of a stream are longer than JSON readers keep exactly.
        "sequence": str(segment.sequence),
        "role": str(segment.role),
        "text": segment.text,
        "begin_ms": segment.begin_ms,
        "end_ms": segment.end_ms,
        "sentiment": None if segment.sentiment is None else str(segment.sentiment),
        "provisional": provisional,
    }


def wire_time(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
