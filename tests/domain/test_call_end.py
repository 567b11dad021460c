"""The state machine of the end of a call, and its facts in any order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrisk.domain.call_end import (
    CallLiveness,
    CallPhase,
    EndFacts,
    EndReason,
    EndTimeouts,
    moment_of,
    reason_of,
)
from callrisk.domain.contact import Contact, apply
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, ContactEvent, Event
from callrisk.domain.contact_events import Utterance as Piece
from callrisk.domain.segment import ParticipantRole, Segment

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER


def at(seconds: float) -> datetime:
    """A moment of the call by the clock of the telephony."""
    return NOON + timedelta(seconds=seconds)


def heard(kind: AnalysisKind, seconds: float, *turns: Segment, piece: bool = False) -> Event:
    """An event of the analysis as it arrives, with a piece of a turn that never finishes."""
    pieces = (Piece("u9", "t9", CUSTOMER, "払います", 40_000, 41_000),) if piece else ()
    return AnalysisEvent("c1", kind, at(seconds), turns, pieces)


EVENTS: tuple[Event, ...] = (
    heard(AnalysisKind.STARTED, 0),
    heard(AnalysisKind.SEGMENTS, 10, Segment("t1", 1, AGENT, "もしもし", 1_000, 9_000)),
    heard(AnalysisKind.SEGMENTS, 30, Segment("t2", 2, CUSTOMER, "はい", 21_000, 29_000)),
    heard(AnalysisKind.SEGMENTS, 41, piece=True),
    heard(AnalysisKind.FAILED, 45),
    heard(AnalysisKind.COMPLETED, 70),
    ContactEvent("c1", "CONNECTED_TO_AGENT", at(0), True, None, "user-7", at(-2)),
    ContactEvent("c1", "DISCONNECTED", at(61), disconnected_at=at(60)),
    ContactEvent("c1", "INITIATED", at(-9), initial_contact_id="c0"),
)


def after(events: Sequence[Event]) -> Contact | None:
    """The contact after events that begin it; those before are told again, as the store does."""
    begun = reduce(apply, events, None)
    return reduce(apply, events, begun)


@given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS)))
def test_any_order_of_events_ends_the_same(events: list[Event], again: list[Event]) -> None:
    """Late, twice or before the beginning: begin, end, turns and drafts are those of the set."""
    assert after([*events, *again]) == after(EVENTS)


@given(st.permutations(EVENTS[:6]))
def test_without_contact_events_the_begin_is_estimated_alike(events: list[Event]) -> None:
    """Also where the end of the analysis is what comes first."""
    contact = after(events)

    assert contact is not None
    assert contact.began_at == at(0)


@pytest.mark.parametrize(
    ("facts", "asked_s", "reason", "moment_s"),
    [
        (EndFacts(at(70), at(60), at(45)), None, EndReason.COMPLETED, 60),
        (EndFacts(at(70)), None, EndReason.COMPLETED, 70),
        (EndFacts(None, at(60), at(45)), None, EndReason.DISCONNECTED, 60),
        (EndFacts(None, None, at(45)), None, EndReason.FAILED, 29),
        (EndFacts(), None, EndReason.IDLE, 29),
        (EndFacts(), 50, EndReason.REQUESTED, 50),
        (EndFacts(None, at(60)), 50, EndReason.REQUESTED, 60),
        (EndFacts(None, at(-298)), None, EndReason.DISCONNECTED, 0),
    ],
)
def test_reason_and_moment_are_those_of_the_facts(
    facts: EndFacts, asked_s: float | None, reason: EndReason, moment_s: float
) -> None:
    """The line that was cut tells best when it ended, and no call ends before it began."""
    asked = None if asked_s is None else at(asked_s)

    assert reason_of(facts, asked is not None) is reason
    assert moment_of(facts, at(0), at(29), asked) == at(moment_s)


def test_a_call_goes_through_its_states() -> None:
    """Lost is not over, a cut line waits for the last turns, and what is over stays over."""
    timeouts, liveness = EndTimeouts(grace_s=60, idle_s=900), CallLiveness(1000.0)

    def phase(seconds: float, reliable_from: float = 0.0) -> CallPhase:
        return liveness.phase(1000 + seconds, timeouts, 1000 + reliable_from)

    assert phase(0) is CallPhase.TALKING
    liveness.learn(EndFacts(analysis_lost_at=NOON), 1010)
    assert (phase(10), phase(899), phase(900)) == (
        CallPhase.LOST, CallPhase.LOST, CallPhase.OVER,
    )  # fmt: skip
    assert phase(900, reliable_from=1) is CallPhase.LOST
    assert phase(4 * 3600, reliable_from=4 * 3600) is CallPhase.OVER
    liveness.learn(EndFacts(disconnected_at=NOON), 1020)
    liveness.learn(EndFacts(disconnected_at=NOON), 1050)
    assert (phase(79), phase(80)) == (CallPhase.HUNG_UP, CallPhase.OVER)
    liveness.learn(EndFacts(completed_at=NOON, disconnected_at=NOON), 1030)
    assert phase(30) is CallPhase.OVER
