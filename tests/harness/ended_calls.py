"""Calls that are over, with what customers said and what was noted, as a search finds them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from callrisk.domain.call import CallTotals
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.event_types import Source
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store.calls import Ending, NewAssessment, NewCall, Store
from callrisk.store.facts.facts_job import FactsJob
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from callrisk.store.search.words_job import WordsJob
from callrisk.store.working.note_writing import NewNote
from callrisk.wire.call import CallSummary
from harness.kept_assessments import SETUP, kept

FIRST = datetime(2026, 5, 1, 1, tzinfo=UTC)
_AGENT = "ご用件を伺います、残高の件でしょうか"


@dataclass(frozen=True)
class EndedCall:
    """A call that is over; `minute` is that of its start after the first."""

    call_id: str
    said: Sequence[str] = ()
    minute: int = 0
    agent_id: str = "agent-1"
    customer_id: str | None = "1001"
    notes: Sequence[str] = field(default_factory=tuple)


def ended_call(engine: Engine, call: EndedCall) -> None:
    """Store a call with its turns, its end and its notes."""
    store, began = Store(engine), FIRST + timedelta(minutes=call.minute)
    store.start_call(
        NewCall(call.call_id, call.customer_id, call.agent_id, Source.REST, False, began)
    )
    agent = Segment("a0", 1, ParticipantRole.AGENT, _AGENT, 0, 900)
    turns = [
        Segment(
            f"s{n}", n + 2, ParticipantRole.CUSTOMER, text, n * 1_000 + 1_000, n * 1_000 + 1_900
        )
        for n, text in enumerate(call.said)
    ]
    event = AnalysisEvent(call.call_id, AnalysisKind.SEGMENTS, began, (agent, *turns))
    Contacts(engine, packaged()).take(Delivery([event], began))
    stored = Queries(engine).call(call.call_id)
    assert stored is not None
    totals = CallTotals(customer_turns=len(turns))
    summary = CallSummary.of(stored, began + timedelta(minutes=3), totals, [(80, "high")], [])
    ending = Ending(call.call_id, began + timedelta(minutes=3), "completed", summary, totals)
    store.record_assessments([NewAssessment(call.call_id, kept(began), SETUP)], [ending])
    for text in call.notes:
        store.add_note(NewNote(call.call_id, "note", call.agent_id, text, began))


def make_findable(engine: Engine) -> None:
    """Do what the jobs do until nothing is left to do."""
    for job in (FactsJob(engine), WordsJob(engine)):
        while job.step():
            pass
