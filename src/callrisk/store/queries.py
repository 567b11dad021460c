"""Every read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select

from callrisk.domain.call import CallTotals
from callrisk.domain.features.history import EarlierCall
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment
from callrisk.store import tables

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredCall:
    """One call as it stands in the database."""

    call_id: str
    customer_id: str | None
    agent_id: str
    source: str
    demo: bool
    started_at: datetime
    ended_at: datetime | None
    alerted: bool
    escalated: bool
    summary: Payload | None
    conversation_id: str | None = None
    phone: str | None = None
    disconnected_at: datetime | None = None
    over_reason: str | None = None
    categories: list[str] | None = None
    contact_summary: Payload | None = None
    has_gap: bool = False
    assigned_by: str | None = None
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One entry of the log, as it is pushed."""

    seq: int
    call_id: str
    type: str
    at: datetime
    payload: Payload


CALL_COLUMNS = tuple(tables.calls.c[name] for name in StoredCall.__dataclass_fields__)
SEGMENT_COLUMNS = tuple(tables.segments.c[name] for name in Segment.__dataclass_fields__)


class Queries:
    """Reads from one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def call(self, call_id: str) -> StoredCall | None:
        """One call; None when it is not known."""
        found = self._all(select(*CALL_COLUMNS).where(tables.calls.c.call_id == call_id))
        return StoredCall(*found[0]) if found else None

    def active_calls(self) -> list[StoredCall]:
        """Calls that have not ended, the oldest first."""
        open_calls = select(*CALL_COLUMNS).where(tables.calls.c.ended_at.is_(None))
        return [
            StoredCall(*row) for row in self._all(open_calls.order_by(tables.calls.c.started_at))
        ]

    def ended_but_heard_since(self) -> list[StoredCall]:
        """Calls that are over, with turns that came after their last assessment."""
        e, a, c = tables.events.c, tables.assessments.c, tables.calls.c
        heard = (
            select(func.max(e.seq))
            .where(e.call_id == c.call_id, e.type == "transcript_segment")
            .correlate(tables.calls)
            .scalar_subquery()
        )
        told = (
            select(func.max(a.seq)).where(a.call_id == c.call_id).correlate(tables.calls)
        ).scalar_subquery()
        recent = (
            select(c.call_id).where(c.ended_at.is_not(None)).order_by(c.ended_at.desc()).limit(500)
        ).scalar_subquery()
        late = select(*CALL_COLUMNS).where(c.call_id.in_(recent), heard > told)
        return [StoredCall(*row) for row in self._all(late)]

    def calls(
        self, status: str | None, limit: int, before: tuple[datetime, str] | None
    ) -> list[StoredCall]:
        """Calls, the newest first, from `before` (start and id of the last one seen) on."""
        started, call_id = tables.calls.c.started_at, tables.calls.c.call_id
        statement = select(*CALL_COLUMNS).order_by(started.desc(), call_id.desc()).limit(limit)
        if status is not None:
            ended = tables.calls.c.ended_at
            statement = statement.where(
                ended.is_(None) if status == "active" else ended.is_not(None)
            )
        if before is not None:
            moment, last = before
            statement = statement.where(
                (started < moment) | ((started == moment) & (call_id < last))
            )
        return [StoredCall(*row) for row in self._all(statement)]

    def conversation(self, conversation_id: str) -> set[str]:
        """The calls of one conversation: transfers make several of one."""
        c = tables.calls.c
        one = (c.conversation_id == conversation_id) | (c.call_id == conversation_id)
        return {row[0] for row in self._all(select(c.call_id).where(one))}

    def segments(self, call_id: str) -> list[Segment]:
        """The turns of a call in the order in which they were spoken."""
        statement = select(*SEGMENT_COLUMNS).where(tables.segments.c.call_id == call_id)
        order = (tables.segments.c.begin_ms, tables.segments.c.sequence)
        return [segment_from(row) for row in self._all(statement.order_by(*order))]

    def assessments(self, call_id: str) -> list[Row[Any]]:
        """The course of the score: seq, at, elapsed_s, risk_score, risk_category, state."""
        c = tables.assessments.c
        columns = (c.seq, c.at, c.elapsed_s, c.risk_score, c.risk_category, c.state)
        return self._all(select(*columns).where(c.call_id == call_id).order_by(c.seq))

    def latest_assessment(self, call_id: str) -> Row[Any] | None:
        """seq, payload, lines and model_version of the newest answer about a call."""
        c = tables.assessments.c
        statement = select(c.seq, c.payload, c.lines, c.model_version).where(c.call_id == call_id)
        found = self._all(statement.order_by(c.seq.desc()).limit(1))
        return found[0] if found else None

    def latest_payloads(self, call_ids: Sequence[str]) -> dict[str, Payload]:
        """The newest answer about each of many calls."""
        c = tables.assessments.c
        newest = (
            select(func.max(c.seq)).where(c.call_id.in_(call_ids)).group_by(c.call_id)
        ).scalar_subquery()
        found = self._all(select(c.call_id, c.seq, c.payload).where(c.seq.in_(newest)))
        return {row.call_id: row.payload | {"seq": row.seq} for row in found}

    def counts(self, call_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Turns and notes of each of many calls."""
        turns = self._count(tables.segments, call_ids)
        notes = self._count(tables.notes, call_ids)
        return {one: (turns.get(one, 0), notes.get(one, 0)) for one in call_ids}

    def _count(self, table: Any, call_ids: Sequence[str]) -> dict[str, int]:
        c = table.c.call_id
        statement = select(c, func.count()).where(c.in_(call_ids)).group_by(c)
        return {row[0]: row[1] for row in self._all(statement)}

    def notes(self, call_id: str) -> list[Row[Any]]:
        """note_id, kind, agent_id, text and at of everything noted in a call."""
        c = tables.notes.c
        columns = (c.note_id, c.kind, c.agent_id, c.text, c.at)
        return self._all(select(*columns).where(c.call_id == call_id).order_by(c.note_id))

    def events_after(self, seq: int, limit: int) -> list[LoggedEvent]:
        """The log from the event after `seq` on."""
        c = tables.events.c
        statement = select(c.seq, c.call_id, c.type, c.at, c.payload).where(c.seq > seq)
        return [LoggedEvent(*row) for row in self._all(statement.order_by(c.seq).limit(limit))]

    def last_seq(self) -> int:
        """The number of the newest event; 0 before the first."""
        return int(self._all(select(func.coalesce(func.max(tables.events.c.seq), 0)))[0][0])

    def earlier_calls(self, customer_id: str) -> list[EarlierCall]:
        """All calls of a customer that are over: those of the export and those heard live.

        Replayed recordings are nobody's history, or each replay would change the next.
        """
        past, live = tables.earlier_calls.c, tables.calls.c
        exported = select(past.call_id, past.began_at, past.totals).where(
            past.customer_id == customer_id
        )
        heard = select(live.call_id, live.started_at, live.totals).where(
            (live.customer_id == customer_id) & live.totals.is_not(None) & live.demo.is_(False)
        )
        found = {row[0]: row for row in (*self._all(heard), *self._all(exported))}
        return [EarlierCall(row[0], row[1], CallTotals(**row[2])) for row in found.values()]

    def contract_date(self, customer_id: str) -> date | None:
        """When the customer signed, as far as the export tells."""
        c = tables.earlier_calls.c
        statement = select(func.max(c.contract_date)).where(c.customer_id == customer_id)
        found: date | None = self._all(statement)[0][0]
        return found

    def imported(self, name: str) -> str | None:
        """The hash of what was taken over under a name."""
        c = tables.imports.c
        found = self._all(select(c.sha256).where(c.name == name))
        return found[0][0] if found else None

    def _all(self, statement: Select[Any]) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(statement))


def segment_from(row: Row[Any]) -> Segment:
    """A row as the turn that it holds."""
    return Segment(
        segment_id=row.segment_id,
        sequence=int(row.sequence),
        role=ParticipantRole(row.role),
        text=row.text,
        begin_ms=row.begin_ms,
        end_ms=row.end_ms,
        sentiment=None if row.sentiment is None else Sentiment(row.sentiment),
    )
