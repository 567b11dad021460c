"""Every read: each method returns values, and holds no transaction open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Integer, Select, bindparam, func, select

from callrisk.domain.call import CallTotals
from callrisk.domain.call_end import EndReason
from callrisk.domain.call_record import (
    LatestAssessment,
    LoggedEvent,
    Payload,
    StoredAssessment,
    StoredCall,
    StoredNote,
    StoredTurn,
)
from callrisk.domain.event_types import EventType
from callrisk.domain.features.history import EarlierCall
from callrisk.domain.language.concerns import Concerns
from callrisk.domain.language.said import ReadTurn, said_in
from callrisk.domain.segment import Segment, repeats
from callrisk.domain.work.call_work import written_notes
from callrisk.store import tables
from callrisk.store.assessments.assessment_reading import (
    AssessmentReading,
    assessments_with_calls,
)
from callrisk.store.assessments.shared_facts import SharedFacts
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.log.rendering import EVENT_COLUMNS, rendered
from callrisk.store.stored_calls import (
    ASSESSMENT_COLUMNS,
    CALL_COLUMNS,
    NOTE_COLUMNS,
    SEGMENT_COLUMNS,
    TURN_COLUMNS,
    calls_from,
    notes_from,
    segments_from,
    turns_from,
)
from callrisk.store.working.note_writing import notes_by_call

# What changes the summary of a call that has ended, and what tells the summary.
_CHANGE_A_SUMMARY = (
    EventType.TRANSCRIPT_SEGMENT, EventType.CONTACT_OVER, EventType.ANALYSIS_LOST,
    EventType.CALL_STARTED, EventType.CUSTOMER_CHANGED,
)  # fmt: skip
_SUMMARIES = (EventType.CALL_ENDED, EventType.SUMMARY_CHANGED)
# Statements that run all the time are made once: to make one takes longer than to run it.
_CALL = select(*CALL_COLUMNS).where(tables.calls.c.call_id == bindparam("call_id"))
_SEQ = tables.events.c.seq
_LAST_SEQ = select(func.coalesce(func.max(_SEQ), 0))
_EVENTS_AFTER = (
    select(*EVENT_COLUMNS).where(bindparam("after") < _SEQ).order_by(_SEQ)
    .limit(bindparam("limit", type_=Integer))
)  # fmt: skip


class Queries:
    """Reads from one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._shared = SharedFacts(engine)

    def call(self, call_id: str) -> StoredCall | None:
        """Return the call with this id, or None."""
        with self._engine.connect() as connection:
            rows = connection.execute(_CALL, {"call_id": call_id}).all()
            calls = calls_from(connection, rows)
        return calls[0] if calls else None

    def known_calls(self, call_ids: Collection[str]) -> set[str]:
        """Return those of these ids that calls have."""
        c = tables.calls.c
        return {row.call_id for row in self._all(select(c.call_id).where(c.call_id.in_(call_ids)))}

    def active_calls(self) -> list[StoredCall]:
        """Return the calls that have not ended, the oldest first."""
        open_calls = select(*CALL_COLUMNS).where(tables.calls.c.ended_at.is_(None))
        return self._calls(open_calls.order_by(tables.calls.c.started_at))

    def has_active_call(self, agent_ids: Collection[str]) -> bool:
        """Return True if one of the agents is in a call."""
        c = tables.calls.c
        of_agents = c.ended_at.is_(None) & c.agent_id.in_(sorted(agent_ids))
        return bool(self._all(select(c.call_id).where(of_agents).limit(1)))

    def ended_but_heard_since(self) -> list[StoredCall]:
        """Return the calls that ended, with turns or facts that came after their last summary."""
        c = tables.calls.c
        last_told, last_summary = _last_event(_CHANGE_A_SUMMARY), _last_event(_SUMMARIES)
        recent = (
            select(c.call_id).where(c.ended_at.is_not(None)).order_by(c.ended_at.desc()).limit(500)
        ).scalar_subquery()
        late = select(*CALL_COLUMNS).where(c.call_id.in_(recent), last_told > last_summary)
        return self._calls(late)

    def calls(
        self, status: str | None, limit: int, before: tuple[datetime, str] | None,
        agent_ids: Collection[str] | None = None, customer_id: str | None = None,
    ) -> list[StoredCall]:  # fmt: skip
        """Return calls, the newest first, from `before` (start and id of the last seen) on.

        `status`, `agent_ids` and `customer_id` narrow them where they are given.
        """
        started, call_id = tables.calls.c.started_at, tables.calls.c.call_id
        statement = select(*CALL_COLUMNS).order_by(started.desc(), call_id.desc()).limit(limit)
        if status is not None:
            ended = tables.calls.c.ended_at
            statement = statement.where(
                ended.is_(None) if status == "active" else ended.is_not(None)
            )
        if agent_ids is not None:
            statement = statement.where(tables.calls.c.agent_id.in_(sorted(agent_ids)))
        if customer_id is not None:
            statement = statement.where(tables.calls.c.customer_id == customer_id)
        if before is not None:
            moment, last = before
            statement = statement.where(
                (started < moment) | ((started == moment) & (call_id < last))
            )
        return self._calls(statement)

    def conversation(self, conversation_id: str) -> set[str]:
        """Return the ids of the calls of one conversation; a transfer adds one."""
        c = tables.calls.c
        belongs = (c.conversation_id == conversation_id) | (c.call_id == conversation_id)
        return {row.call_id for row in self._all(select(c.call_id).where(belongs))}

    def segments(self, call_id: str) -> list[Segment]:
        """Return the segments of a call in the order of speech."""
        statement = select(*SEGMENT_COLUMNS).where(tables.segments.c.call_id == call_id)
        with self._engine.connect() as connection:
            turns = segments_from(connection, connection.execute(statement).all())
        return sorted(turns, key=lambda turn: turn.place)

    def heard_at(self, call_id: str) -> datetime | None:
        """Return when the last turn of a call arrived; None where none did."""
        c = tables.segments.c
        heard: datetime | None = self._all(
            select(func.max(c.heard_at)).where(c.call_id == call_id)
        )[0][0]
        return heard

    def turns(self, call_id: str) -> list[StoredTurn]:
        """Return the turns of a call with their statements, in the order of speech."""
        statement = select(*TURN_COLUMNS).where(tables.segments.c.call_id == call_id)
        with self._engine.connect() as connection:
            stored = turns_from(connection, connection.execute(statement).all())
        repeated = repeats(one.turn for one in stored)
        marked = (replace(one, repeated=one.turn.segment_id in repeated) for one in stored)
        return sorted(marked, key=lambda one: one.turn.place)

    def assessments(self, call_id: str) -> list[StoredAssessment]:
        """Return the assessments of a call, the oldest first."""
        c = tables.assessments.c
        statement = select(*ASSESSMENT_COLUMNS).where(c.call_id == call_id).order_by(c.seq)
        return [StoredAssessment(*row) for row in self._all(statement)]

    def latest_assessment(self, call_id: str) -> LatestAssessment | None:
        """Return the newest assessment of a call, or None before the first."""
        return self.assessment_at(call_id, None)

    def assessment_at(
        self, call_id: str, moment: int | datetime | None, first: bool = False
    ) -> LatestAssessment | None:
        """Return the newest assessment of a call at a moment: a number of the log, or a time.

        Before the first assessment it is the first. Without a moment it is the newest, or the
        first if so asked.
        """
        c = tables.assessments.c
        of_call = assessments_with_calls().where(c.call_id == call_id)
        oldest, newest = of_call.order_by(c.seq).limit(1), of_call.order_by(c.seq.desc()).limit(1)
        if isinstance(moment, int):
            newest = newest.where(c.seq <= moment)
        elif moment is not None:
            newest = newest.where(c.at <= moment)
        with self._engine.connect() as connection:
            rows = [] if moment is None and first else connection.execute(newest).all()
            rows = rows or connection.execute(oldest).all()
            reading = AssessmentReading(connection, self._shared, rows)
        return reading.latest(rows[0]) if rows else None

    def is_assessed(self, call_id: str) -> bool:
        """Return True if a call was assessed since its last turn was told."""
        e, a = tables.events.c, tables.assessments.c
        scored = self._all(select(func.max(a.seq)).where(a.call_id == call_id))[0][0]
        changing = (EventType.TRANSCRIPT_SEGMENT, EventType.CUSTOMER_CHANGED)
        since = select(e.facts).where(
            e.call_id == call_id, e.seq > (scored or 0), e.type.in_(changing)
        )
        return scored is not None and all(
            "provisional" in (facts or {}) for (facts,) in self._all(since)
        )

    def is_end_requested(self, call_id: str) -> bool:
        """Return True if somebody has asked for the end of a call."""
        e = tables.events.c
        over = select(e.facts).where(e.call_id == call_id, e.type == EventType.CONTACT_OVER)
        return any(
            (facts or {}).get("reason") == EndReason.REQUESTED for (facts,) in self._all(over)
        )

    def latest_payloads(self, call_ids: Sequence[str]) -> dict[str, Payload]:
        """Return the newest assessment of each of many calls, as it was pushed."""
        c = tables.assessments.c
        newest = (
            select(func.max(c.seq)).where(c.call_id.in_(call_ids)).group_by(c.call_id)
        ).scalar_subquery()
        with self._engine.connect() as connection:
            rows = connection.execute(assessments_with_calls().where(c.seq.in_(newest))).all()
            reading = AssessmentReading(connection, self._shared, rows)
        return {row.call_id: reading.payload(row) | {"seq": row.seq} for row in rows}

    def counts(self, call_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return the numbers of segments and of written notes of each of many calls."""
        c = tables.segments.c.call_id
        heard = select(c, func.count()).where(c.in_(call_ids)).group_by(c)
        segments = {row[0]: row[1] for row in self._all(heard)}
        with self._engine.connect() as connection:
            notes = notes_by_call(connection, call_ids)
        return {
            call_id: (segments.get(call_id, 0), written_notes(notes.get(call_id, ())))
            for call_id in call_ids
        }

    def lost_words(self, call_id: str) -> bool:
        """Return True for a call of which words cannot be decrypted, as their key was lost."""
        with self._engine.connect() as connection:
            return cipher_of(connection).keys.was_lost(call_id)

    def notes(self, call_id: str) -> list[StoredNote]:
        """Return everything noted in a call, the oldest first."""
        c = tables.notes.c
        statement = select(*NOTE_COLUMNS).where(c.call_id == call_id).order_by(c.note_id)
        with self._engine.connect() as connection:
            return notes_from(connection, connection.execute(statement).all())

    def events_after(
        self, seq: int, limit: int, known: Mapping[int, LoggedEvent] | None = None,
        agent_ids: Collection[str] | None = None,
    ) -> list[LoggedEvent]:  # fmt: skip
        """Return the events of the log that follow event `seq`, in their order, with their rows.

        `known` has some by their number; their rows are not read. `agent_ids` narrows them to the
        calls of some agents.
        """
        statement = _EVENTS_AFTER
        if agent_ids is not None:
            theirs = select(tables.calls.c.call_id).where(
                tables.calls.c.agent_id.in_(sorted(agent_ids))
            )
            statement = statement.where(tables.events.c.call_id.in_(theirs))
        with self._engine.connect() as connection:
            rows = connection.execute(statement, {"after": seq, "limit": limit}).all()
            events = rendered(connection, self._shared, rows, known)
        # Of events whose rows are all gone nothing is left; others may follow.
        is_last = bool(events) or len(rows) < limit
        return events if is_last else self.events_after(rows[-1].seq, limit, known, agent_ids)

    def last_seq(self) -> int:
        """Return the number of the newest event; 0 before the first."""
        return int(self._all(_LAST_SEQ)[0][0])

    def earlier_calls(self, customer_id: str, concerns: Concerns) -> list[EarlierCall]:
        """Return the calls of a customer that ended: those of the export and those taken live.

        What was said in live calls is summed anew, as their turns may have been read again since;
        it is missing where the words are kept no longer.
        Replayed recordings are nobody's history, or each replay would change the next.
        """
        past, live = tables.earlier_calls.c, tables.calls.c
        exported = select(past.call_id, past.began_at, past.totals).where(
            past.customer_id == customer_id
        )
        ended = select(live.call_id, live.started_at, live.totals, live.words_removed_at).where(
            (live.customer_id == customer_id) & live.totals.is_not(None) & live.demo.is_(False)
        )
        taken = {row[0]: row for row in self._all(ended)}
        said = self._said(list(taken), concerns)
        silent = {row[0] for row in taken.values() if row.words_removed_at is not None}
        known = {row[0]: row for row in self._all(exported)}
        return [
            EarlierCall(
                row[0], row[1], CallTotals.of_stored({**row[2], **said.get(row[0], {})}),
                is_heard=row[0] in known or row[0] not in silent,
            )
            for row in (taken | known).values()
        ]  # fmt: skip

    def _said(self, call_ids: Sequence[str], concerns: Concerns) -> dict[str, dict[str, int]]:
        """Return what was said in each of these calls, as fields of `CallTotals`."""
        c = tables.segments.c
        turns: dict[str, list[ReadTurn]] = {}
        if not call_ids:
            return {}
        statement = select(*TURN_COLUMNS).where(c.call_id.in_(call_ids), c.statements.is_not(None))
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
            read = turns_from(connection, rows)
        for row, stored in zip(rows, read, strict=True):
            turns.setdefault(row.call_id, []).append((stored.turn, stored.statements))
        return {call_id: asdict(said_in(read, concerns).totals) for call_id, read in turns.items()}

    def contract_date(self, customer_id: str) -> date | None:
        """Return the date on which the customer signed, or None where the export has none."""
        c = tables.earlier_calls.c
        statement = select(func.max(c.contract_date)).where(c.customer_id == customer_id)
        signed: date | None = self._all(statement)[0][0]
        return signed

    def _calls(self, statement: Select[Any]) -> list[StoredCall]:
        with self._engine.connect() as connection:
            return calls_from(connection, connection.execute(statement).all())

    def _all(self, statement: Select[Any], values: Payload | None = None) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(statement, values))


def _last_event(types: Sequence[EventType]) -> Any:
    """Return the query for the number of a call's last event of these types."""
    e, c = tables.events.c, tables.calls.c
    last = select(func.max(e.seq)).where(e.call_id == c.call_id, e.type.in_(types))
    return last.correlate(tables.calls).scalar_subquery()
