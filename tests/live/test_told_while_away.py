"""What is told of an ended call while no server runs reaches the screens after the next start."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, ContactDetails, ContactEvent
from callrisk.live.follower import LiveCalls
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion
from harness.live_bench import Bench, turn

MINUTE = timedelta(minutes=1)


def next_server(bench: Bench, champion: ServedChampion) -> LiveCalls:
    """Return a server on the same database that remembers nothing; what was told is forgotten."""
    bench.published.clear()
    return LiveCalls(
        bench.store, champion, bench.live._cache._find_customer,
        lambda event, _agent: bench.published.append(event),
        LivePolicy(bench.clock, bench.clock.monotonic),
    )  # fmt: skip


def ended_by_silence(bench: Bench) -> datetime:
    """A call of a minute that ended because nothing more was heard; when it began."""
    began = bench.clock()
    bench.intake.take([AnalysisEvent("c1", AnalysisKind.STARTED, began)])
    bench.clock.pass_seconds(60)
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    bench.live.step()
    bench.clock.pass_seconds(901)
    bench.live.step()
    assert [event.payload["summary"]["end_reason"] for event in bench.told("call_ended")] == [
        "idle"
    ]
    return began


def cut(bench: Bench, began: datetime) -> None:
    """The line was cut two minutes after the beginning."""
    when = began + 2 * MINUTE
    bench.intake.take([ContactEvent("c1", "DISCONNECTED", when, disconnected_at=when)])


def completed(bench: Bench, began: datetime) -> None:
    """The analysis was completed three minutes after the beginning."""
    bench.intake.take([AnalysisEvent("c1", AnalysisKind.COMPLETED, began + 3 * MINUTE)])


def lost(bench: Bench, began: datetime) -> None:
    """The analysis broke off a minute and a half after the beginning."""
    bench.intake.take([AnalysisEvent("c1", AnalysisKind.FAILED, began + 1.5 * MINUTE)])


@pytest.mark.parametrize("has_model", [True, False])
@pytest.mark.parametrize(
    ("tell", "duration_s", "reason"),
    [
        (cut, 120.0, "disconnected"),
        (completed, 180.0, "completed"),
        (lost, 59.0, "analysis_failed"),
    ],
)
def test_an_end_that_is_corrected_while_no_server_runs_is_told(
    bench: Bench, tmp_path: Path, has_model: bool, tell: Callable[[Bench, datetime], None],
    duration_s: float, reason: str,
) -> None:  # fmt: skip
    """Once, with the summary that REST gives, and no call ends twice."""
    no_model = ServedChampion(tmp_path / "none", allow_demo=True)
    champion = bench.live._champion if has_model else no_model
    bench.live = next_server(bench, champion)
    began = ended_by_silence(bench)
    tell(bench, began)
    bench.live = next_server(bench, champion)
    bench.live.step()
    told = [event.payload["summary"] for event in bench.told("summary_changed")]
    call = bench.queries.call("c1")

    assert call is not None
    assert [(one["duration"], one["end_reason"]) for one in told] == [(duration_s, reason)]
    assert call.summary == told[0]
    assert call.ended_at == began + timedelta(seconds=duration_s)
    assert bench.told("call_ended") == []
    bench.live = next_server(bench, champion)
    bench.live.step()
    assert bench.published == []


def test_late_turns_of_a_call_without_a_score_are_counted_after_the_start(
    bench: Bench, tmp_path: Path
) -> None:
    """No model served, so that nothing was ever assessed."""
    champion = ServedChampion(tmp_path / "none", allow_demo=True)
    bench.live = next_server(bench, champion)
    ended_by_silence(bench)
    bench.intake.add_segments("c1", [turn(12)])
    bench.live = next_server(bench, champion)
    bench.live.step()

    assert [one.payload["summary"]["turns"] for one in bench.told("summary_changed")] == [13]


def test_a_customer_who_becomes_known_while_no_server_runs_joins_the_last_score(
    bench: Bench,
) -> None:
    """Looked up in the telephony after the end of the call."""
    ended_by_silence(bench)
    before = bench.told("risk_score_update")[-1].payload
    bench.intake.take([ContactDetails("c1", bench.clock(), agent_id="a", customer_id="1001")])
    bench.live = next_server(bench, bench.live._champion)
    bench.live.step()
    [after] = [event.payload for event in bench.told("risk_score_update")]

    assert (before["customer_id"], after["customer_id"]) == (None, "1001")
    assert len(bench.told("summary_changed")) == 1
