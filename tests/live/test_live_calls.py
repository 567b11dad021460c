"""The life of calls: begin, speak, be assessed, end; told once, in order, and never forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.customer import Customer
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.integrations.recordings import events, recordings
from callrisk.live.follower import LiveCalls
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion
from callrisk.store.calls import NewCall, OtherCustomerError
from callrisk.store.earlier_calls import PastCall, replace_earlier_calls
from harness.live_bench import Bench, talk, turn
from harness.small_world import World

SAID = CallTotals(customer_turns=7, customer_chars=80, agent_turns=7, agent_chars=200)


def adds_up(payload: dict[str, object]) -> bool:
    """Whether the lines sum to the score, and so do what was known and what was said."""
    shown, said = (
        sum(line["points"] for line in payload[name])  # type: ignore[attr-defined]
        for name in ("contributions", "statements")
    )
    ends = payload["start_points"] + payload["cap_points"]  # type: ignore[operator]
    scores = {
        ends + shown + payload["other_points"],
        ends + payload["before_points"] + payload["said_points"],
        ends + payload["before_points"] + said,
    }
    return scores == {payload["risk_score"]}


def test_a_call_from_beginning_to_end(bench: Bench) -> None:
    """Told: the start, every turn, scores that add up and changes that add up, one end."""
    assert bench.start("c1")
    bench.live.assess_now("c1")
    talk(bench, "c1", 14)
    summary = bench.live.finish("c1")

    updates = [event.payload for event in bench.told("risk_score_update")]
    states = [update["state"] for update in updates]
    assert states[0] == "listening"
    assert "live" in states
    assert states[-1] == "final"
    assert all(adds_up(update) for update in updates)
    for before, after in pairwise(updates):
        change = after["change"]
        assert change["points"] == after["risk_score"] - before["risk_score"]
        assert change["points"] == sum(line["points"] for line in change["because"])
    assert len(bench.told("transcript_segment")) == 14
    assert [event.type for event in bench.published[:1]] == ["call_started"]
    assert [event.type for event in bench.published[-1:]] == ["call_ended"]
    seqs = [event.seq for event in bench.published]
    assert seqs == sorted(set(seqs))
    assert [update["risk_score"] for update in updates] == summary["risk_scores"]
    assert summary == bench.live.finish("c1")
    assert len(bench.told("call_ended")) == 1


def test_estimated_mood_is_shown_and_never_counted(bench: Bench) -> None:
    """A turn without a label is pushed with an estimate; totals and score know of no mood."""
    bench.start("c1")
    unlabelled = replace(turn(1, "急に言われても困ります。"), sentiment=None)
    bench.intake.add_segments("c1", [unlabelled, turn(2, "本当に困ります。")])
    bench.live.assess_now("c1")

    guessed, labelled = (event.payload for event in bench.told("transcript_segment"))
    assert (guessed["sentiment"], guessed["sentiment_estimate"]) == (None, "NEGATIVE")
    assert (labelled["sentiment"], labelled["sentiment_estimate"]) == ("NEGATIVE", None)
    assert bench.live.call("c1").state.totals().customer_negative == 1
    mood = bench.told("risk_score_update")[-1].payload["sentiment"]["customer"]
    assert (mood["negative"], mood["unlabelled"]) == (1, 1)


def test_a_call_is_assessed_at_most_once_a_second(bench: Bench) -> None:
    """Ten turns within a second are one assessment, of the newest state."""
    bench.start("c1")
    bench.live.step()
    for number in range(10):
        bench.intake.add_segments("c1", [turn(number)])
        bench.live.step()
    assert len(bench.told("risk_score_update")) == 1
    bench.clock.pass_seconds(1)
    bench.live.step()

    assert len(bench.told("risk_score_update")) == 2
    assert bench.told("risk_score_update")[-1].payload["quality"]["turns"] == 10


def test_repeated_turns_have_no_effect(bench: Bench) -> None:
    """What was stored before is counted as a duplicate, told to nobody and assessed by nobody."""
    bench.start("c1")
    assert bench.intake.add_segments("c1", [turn(n) for n in range(3)]) == 3
    bench.live.step()
    before = len(bench.published)
    bench.clock.pass_seconds(5)
    assert bench.intake.add_segments("c1", [turn(n) for n in (2, 0, 1)]) == 0
    bench.live.step()

    assert before == len(bench.published)


def test_the_same_call_is_one_call_and_another_customer_is_refused(bench: Bench) -> None:
    """Starting twice with the same ids is one call; with another customer it is an error."""
    assert bench.start("c1")
    assert not bench.start("c1")
    with pytest.raises(OtherCustomerError):
        bench.start("c1", "1002")
    bench.live.step()

    assert len(bench.told("call_started")) == 1


def test_the_same_start_is_one_call_after_its_customer_was_corrected(bench: Bench) -> None:
    """A client that repeats its request is right with both customers, and with no third."""
    bench.start("c1")
    bench.store.assign_customer("c1", "1002", bench.clock(), "agent-1")

    assert not bench.start("c1", "1001")
    assert not bench.start("c1", "1002")
    with pytest.raises(OtherCustomerError):
        bench.start("c1", "1003")
    assert bench.live.call("c1").stored.customer_id == "1002"


def test_a_late_turn_after_the_end_is_still_applied(bench: Bench) -> None:
    """The transcript and the final score take it in; the call stays ended."""
    bench.start("c1")
    talk(bench, "c1", 12)
    bench.live.finish("c1")
    ends = len(bench.told("risk_score_update"))
    bench.clock.pass_seconds(2)
    bench.intake.add_segments("c1", [turn(12)])
    bench.live.step()

    last = bench.told("risk_score_update")[-1].payload
    assert ends + 1 == len(bench.told("risk_score_update"))
    assert (last["state"], last["quality"]["turns"]) == ("final", 13)
    assert len(bench.queries.segments("c1")) == 13


def test_alert_fires_once_a_call(bench: Bench, records: dict[str, Customer]) -> None:
    """At the first crossing into high, and not before enough was heard."""
    worst = max(records, key=lambda one: records[one].values["earlier_late_payments"] or 0)
    bench.start("c1", worst)
    talk(bench, "c1", 30)
    highs = [
        event.payload
        for event in bench.told("risk_score_update")
        if event.payload["risk_category"] == "high" and event.payload["state"] != "listening"
    ]

    assert min(len(highs), 1) == len(bench.told("alert"))
    assert bool(highs) == bench.queries.call("c1").alerted  # type: ignore[union-attr]


def test_an_unknown_customer_is_missing_not_average(bench: Bench) -> None:
    """The call goes on; the record is named as missing and no customer line is a number."""
    bench.start("c1", "no-such-record")
    talk(bench, "c1", 12)
    last = bench.told("risk_score_update")[-1].payload

    assert "customer_record" in last["quality"]["missing"]
    assert all(
        line["value"] is None for line in last["contributions"] if line["group"] == "customer"
    )
    assert adds_up(last)


def test_a_restart_goes_on_where_the_call_was(
    bench: Bench, world: World, records: dict[str, Customer]
) -> None:
    """A second server on the same database has the same state and explains the change from it."""
    bench.start("c1")
    talk(bench, "c1", 12)
    before = bench.told("risk_score_update")[-1].payload
    told: list[dict[str, object]] = []
    champion = ServedChampion(world.settings.models_dir, allow_demo=True)
    again = LiveCalls(
        bench.store, champion, lambda _call, one: records.get(one),
        lambda event, _agent: told.append(event.payload),
        LivePolicy(bench.clock, bench.clock.monotonic),
    )  # fmt: skip
    bench.intake.add_segments("c1", [turn(12, "今月は払えません")])
    bench.clock.pass_seconds(1)
    again.step()

    assert again.call("c1").state.totals().turns == 13
    assert again.call("c1").state.said == bench.live.call("c1").state.said
    last = next(one for one in reversed(told) if "change" in one)
    change = last["change"]
    assert change["because"][0]["segment_id"] == "s12"  # type: ignore[index]
    assert last["risk_score"] - before["risk_score"] == change["points"]  # type: ignore[index,operator]


def test_without_a_model_the_transcript_goes_on(bench: Bench, tmp_path: Path) -> None:
    """No score is invented, advice goes on, and the reason names the command that trains one."""
    champion = ServedChampion(tmp_path / "no models", allow_demo=True)
    told: list[str] = []
    live = LiveCalls(
        bench.store, champion, lambda _call, _id: None,
        lambda event, _agent: told.append(event.type),
        LivePolicy(bench.clock, bench.clock.monotonic),
    )  # fmt: skip
    bench.start("c1")
    bench.intake.add_segments("c1", [turn(n) for n in range(12)])
    live.step()
    summary = live.finish("c1")

    assert {"call_started", "transcript_segment", "advice_changed", "call_ended"} == set(told)
    assert summary["final_risk_score"] is None
    assert "python src/main.py" in (champion.problem or "")


def test_production_refuses_a_demo_model(world: World) -> None:
    """A model of generated data never scores real customers."""
    champion = ServedChampion(world.settings.models_dir, allow_demo=False)
    champion.refresh()

    assert champion.current is None
    assert "DEMO" in (champion.problem or "")


def test_replays_leave_no_history_and_no_contract(bench: Bench) -> None:
    """A replay counts neither for the next call nor as one after the contract; a real call does."""
    signed = PastCall("1001", "old", bench.clock() - timedelta(days=9), date(2024, 12, 30), SAID)
    replace_earlier_calls(bench.store.engine, "hash", [signed])
    for call_id, demo in (("demo", True), ("real", False), ("next", False)):
        bench.intake.start(NewCall(call_id, "1001", "a", "demo", demo, bench.clock()))
        bench.intake.add_segments(call_id, [turn(n) for n in range(6)])
        bench.live.finish(call_id)
        bench.clock.pass_seconds(60)
    remembered = {one: bench.live.call(one) for one in ("demo", "real", "next")}
    earlier = {one: len(call.earlier_calls) for one, call in remembered.items()}

    assert earlier == {"demo": 1, "real": 1, "next": 2}
    outside = {one: call.outside_population for one, call in remembered.items()}
    assert outside == {"demo": False, "real": True, "next": True}


def test_a_recording_goes_through_the_door_of_real_calls(bench: Bench, world: World) -> None:
    """Provisional pieces are told and replaced by the final turn with the same id."""
    recording = recordings(world.settings.raw_dir / "recorded_calls")[0]
    bench.start("r1", recording.customer_id)
    lens = ContactLens()
    for number, recorded in enumerate(events(recording)):
        event = lens.event_of(recorded.event | {"ContactId": "r1"}, Arrival(number, bench.clock()))
        bench.intake.take([event] if event else [])
        bench.live.step()
    pushed = [event.payload for event in bench.told("transcript_segment")]
    final = {one["segment_id"]: one["text"] for one in pushed if not one["provisional"]}
    provisional = {one["segment_id"] for one in pushed if one["provisional"]}

    assert provisional
    assert provisional <= set(final)
    assert len(final) == len(bench.queries.segments("r1"))
    assert bench.queries.call("r1").ended_at is not None  # type: ignore[union-attr]


def test_what_could_not_be_pushed_is_pushed_again(bench: Bench) -> None:
    """A push that fails loses no event, changes no order, and counts no turn twice."""
    told, refused = [], {"call_started", "transcript_segment"}

    def publish(event: LoggedEvent, _agent: str) -> None:
        if event.type in refused:
            refused.remove(event.type)
            raise TimeoutError("no connection in the pool")
        told.append(event)

    live = following(bench, publish)
    bench.start("c1")
    bench.intake.add_segments("c1", [turn(0), turn(1)])
    for _ in range(2):
        with pytest.raises(TimeoutError):
            live.step()
    live.step()

    kinds = [event.type for event in told]
    assert kinds[:3] == ["call_started", "transcript_segment", "transcript_segment"]
    assert [event.seq for event in told] == sorted({event.seq for event in told})
    assert live.call("c1").state.totals().turns == 2
    assert live.call("c1").customer is not None


def test_an_event_that_can_never_be_pushed_holds_up_nobody(bench: Bench) -> None:
    """It is given up after a minute, and what follows is told."""
    told = []

    def publish(event: LoggedEvent, _agent: str) -> None:
        if event.type == "call_started":
            raise ValueError("this event is broken")
        told.append(event.type)

    live = following(bench, publish)
    bench.start("c1")
    bench.intake.add_segments("c1", [turn(0)])
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            live.step()
        bench.clock.pass_seconds(30)
    live.step()

    assert told[0] == "transcript_segment"


def following(bench: Bench, publish: Callable[[LoggedEvent, str], None]) -> LiveCalls:
    """A second server on the same database that pushes in its own way."""
    champion: ServedChampion = bench.live._champion
    return LiveCalls(
        bench.store, champion, bench.live._cache._find_customer, publish,
        LivePolicy(bench.clock, bench.clock.monotonic),
    )  # fmt: skip
