"""Every call ends: told by the analysis, some time after the line was cut, or by silence."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, ContactDetails, ContactEvent
from callrisk.domain.score.kept_assessment import KeptAssessment
from callrisk.live.follower import LiveCalls
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion
from callrisk.store import tables
from callrisk.store.connect.gaps import Gaps
from callrisk.store.connect.source_reports import SourceReports, SourceState
from callrisk.store.sending.outbox import Outbox
from harness.live_bench import Bench, talk, turn
from harness.small_world import World


def analysis(bench: Bench, kind: AnalysisKind, call_id: str = "c1") -> None:
    """One event of the stream without turns."""
    bench.intake.take([AnalysisEvent(call_id, kind, bench.clock())])


def cut(bench: Bench, call_id: str = "c1") -> None:
    """The line was cut."""
    now = bench.clock()
    bench.intake.take([ContactEvent(call_id, "DISCONNECTED", now, disconnected_at=now)])


def ended(bench: Bench, call_id: str = "c1") -> str | None:
    """Why the call is over, None while it goes on."""
    call = bench.queries.call(call_id)
    assert call is not None
    return None if call.summary is None else call.summary["end_reason"]


def test_a_call_of_the_stream_ends_with_its_analysis(bench: Bench) -> None:
    """It begins with its first event, whatever that is, and its end is assessed and told once."""
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    bench.live.step()
    for _ in range(2):
        analysis(bench, AnalysisKind.COMPLETED)
        bench.live.step()

    assert ended(bench) == "completed"
    assert bench.told("risk_score_update")[-1].payload["state"] == "final"
    assert [len(bench.told(one)) for one in ("call_started", "call_ended")] == [1, 1]


def test_a_cut_line_waits_for_the_last_turns(bench: Bench) -> None:
    """The call goes on for the grace, takes what still comes, and is closed then."""
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    cut(bench)
    bench.live.step()
    bench.clock.pass_seconds(59)
    bench.intake.add_segments("c1", [turn(12)])
    bench.live.step()
    assert ended(bench) is None
    bench.clock.pass_seconds(2)
    bench.live.step()

    assert ended(bench) == "disconnected"
    assert bench.told("risk_score_update")[-1].payload["quality"]["turns"] == 13


def test_silence_ends_a_call_and_a_clock_that_is_set_does_not(bench: Bench) -> None:
    """Fifteen minutes without a word close any call; an hour that was set closes none."""
    bench.start("c1")
    talk(bench, "c1", 12)
    bench.clock.moment += timedelta(hours=1)
    bench.live.step()
    assert ended(bench) is None
    bench.clock.moment -= timedelta(hours=2)
    bench.intake.add_segments("c1", [turn(12)])
    bench.clock.since_boot += 1
    bench.live.step()
    assert bench.told("risk_score_update")[-1].payload["quality"]["turns"] == 13
    bench.clock.pass_seconds(900)
    bench.live.step()

    assert ended(bench) == "idle"


def pass_minutes(bench: Bench, minutes: int, behind_ms: int | None = 0) -> None:
    """Time goes by, and the reader of the stream reports its lag; None when nobody reads."""
    for _ in range(minutes * 2):
        bench.clock.pass_seconds(30)
        if behind_ms is not None:
            state = SourceState("stream", bench.clock(), behind_ms, None, {})
            SourceReports(bench.store.engine).report(state)
        bench.live.step()


@pytest.mark.parametrize("behind_ms", [None, 40_000])
def test_silence_of_a_stream_that_is_late_ends_no_call(bench: Bench, behind_ms: int | None) -> None:
    """Twenty minutes of outage say nothing of a caller; once it is over, silence counts again."""
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    pass_minutes(bench, 1)
    pass_minutes(bench, 20, behind_ms)
    assert ended(bench) is None
    pass_minutes(bench, 14)
    assert ended(bench) is None
    pass_minutes(bench, 2)

    assert ended(bench) == "idle"


def test_a_stream_that_never_comes_back_ends_its_calls_at_last(bench: Bench) -> None:
    """After four hours nobody can still be talking; a call by REST never waited for the stream."""
    bench.intake.add_segments("c1", [turn(0)])
    bench.start("by-rest")
    pass_minutes(bench, 1)
    pass_minutes(bench, 15, None)
    assert (ended(bench), ended(bench, "by-rest")) == (None, "idle")
    pass_minutes(bench, 4 * 60, None)

    assert ended(bench) == "idle"


def test_a_gap_is_published_and_is_no_sign_of_life(bench: Bench) -> None:
    """Screens hear of it in the next step; the silence that ends the call goes on."""
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    bench.live.step()
    bench.clock.pass_seconds(899)
    Gaps(bench.store.engine).mark(bench.clock())
    bench.live.step()
    told = [event.payload for event in bench.told("gap_changed")]
    assert ended(bench) is None
    bench.clock.pass_seconds(1)
    bench.live.step()

    assert told == [{"call_id": "c1", "has_gap": True}]
    assert ended(bench) == "idle"


def test_a_turn_after_the_end_is_still_counted(bench: Bench) -> None:
    """It is assessed as final, the summary follows, and the call does not end twice."""
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    analysis(bench, AnalysisKind.COMPLETED)
    bench.live.step()
    bench.clock.pass_seconds(2)
    bench.intake.add_segments("c1", [turn(12)])
    bench.live.step()
    call = bench.queries.call("c1")

    assert call is not None
    assert call.summary is not None
    assert call.summary["turns"] == 13
    assert len(bench.told("call_ended")) == 1
    assert bench.told("summary_changed")[-1].payload["summary"] == call.summary


def test_a_server_that_died_ends_what_was_over(bench: Bench) -> None:
    """A second server closes what the first had not, and assesses what came after an end."""
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    bench.live.step()
    bench.intake.add_segments("c2", [turn(n) for n in range(12)])
    analysis(bench, AnalysisKind.COMPLETED, "c2")
    bench.live.step()
    analysis(bench, AnalysisKind.COMPLETED)
    bench.intake.add_segments("c2", [turn(12)])
    champion: ServedChampion = bench.live._champion
    again = LiveCalls(
        bench.store, champion, lambda _call, _id: None, lambda _event, _agent: None,
        LivePolicy(bench.clock, bench.clock.monotonic),
    )  # fmt: skip
    bench.clock.pass_seconds(1)
    again.step()
    late = bench.queries.call("c2")

    assert ended(bench) == "completed"
    assert late is not None
    assert late.summary is not None
    assert late.summary["turns"] == 13


def test_who_takes_part_may_become_known_later(bench: Bench) -> None:
    """The call is told again with its agent, and the customer joins the assessment."""
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    bench.live.step()
    details = ContactDetails(
        "c1", bench.clock(), agent_id="agent-7", customer_id="1001", phone="+819011112222"
    )
    bench.intake.take([details])
    bench.clock.pass_seconds(1)
    bench.live.step()
    started = [event.payload for event in bench.told("call_started")]
    last = bench.told("risk_score_update")[-1].payload

    assert [one["agent_id"] for one in started] == ["", "agent-7"]
    assert started[-1]["phone"] is not None
    assert "1111" not in started[-1]["phone"]
    assert last["customer_id"] == "1001"
    assert last["agent_id"] == "agent-7"
    assert "customer_record" not in last["quality"]["missing"]


def test_a_transfer_is_the_same_conversation(bench: Bench) -> None:
    """The second leg is about the same customer, and the first is not its history."""
    bench.start("first")
    bench.intake.add_segments("first", [turn(n) for n in range(12)])
    bench.live.finish("first")
    # Else the first leg would be left out because it did not begin earlier.
    bench.clock.pass_seconds(60)
    bench.intake.add_segments("second", [turn(0)])
    now = bench.clock()
    bench.intake.take([ContactEvent("second", "CONNECTED_TO_AGENT", now, True, "first", "u1")])
    bench.live.step()
    second = bench.live.call("second")

    assert second.stored.customer_id == "1001"
    assert "first" not in {one.call_id for one in second.earlier_calls}
    assert bench.queries.conversation("first") == {"first", "second"}


def test_the_telephony_is_told_a_category_only_when_it_changes(bench: Bench) -> None:
    """One letter for the first verdict and one for each other one; none while listening."""
    for number in range(14):
        bench.intake.add_segments("c1", [turn(number)])
        bench.clock.pass_seconds(1)
        bench.live.step()
    verdicts = [
        event.payload["risk_category"]
        for event in bench.told("risk_score_update")
        if event.payload["state"] != "listening"
    ]
    changes = 1 + sum(a != b for a, b in pairwise(verdicts))
    outbox = Outbox(bench.store.engine)
    [newest] = outbox.due("risk_category", bench.clock())

    assert outbox.pending()[0] == changes
    assert newest.message.payload == {"contact_id": "c1", "risk_category": verdicts[-1]}


def test_a_call_that_could_not_be_closed_is_closed_later(bench: Bench, tmp_path: Path) -> None:
    """A database that refuses the end, with no model to try again for, keeps no call open."""
    live = without_model(bench, tmp_path, [])
    bench.intake.add_segments("c1", [turn(0)])
    analysis(bench, AnalysisKind.COMPLETED)
    rename(bench, "notes", "elsewhere")
    with pytest.raises(OperationalError):
        live.step()
    rename(bench, "elsewhere", "notes")
    # Every call rests for a second before it is looked at again.
    bench.clock.pass_seconds(1)
    live.step()

    assert ended(bench) == "completed"


def test_a_call_that_ended_without_a_model_is_done_with(
    bench: Bench, world: World, tmp_path: Path
) -> None:
    """Late turns reach its summary, it is forgotten, and the first model leaves it alone."""
    told: list[LoggedEvent] = []
    live = without_model(bench, tmp_path, told)
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    analysis(bench, AnalysisKind.COMPLETED)
    live.step()
    bench.clock.pass_seconds(2)
    bench.intake.add_segments("c1", [turn(12)])
    live.step()
    late = bench.queries.call("c1")
    live._champion = ServedChampion(world.settings.models_dir, allow_demo=True)
    bench.clock.pass_seconds(5)
    live.step()

    assert late is not None
    assert late.summary is not None
    assert late.summary["turns"] == 13
    [earlier] = heard_of(bench, "c1")
    assert earlier.customer_turns == 13
    ends = [
        event.type for event in told if event.type not in {"transcript_segment", "call_started"}
    ]
    assert ends == ["contact_over", "advice_changed", "call_ended", "summary_changed"]
    bench.clock.pass_seconds(601)
    live.step()
    assert list(live._cache) == []


def test_a_call_that_is_over_alerts_nobody(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn that comes after the end may make it high; a supervisor cannot step in any more."""
    monkeypatch.setattr(KeptAssessment, "is_high", True)
    live = without_model(bench, tmp_path, [])
    for call_id in ("over", "running"):
        bench.intake.add_segments(call_id, [turn(n) for n in range(12)])
    live.finish("over")
    live._champion = bench.live._champion
    for number in (12, 13):
        bench.clock.pass_seconds(5)
        bench.intake.add_segments("over", [turn(number)])
        live.step()
    bench.live.step()

    assert [event.call_id for event in bench.told("alert")] == ["running"]


def without_model(bench: Bench, tmp_path: Path, told: list[LoggedEvent]) -> LiveCalls:
    """A server on the same database that has no model; `told` is what it publishes."""
    return LiveCalls(
        bench.store, ServedChampion(tmp_path / "none", allow_demo=True), lambda _call, _id: None,
        lambda event, _agent: told.append(event), LivePolicy(bench.clock, bench.clock.monotonic),
    )  # fmt: skip


def heard_of(bench: Bench, call_id: str) -> list[CallTotals]:
    """The totals that later calls of the same customer look back on."""
    with bench.store.engine.connect() as connection:
        found = connection.execute(
            select(tables.calls.c.totals).where(tables.calls.c.call_id == call_id)
        )
        return [CallTotals(**row.totals) for row in found]


def rename(bench: Bench, table: str, other: str) -> None:
    """Let a table be missing, as a database that refuses would look."""
    writing = bench.store.engine.connect().execution_options(writes=True)
    with writing as connection, connection.begin():
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {other}"))
