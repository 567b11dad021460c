"""The facts of calls that are over, and the sums of their days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from callrisk.domain.assessment import AssessmentState
from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import StoredAssessment
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.event_types import Source
from callrisk.domain.kept.call_facts import course_of
from callrisk.domain.language import packaged
from callrisk.domain.operation.call_figures import CallSums
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store.calls import Ending, NewAssessment, NewCall, Store
from callrisk.store.facts.facts_job import FactsJob
from callrisk.store.facts.facts_queries import FactsQueries
from callrisk.store.facts.operation_queries import OperationQueries, SumsBy
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from callrisk.store.working.note_writing import NewNote
from callrisk.wire.call import CallSummary
from harness.kept_assessments import SETUP, TOLD, kept

# In Japan this is the first of January, by a quarter of an hour.
BEGAN = datetime(2025, 12, 31, 15, 15, tzinfo=UTC)
DAY = date(2026, 1, 1)
CUSTOMER = ParticipantRole.CUSTOMER


def a_call(engine: Engine, call_id: str, agent_id: str = "agent-1", score: int = 80) -> None:
    """A call with a refusal that was assessed twice and has ended."""
    store = Store(engine)
    store.start_call(NewCall(call_id, "1001", agent_id, Source.REST, False, BEGAN))
    turn = Segment("s1", 1, CUSTOMER, "絶対に払いません", 0, 900)
    event = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, BEGAN, (turn,))
    Contacts(engine, packaged()).take(Delivery([event], BEGAN))
    last = replace(kept(), elapsed_s=60.0, told=replace(TOLD, score=score), state=_FINAL)
    store.record_assessments([NewAssessment(call_id, kept(), SETUP, is_alert=True)])
    store.record_assessments([NewAssessment(call_id, last, SETUP)], [_ending(engine, call_id)])


_FINAL = AssessmentState.FINAL


def _ending(engine: Engine, call_id: str) -> Ending:
    call = Queries(engine).call(call_id)
    assert call is not None
    totals = CallTotals(
        agent_turns=3, customer_turns=4, agent_positive=1, agent_negative=1, customer_negative=2,
        customer_neutral=2, timed_turns=7, agent_talk_ms=3_000, customer_talk_ms=1_000,
        longest_silence_ms=2_500,
    )  # fmt: skip
    until = BEGAN + timedelta(seconds=90)
    summary = CallSummary.of(call, until, totals, [(80, "high")], [])
    return Ending(call_id, until, "completed", summary, totals)


def test_a_call_that_is_over_has_one_row(engine: Engine) -> None:
    """Its course, statements by kind, mood, talk share, and what was noted later but feedback."""
    a_call(engine, "c1", score=60)
    job, facts = FactsJob(engine), FactsQueries(engine)
    assert (job.step(), job.step()) == (1, 0)
    (first,) = facts.calls(DAY, DAY)
    for kind, words in (("feedback", "calm done"), ("note", "折り返し"), ("quick_action", "待つ")):
        Store(engine).add_note(NewNote("c1", kind, "agent-1", words, BEGAN))
    assert job.step() == 1
    (found,) = facts.calls(DAY, DAY)

    assert Queries(engine).counts(["c1"]) == {"c1": (1, 2)}
    assert (found.day, found.duration_s, found.end_reason, found.turns) == (
        DAY,
        90.0,
        "completed",
        7,
    )
    assert (found.first_score, found.highest_score, found.final_score) == (80, 80, 60)
    assert found.course == [(9.0, 80), (60.0, 60)]
    assert found.said == {"refusal": 1}
    assert (found.agent_sentiment, found.customer_sentiment) == (0.0, -2.5)
    assert (found.agent_talk_share, found.longest_silence_s) == (0.75, 2.5)
    assert (first.advice_done, found.advice_done, found.notes) == (0, 1, 2)
    assert found.alerted


def sums(engine: Engine, day: date = DAY) -> list[CallSums]:
    """The sums of a day by agent."""
    queries = OperationQueries(engine)
    return queries.sums(SumsBy.AGENT, day, day, demo=False, agent_ids=None)


def test_a_call_in_progress_has_none(engine: Engine) -> None:
    """Nor has the day sums then."""
    Store(engine).start_call(NewCall("c1", None, "agent-1", Source.REST, False, BEGAN))
    FactsJob(engine).step()

    assert FactsQueries(engine).calls(DAY, DAY) == []
    assert sums(engine) == []


def test_sums_of_a_day_are_those_of_its_calls(engine: Engine) -> None:
    """Each agent apart, however often and in however many batches the job runs."""
    for number in range(5):
        a_call(engine, f"c{number}", f"agent-{number % 2}", score=40 + number)
        FactsJob(engine).step()
    FactsJob(engine).step()

    assert [(one.key, one.band, one.calls, one.high) for one in sums(engine)] == [
        ("agent-0", 80, 3, 3), ("agent-1", 80, 2, 2),
    ]  # fmt: skip
    assert sums(engine, DAY + timedelta(days=1)) == []


def test_of_two_servers_only_one_writes(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that finds the cursor moved drops its work."""
    a_call(engine, "c1")
    slow, quick = FactsJob(engine), FactsJob(engine)
    read = "callrisk.store.facts.facts_job._facts_of"
    original = __import__("callrisk.store.facts.facts_job", fromlist=["_facts_of"])._facts_of

    def overtaken(*arguments: object) -> object:
        monkeypatch.setattr(read, original)
        assert quick.step() == 1
        return original(*arguments)

    monkeypatch.setattr(read, overtaken)
    assert slow.step() == 0
    assert len(FactsQueries(engine).calls(DAY, DAY)) == 1


def test_a_long_course_keeps_its_first_its_last_and_its_highest() -> None:
    """In at most 24 points."""
    points = [StoredAssessment(n, BEGAN, n, n % 50, "low", "live") for n in range(400)]
    points[317] = replace(points[317], risk_score=99)
    course = course_of(points)

    assert len(course) <= 24
    assert (course[0], course[-1]) == ((0, 0), (399, 49))
    assert (317, 99) in course
    assert course == sorted(course)
    assert course_of(points[:3]) == [(0, 0), (1, 1), (2, 2)]
