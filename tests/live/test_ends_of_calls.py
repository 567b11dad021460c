"""How calls end in the server: when, why, with their last words, and told once."""

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from callrisk.domain.call_record import StoredCall
from callrisk.domain.contact_events import (
    AnalysisEvent,
    AnalysisKind,
    ContactEvent,
    Event,
    Utterance,
)
from callrisk.domain.event_types import EventType
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.wire.requests import SegmentBody
from harness.live_bench import Bench, turn

CUSTOMER = ParticipantRole.CUSTOMER
MINUTE = timedelta(minutes=1)


def call_of(bench: Bench, call_id: str = "c1") -> StoredCall:
    """The call as it is stored."""
    call = bench.queries.call(call_id)
    assert call is not None
    return call


def analysed(bench: Bench, kind: AnalysisKind, when: datetime | None = None) -> None:
    """An event of the stream without turns, that arrived there at a moment."""
    bench.intake.take([AnalysisEvent("c1", kind, when or bench.clock())])


def cut(bench: Bench, when: datetime) -> None:
    """The line was cut, without a word of an agent."""
    bench.intake.take([ContactEvent("c1", "DISCONNECTED", when, disconnected_at=when)])


def silence(bench: Bench, seconds: int) -> None:
    """So much time goes by, during which the server looks now and then."""
    for _ in range(0, seconds, 20):
        bench.clock.pass_seconds(20)
        bench.live.step()


def heard_for_a_minute(bench: Bench) -> datetime:
    """A call of the stream of which a minute was heard; when it began by its own clock."""
    began = bench.clock()
    bench.intake.take([AnalysisEvent("c1", AnalysisKind.STARTED, began)])
    bench.clock.pass_seconds(60)
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    bench.live.step()
    return began


@pytest.mark.parametrize("ahead_s", [0, 298, -298])
def test_the_end_is_when_the_line_was_cut(bench: Bench, ahead_s: int) -> None:
    """Neither the grace, nor an outage, nor clocks apart make the call longer or shorter."""
    began = heard_for_a_minute(bench)
    bench.clock.moment += timedelta(seconds=ahead_s)
    bench.clock.pass_seconds(1200)
    cut(bench, began + MINUTE)
    silence(bench, 80)
    call = call_of(bench)

    assert call.ended_at == began + MINUTE
    assert call.summary is not None
    assert (call.summary["duration"], call.summary["end_reason"]) == (60.0, "disconnected")


def test_the_end_of_a_silent_call_is_that_of_its_last_turn(bench: Bench) -> None:
    """The quarter of an hour in which nobody spoke is no part of it."""
    began = heard_for_a_minute(bench)
    silence(bench, 920)
    call = call_of(bench)

    assert (call.ended_at, call.over_reason) == (began + timedelta(seconds=59), "idle")


def test_a_cut_that_is_told_after_the_end_corrects_it(bench: Bench) -> None:
    """The summary changes with it, and the call does not end twice."""
    began = heard_for_a_minute(bench)
    silence(bench, 920)
    cut(bench, began + 2 * MINUTE)
    bench.live.step()
    call, changed = call_of(bench), bench.told("summary_changed")

    assert (call.ended_at, call.over_reason) == (began + 2 * MINUTE, "disconnected")
    assert len(bench.told("call_ended")) == 1
    assert changed[-1].payload["summary"]["duration"] == 120.0


@pytest.mark.parametrize("clock_s", [0, -3600])
def test_a_requested_end_is_as_long_after_the_last_word_as_was_waited(
    bench: Bench, clock_s: int
) -> None:
    """A clock that was set back makes no call shorter than what was said in it."""
    began = bench.clock()
    bench.start("c1")
    bench.clock.pass_seconds(60)
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    bench.live.step()
    bench.clock.moment += timedelta(seconds=clock_s)
    bench.clock.pass_seconds(10)
    bench.live.finish("c1")

    assert call_of(bench).ended_at == began + timedelta(seconds=70 if not clock_s else 69)


def test_a_call_whose_analysis_broke_off_goes_on(bench: Bench) -> None:
    """It says since when nothing is heard, keeps its score, and ends with the line."""
    began = heard_for_a_minute(bench)
    analysed(bench, AnalysisKind.FAILED, began + MINUTE)
    silence(bench, 120)
    call, [told] = call_of(bench), bench.told("analysis_lost")
    assert (call.ended_at, call.analysis_lost_at) == (None, began + MINUTE)
    assert told.payload["analysis_lost_at"].startswith("2025-01-01T00:01:00")
    cut(bench, began + 3 * MINUTE)
    silence(bench, 80)
    call = call_of(bench)

    assert (call.ended_at, call.over_reason) == (began + 3 * MINUTE, "disconnected")


def test_a_call_whose_analysis_broke_off_ends_by_silence(bench: Bench) -> None:
    """The reason says that its record stops there."""
    began = heard_for_a_minute(bench)
    analysed(bench, AnalysisKind.FAILED, began + MINUTE)
    silence(bench, 920)
    call = call_of(bench)

    assert (call.ended_at, call.over_reason) == (began + timedelta(seconds=59), "analysis_failed")


def piece(n: int, text: str, begin_ms: int) -> Utterance:
    """A piece of the last turn of the customer."""
    return Utterance(f"u{n}", "t99", CUSTOMER, text, begin_ms, begin_ms + 900)


def pieces(bench: Bench, *heard: Utterance) -> None:
    """Pieces of a turn, as they come from the stream."""
    event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, bench.clock(), pieces=heard)
    bench.intake.take([event])


def test_the_last_words_are_kept_though_they_never_became_a_turn(bench: Bench) -> None:
    """They are read and scored as a turn that is marked, which the confirmed one still replaces."""
    heard_for_a_minute(bench)
    pieces(bench, piece(1, "今月は", 60_000), piece(2, "払えません", 61_000))
    analysed(bench, AnalysisKind.COMPLETED)
    bench.live.step()
    last = bench.queries.turns("c1")[-1]
    assert (last.turn.text, last.turn.unconfirmed) == ("今月は払えません", True)
    assert [one.intent for one in last.statements]
    assert bench.told("call_ended")[-1].payload["summary"]["turns"] == 13
    [told] = [one.payload for one in bench.told("transcript_segment") if one.payload["unconfirmed"]]
    assert (told["segment_id"], told["provisional"]) == ("t99", False)
    pieces(bench, piece(3, "から", 62_000))
    bench.clock.pass_seconds(2)
    bench.live.step()
    assert bench.queries.segments("c1")[-1].text == "今月は払えませんから"
    whole = Segment("t99", 99, CUSTOMER, "今月は払えませんからね", 60_000, 63_000)
    bench.intake.add_segments("c1", [whole])
    bench.clock.pass_seconds(2)
    bench.live.step()

    assert bench.queries.segments("c1")[-1] == whole
    summary = call_of(bench).summary
    assert summary is not None
    assert summary["turns"] == 13


def test_what_rest_sends_provisionally_is_no_turn_yet(bench: Bench) -> None:
    """Each text takes the place of the one before, until the turn is finished or the call over.

    The log tells twice that something was heard; both times it is read as far as it was heard.
    """
    bench.start("c1")

    def send(sequence: int, text: str, provisional: bool, segment_id: str = "s1") -> int:
        fields = {"segment_id": segment_id, "role": "CUSTOMER", "text": text}
        body = SegmentBody(**fields, provisional=provisional)  # type: ignore[arg-type]
        return bench.intake.add_segments("c1", [body.segment(sequence)])

    taken = [send(1, "今月", True), send(2, "今月は払え", True), send(1, "今月", True)]
    bench.live.step()
    shown = [one.payload for one in bench.told("transcript_segment")]
    assert taken == [1, 1, 0]
    assert bench.queries.segments("c1") == []
    assert [(one["text"], one["provisional"]) for one in shown] == [
        ("今月は払え", True), ("今月は払え", True),
    ]  # fmt: skip
    assert send(3, "今月は払えます", False) == 1
    assert send(4, "今月は払えません", True) == 0
    send(5, "あの、やっぱり", True, "s2")
    bench.live.finish("c1")

    heard = [(one.text, one.unconfirmed) for one in bench.queries.segments("c1")]
    assert heard == [("今月は払えます", False), ("あの、やっぱり", True)]


def test_a_cut_before_the_beginning_ends_the_call(bench: Bench) -> None:
    """Events have no order: what was told of a contact waits for its call; a lone cut is none."""
    now = bench.clock()
    for contact in ("c1", "never-answered"):
        gone = ContactEvent(contact, "DISCONNECTED", now, disconnected_at=now + MINUTE)
        bench.intake.take([gone])
    bench.intake.take([ContactEvent("c1", "INITIATED", now, initial_contact_id="c0")])
    bench.intake.take([ContactEvent("c1", "CONNECTED_TO_AGENT", now, True, None, "user-7", now)])
    silence(bench, 80)
    call = call_of(bench)

    assert bench.queries.call("never-answered") is None
    assert (call.ended_at, call.over_reason) == (now + MINUTE, "disconnected")
    assert call.conversation_id == "c0"


NUMBERS = itertools.count()
KINDS = (
    "STARTED", "SEGMENTS", "PIECE", "COMPLETED", "FAILED", "CONNECTED", "DISCONNECTED", "TRANSFER",
)  # fmt: skip


def event_of(kind: str, call_id: str, began: datetime) -> Event:
    """One event of a call by the clock of its source."""
    contact = {
        "CONNECTED": {"creates": True, "agent_user_id": "user-7", "connected_at": began},
        "DISCONNECTED": {"disconnected_at": began + MINUTE},
        "TRANSFER": {"initial_contact_id": f"{call_id}-first"},
    }  # fmt: skip
    if kind in contact:
        return ContactEvent(call_id, kind, began, **contact[kind])  # type: ignore[arg-type]
    if kind == "PIECE":
        heard = (Utterance("u1", "t9", CUSTOMER, "払います", 31_000, 32_000),)
        arrived = began + timedelta(seconds=32)
        return AnalysisEvent(call_id, AnalysisKind.SEGMENTS, arrived, pieces=heard)
    turns = (turn(5),) if kind == "SEGMENTS" else ()
    seconds = {"STARTED": 0, "SEGMENTS": 29, "COMPLETED": 62, "FAILED": 40}[kind]
    arrived = began + timedelta(seconds=seconds)
    return AnalysisEvent(call_id, AnalysisKind(kind), arrived, turns)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sets(st.sampled_from(KINDS)).flatmap(lambda kinds: st.permutations(sorted(kinds))),
    st.lists(st.integers(0, 100), min_size=8, max_size=8),
)
@example(["COMPLETED", "PIECE", "SEGMENTS", "STARTED"], [0] * 8)
def test_every_order_of_events_ends_the_same(
    bench: Bench, kinds: list[str], waits: list[int]
) -> None:
    """Begin, end, reason and turns are those of the set of events, whenever each came."""
    call_id, began = f"c{next(NUMBERS)}", bench.clock()
    for kind, wait in zip(kinds, waits, strict=False):
        bench.intake.take([event_of(kind, call_id, began)])
        bench.clock.pass_seconds(wait)
        bench.live.step()
    silence(bench, 920)
    call, told = bench.queries.call(call_id), set(kinds)
    if not told - {"DISCONNECTED", "TRANSFER"}:
        assert call is None
        return

    assert call is not None
    if told & {"STARTED", "SEGMENTS", "PIECE", "CONNECTED"}:
        assert call.started_at == began
    spoken = {"PIECE": 32, "SEGMENTS": 29}
    last_s = max([spoken[kind] for kind in told & spoken.keys()], default=0)
    ends_s = {"DISCONNECTED": 60, "COMPLETED": 62}
    end_s = min([ends_s[kind] for kind in told & ends_s.keys()], default=last_s)
    reasons = {
        "COMPLETED": "completed",
        "DISCONNECTED": "disconnected",
        "FAILED": "analysis_failed",
    }
    reason = next((reasons[kind] for kind in reasons if kind in told), "idle")
    assert call.over_reason == reason
    assert call.ended_at == max(call.started_at, began + timedelta(seconds=end_s))
    assert (call.analysis_lost_at is not None) == ("FAILED" in told)
    assert (call.conversation_id is not None) == ("TRANSFER" in told)
    heard = {one.segment_id: one.unconfirmed for one in bench.queries.segments(call_id)}
    assert heard == {
        name: kind == "PIECE"
        for kind, name in (("PIECE", "t9"), ("SEGMENTS", "s5"))
        if kind in told
    }
    ends = [one for one in bench.told(EventType.CALL_ENDED) if one.call_id == call_id]
    assert len(ends) == 1
