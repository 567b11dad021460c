"""Every write of the server about calls: each method stores rows and events in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select, update

from callrisk.background.crash_points import crash_point
from callrisk.domain.assessment import Recommendation
from callrisk.domain.call import CallTotals
from callrisk.domain.call_end import EndReason
from callrisk.domain.call_record import Payload, StoredCall
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.masking import EVERYTHING, Masking, PersonsOfCalls
from callrisk.domain.score.kept_assessment import AssessmentSetup, KeptAssessment
from callrisk.store import tables
from callrisk.store.assessments.assessment_columns import (
    advised_json,
    lines_json,
    setup_body,
    shown_json,
)
from callrisk.store.assessments.shared_facts import SharedFacts
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.idempotency.answered_requests import (
    RequestKey,
    answered_note,
    keep_answered,
)
from callrisk.store.leases import check_fence
from callrisk.store.log.appending import NewEvent, append
from callrisk.store.log.call_events import call_started
from callrisk.store.planning.contact_versions import RAISED
from callrisk.store.sending.outbox import OutboxMessage, enqueue
from callrisk.store.sending.work_results import enqueue_work, with_work
from callrisk.store.stored_calls import PHONE
from callrisk.store.transaction import insert_into, mark_once, writing, wrote
from callrisk.store.working.note_writing import NewNote, write_note
from callrisk.wire.call import CallSummary
from callrisk.wire.events import NoteAdded

_ADD_ASSESSMENTS = insert(tables.assessments)


class OtherCustomerError(ValueError):
    """The call exists already, with another customer; or it did, and everything was erased."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call that begins."""

    call_id: str
    customer_id: str | None
    agent_id: str
    source: Source
    demo: bool
    started_at: datetime
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """An assessment to store."""

    call_id: str
    kept: KeptAssessment
    setup: AssessmentSetup
    # True at the first crossing into high.
    is_alert: bool = False
    # The last event that it knows of; a turn that was corrected later says something else now.
    followed_seq: int | None = None
    # The messages to send because of it, as kind and payload.
    messages: tuple[tuple[str, Payload], ...] = ()


@dataclass(frozen=True, slots=True)
class NewAdvice:
    """The advice for a call while there is no model."""

    call_id: str
    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a call, or its new summary after segments that came late."""

    call_id: str
    at: datetime
    reason: str
    summary: CallSummary
    totals: CallTotals


class Store:
    """Writes to one database; `queries` reads."""

    def __init__(self, engine: Engine, masking: Masking = EVERYTHING) -> None:
        self.engine = engine
        self._masking = masking
        # Who is known of calls in progress; whoever joins calls with records says so.
        self.persons = PersonsOfCalls()
        self._shared = SharedFacts(engine)
        self._setup: tuple[AssessmentSetup, int] | None = None

    def start_call(self, call: NewCall) -> bool:
        """Store a new call; False if it is known, OtherCustomerError if with another customer."""
        with self.engine.connect() as connection:
            keys = cipher_of(connection).keys
            keys.made([call.call_id])
            if keys.erased([call.call_id]):
                raise OtherCustomerError(f"call {call.call_id} was erased")
        with writing(self.engine) as connection:
            cipher = cipher_of(connection)
            phone = cipher.seal(PHONE, call.call_id, "", call.phone or "")
            values = asdict(call) | {
                "phone": None, "sealed_phone": phone, "alerted": False, "escalated": False,
            }  # fmt: skip
            statement = (
                insert_into(connection, tables.calls).values(values).on_conflict_do_nothing()
            )
            if wrote(connection, statement.returning(tables.calls.c.call_id)):
                append(connection, [call_started(_stored(call), call.started_at)])
                return True
            if call.customer_id not in _customers_of(connection, call.call_id):
                raise OtherCustomerError(f"call {call.call_id} runs with another customer")
            if call.phone is not None:
                c = tables.calls.c
                unknown = (c.call_id == call.call_id) & c.phone.is_(None)
                unknown &= c.sealed_phone.is_(None)
                values = {"sealed_phone": phone, **RAISED}
                connection.execute(update(tables.calls).where(unknown).values(values))
            return False

    def assign_customer(
        self, call_id: str, customer_id: str | None, at: datetime, by: str | None = None,
        record_id: str | None = None,
    ) -> bool:  # fmt: skip
        """Set the customer of a call in progress; return False if it is over or unknown.

        `by` is the agent who says so. None is a customer found by telephone number, which changes
        nothing where a customer is set or an agent has decided.
        """
        c = tables.calls.c
        running = (c.call_id == call_id) & c.ended_at.is_(None)
        values: Payload = {"customer_id": customer_id, "record_id": record_id, **RAISED}
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

    def respell_customer(self, call_id: str, written: str, customer_id: str, at: datetime) -> None:
        """Keep a call under the id of its customer's record, where it was written otherwise."""
        c = tables.calls.c
        same = (c.call_id == call_id) & (c.customer_id == written) & c.ended_at.is_(None)
        values = {"customer_id": customer_id, **RAISED}
        with writing(self.engine) as connection:
            statement = update(tables.calls).where(same).values(values)
            if wrote(connection, statement.returning(c.call_id)):
                _tell_customer(connection, call_id, at)

    def tell_customer(self, call_id: str, at: datetime) -> None:
        """Log that what is known of a call's customer changed, without the record itself."""
        with writing(self.engine) as connection:
            _tell_customer(connection, call_id, at)

    def record_assessments(
        self, batch: Sequence[NewAssessment], endings: Sequence[Ending] = (),
        fence: Mapping[int, int] | None = None,
    ) -> list[tuple[int, int | None]]:  # fmt: skip
        """Store assessments with their alerts and messages, and the ends of calls (T2).

        Return for each assessment its number in the log, and that of its alert, if it set one off.
        LeaseLostError if a token of `fence` is not that of its partition any more.
        """
        rows = [self._row(assessment) for assessment in batch]
        with writing(self.engine) as connection:
            if fence is not None:
                ids = [one.call_id for one in batch] + [one.call_id for one in endings]
                check_fence(connection, ids, fence)
            numbers = _record(connection, batch, rows)
            for ending in endings:
                _end(connection, ending)
            crash_point("before_assessed_commit")
        crash_point("after_assessed_commit")
        return numbers

    def _row(self, assessment: NewAssessment) -> Payload:
        """Return the row of an assessment, which lacks its number still."""
        kept, setup = assessment.kept, assessment.setup
        lines = lines_json(kept, setup) | {"followed": assessment.followed_seq}
        # Most assessments of a server share one: nothing is worked out for it again.
        if self._setup is None or self._setup[0] is not setup:
            self._setup = (setup, self._shared.id_of(setup_body(setup)))
        return {
            "call_id": assessment.call_id, "at": kept.at, "elapsed_s": kept.elapsed_s,
            "state": kept.state, "risk_score": kept.told.score, "risk_category": kept.category,
            "model_version": setup.version, "lines": lines,
            "shown": shown_json(kept, self._shared.id_of), "setup_id": self._setup[1],
            "payload": {},
        }  # fmt: skip

    def record_advice(self, advice: Sequence[NewAdvice], at: datetime) -> None:
        """Store the advice for calls as events, while there is no model."""
        events = [
            NewEvent(
                one.call_id, EventType.ADVICE_CHANGED, at,
                facts={"advised": advised_json(one.recommendations, self._shared.id_of)},
            )
            for one in advice
        ]  # fmt: skip
        with writing(self.engine) as connection:
            append(connection, events)

    def ask_for_end(self, call_id: str, at: datetime) -> None:
        """Log that somebody asks for the end of a call in progress; who assesses it ends it."""
        c = tables.calls.c
        running = select(c.call_id).where(c.call_id == call_id, c.ended_at.is_(None))
        facts = {"reason": str(EndReason.REQUESTED)}
        with writing(self.engine) as connection:
            if connection.execute(running).first() is not None:
                append(connection, [NewEvent(call_id, EventType.CONTACT_OVER, at, facts=facts)])

    def add_note(self, new: NewNote, request: RequestKey | None = None) -> NoteAdded:
        """Store something noted about a call and its event; return the event.

        Personal data is masked as in turns: agents write down what they hear. A request that was
        answered before stores nothing, and its event is returned; OtherBodyError if that one had
        another body, NoteRefusedError for one about a note that is not there or was taken back.
        """
        call_id, masking = new.call_id, self._masking.knowing(self.persons.of(new.call_id))
        by_rules = replace(masking, tagger=None)
        words = " ".join(
            filter(None, (*map(by_rules.masked, new.codes), masking.masked(new.words)))
        )
        with writing(self.engine) as connection:
            known = answered_note(connection, request, new.at) if request is not None else None
            note, seq = known or write_note(connection, new, words)
            if known is None:
                enqueue_work(connection, call_id, note)
            if request is not None and known is None:
                keep_answered(connection, request, note.note_id, seq, new.at)
        return NoteAdded.of_call(call_id, note, seq)


def _stored(call: NewCall) -> StoredCall:
    return StoredCall(
        call.call_id, call.customer_id, call.agent_id, call.source, call.demo, call.started_at,
        ended_at=None, alerted=False, escalated=False, summary=None,
    )  # fmt: skip


def _customers_of(connection: Connection, call_id: str) -> tuple[str | None, str | None]:
    """Return the customer of a call, and the one it began with: an agent may correct it."""
    c, e = tables.calls.c, tables.events.c
    now = connection.execute(select(c.customer_id).where(c.call_id == call_id)).scalar_one()
    began = select(e.facts, e.payload).where(e.call_id == call_id, e.type == EventType.CALL_STARTED)
    first = connection.execute(began.order_by(e.seq).limit(1)).first()
    if first is None:
        return now, now
    return now, (first.payload or first.facts or {}).get("customer_id")


def _tell_customer(connection: Connection, call_id: str, at: datetime) -> None:
    append(connection, [NewEvent(call_id, EventType.CUSTOMER_CHANGED, at)])


def _record(
    connection: Connection, batch: Sequence[NewAssessment], rows: Sequence[Payload]
) -> list[tuple[int, int | None]]:
    scored = [NewEvent(one.call_id, EventType.RISK_SCORE_UPDATE, one.kept.at) for one in batch]
    numbers = append(connection, scored)
    if rows:
        numbered = [row | {"seq": seq} for row, seq in zip(rows, numbers, strict=True)]
        connection.execute(_ADD_ASSESSMENTS, numbered)
    alerts = [
        NewEvent(one.call_id, EventType.ALERT, one.kept.at, str(seq))
        for one, seq in zip(batch, numbers, strict=True)
        if one.is_alert and mark_once(connection, one.call_id, "alerted")
    ]
    told = dict(zip((alert.ref for alert in alerts), append(connection, alerts), strict=True))
    for one, seq in zip(batch, numbers, strict=True):
        for kind, payload in one.messages:
            message = OutboxMessage(kind, one.call_id, f"{kind}:{one.call_id}:{seq}", payload)
            enqueue(connection, with_work(connection, message), one.kept.at)
    return [(seq, told.get(str(seq))) for seq in numbers]


def _end(connection: Connection, ending: Ending) -> None:
    """Store the end of a call; one that has ended before gets another summary, as more is known."""
    this = tables.calls.c.call_id == ending.call_id
    values = {
        "summary": ending.summary.rendered(), "totals": asdict(ending.totals),
        "ended_at": ending.at, "over_reason": ending.reason,
    }  # fmt: skip
    still_open = this & tables.calls.c.ended_at.is_(None)
    first = connection.execute(update(tables.calls).where(still_open).values(values)).rowcount
    if not first:
        connection.execute(update(tables.calls).where(this).values(values))
    kind = EventType.CALL_ENDED if first else EventType.SUMMARY_CHANGED
    append(connection, [NewEvent(ending.call_id, kind, ending.at)])
