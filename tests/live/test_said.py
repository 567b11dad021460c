"""What is said in a call and what was known before it move the score apart from each other."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import update

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.customer import Customer
from callrisk.domain.language import Intent, Language, packaged
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.language.said import said_in
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.live.follower import LiveCalls
from callrisk.live.policy import LivePolicy
from callrisk.store import tables
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.statements.language_in_use import LanguageInUse
from callrisk.store.statements.stale_turns import StaleTurns
from harness.echo_language import EchoLanguage
from harness.live_bench import Bench, turn

Payload = Mapping[str, Any]
GREETING, MOVED_HOUSE = "もしもし、山田です", "えっと、住所が変わりました"
REFUSES, CANNOT = "そんな請求は払いません", "今月は厳しくて払えません"
PROMISES = "明日必ず払います"
OLD, NEW = EchoLanguage("echo-1"), EchoLanguage("echo-2")


def say(bench: Bench, call_id: str, *turns: Segment) -> Payload:
    """Let turns be heard, one step later; return the assessment."""
    bench.intake.add_segments(call_id, list(turns))
    return newest(bench, call_id)


def newest(bench: Bench, call_id: str) -> Payload:
    """The assessment of a call a second later."""
    bench.clock.pass_seconds(1)
    bench.live.step()
    updates = [one.payload for one in bench.told("risk_score_update") if one.call_id == call_id]
    assert_adds_up(updates[-1])
    for before, after in pairwise(updates):
        change = after["change"]
        assert change["points"] == after["risk_score"] - before["risk_score"]
        assert change["points"] == sum(line["points"] for line in change["because"])
    return updates[-1]


def assert_adds_up(shown: Payload) -> None:
    """The score is its start, what was known, each statement, and the cap."""
    said = sum(one["points"] for one in shown["statements"])
    known = shown["start_points"] + shown["before_points"]

    assert said == shown["said_points"]
    assert known + said + shown["cap_points"] == shown["risk_score"]


def of_statements(shown: Payload) -> list[tuple[str, str, int]]:
    """The statements of an assessment with their turns and points."""
    return [(one["segment_id"], one["intent"], one["points"]) for one in shown["statements"]]


def test_the_first_statement_about_paying_ends_listening(bench: Bench) -> None:
    """After five seconds of talk; whoever says nothing about it is listened to."""
    bench.start("c1")
    listening = say(bench, "c1", turn(0, GREETING))
    live = say(bench, "c1", turn(1, REFUSES))

    assert (listening["state"], listening["statements"]) == ("listening", [])
    assert listening["said_points"] == 0
    assert (live["state"], live["said_points"] > 0) == ("live", True)


def test_a_change_names_the_turn_and_the_words(bench: Bench) -> None:
    """Of the statement that moved the score, and of no other."""
    bench.start("c1")
    say(bench, "c1", turn(0, CANNOT))
    words = f"{MOVED_HOUSE}。{REFUSES}"
    after = say(bench, "c1", turn(1, words), turn(2, MOVED_HOUSE))
    (stated,) = packaged().understand(words)

    (line,) = after["change"]["because"]
    assert (line["feature"], line["label"]) == ("said.refusal", "支払いを拒否")
    assert (line["segment_id"], line["phrase"]) == ("s1", words[stated.begin : stated.end])
    assert REFUSES in line["phrase"] != words
    assert line["points"] == after["change"]["points"] > 0


def test_a_promise_takes_points_away(bench: Bench) -> None:
    """It answers a part of what was said before, whose own points stay as they were."""
    bench.start("c1")
    before = say(bench, "c1", turn(0, CANNOT))
    after = say(bench, "c1", turn(1, PROMISES))

    assert of_statements(after)[:-1] == of_statements(before)
    assert after["statements"][-1]["points"] < 0
    assert [one["open"] for one in before["statements"]] == [True] * len(before["statements"])
    assert not after["statements"][0]["open"]


def test_a_late_turn_is_heard_where_it_was_said(bench: Bench) -> None:
    """The path is that of a call whose turns came in order, and the sums hold."""
    words = [GREETING, REFUSES, MOVED_HOUSE, CANNOT, PROMISES, CANNOT]
    turns = [turn(number, text) for number, text in enumerate(words)]
    for call_id in ("in order", "late"):
        bench.start(call_id)
    whole = say(bench, "in order", *turns)
    before = say(bench, "late", *(turns[:1] + turns[2:]))
    late = say(bench, "late", turns[1])

    assert late["statements"][0]["segment_id"] == "s1"
    assert before["statements"][0]["segment_id"] == "s3"
    assert late["statements"] == whole["statements"]
    assert late["risk_score"] == whole["risk_score"]
    said = [bench.live.call(one).state.said for one in ("in order", "late")]
    assert said[0] == said[1]


def test_a_corrected_turn_takes_its_points_away(bench: Bench) -> None:
    """The change says of which turn, whose words are gone."""
    bench.start("c1")
    refused = say(bench, "c1", turn(0, GREETING), turn(1, REFUSES))
    corrected = say(bench, "c1", replace(turn(1, MOVED_HOUSE), sequence=9))

    assert corrected["statements"] == []
    assert corrected["said_points"] == 0 < refused["said_points"]
    assert corrected["before_points"] == refused["before_points"]
    (line,) = corrected["change"]["because"]
    assert (line["feature"], line["segment_id"], line["phrase"]) == ("said.refusal", "s1", None)
    assert (line["label"], line["points"]) == ("支払いを拒否", -refused["said_points"])


def test_a_record_that_joins_late_moves_what_was_known(bench: Bench) -> None:
    """The statements stay as they are, with their points."""
    bench.start("c1", None)
    before = say(bench, "c1", turn(0, REFUSES), turn(1, CANNOT), turn(2, PROMISES))
    path = bench.live.call("c1").state.said.path
    bench.store.assign_customer("c1", "1001", bench.clock(), "agent-1")
    after = newest(bench, "c1")

    assert (before["customer_id"], after["customer_id"]) == (None, "1001")
    assert before["before_points"] == 0 != after["before_points"]
    assert before["start_points"] == after["start_points"]
    assert bench.live.call("c1").state.said.path == path
    assert before["statements"] == after["statements"]
    moved = [line for line in after["change"]["because"] if line["segment_id"] is None]
    assert moved
    assert sum(abs(line["points"]) for line in moved) > 1


def test_a_caller_without_a_record_is_judged_by_what_is_said(
    bench: Bench, records: dict[str, Customer]
) -> None:
    """A line says so, nothing else was known, and a refusal weighs as much as a customer's."""
    bench.start("unknown", None)
    bench.start("nobody", "no-such-record")
    calm = say(bench, "unknown", turn(0, GREETING))
    assert (calm["before_points"], calm["risk_score"]) == (0, calm["start_points"])
    weights = {}
    customers = [*zip("abc", list(records)[:3], strict=True)]
    for call_id, customer_id in (("unknown", None), ("nobody", ""), *customers):
        if customer_id:
            bench.start(call_id, customer_id)
        shown = say(bench, call_id, turn(1, REFUSES))
        weights[call_id] = shown["said_points"]
        known = [line for line in shown["contributions"] if line["part"] == "known"]
        if customer_id:
            assert "record" not in {line["feature"] for line in known}
        else:
            assert shown["before_points"] == 0
            assert [(line["feature"], line["points"]) for line in known] == [("record", 0)]

    assert weights["unknown"] == weights["nobody"] > 5
    assert set(weights.values()) == {weights["unknown"]}


def test_a_turn_that_is_read_again_is_scored_again(bench: Bench) -> None:
    """Though it is the same turn: of a call in progress the new reading is told and counted."""
    deliver(bench, "c1", OLD)
    before = newest(bench, "c1")
    stored = bench.queries.segments("c1")
    read_again(bench, "c1")
    after = newest(bench, "c1")

    assert bench.queries.segments("c1") == stored
    state = bench.live.call("c1").state
    assert [one.statement for one in state.said.statements] == [
        one for turn in stored for one in NEW.understand(turn.text) if one.counts
    ]
    assert [one["intent"] for one in before["statements"]] == [
        str(one.intent) for turn in stored for one in OLD.understand(turn.text)
    ]
    assert before["statements"] != after["statements"]


def test_earlier_calls_count_as_they_are_read_now(bench: Bench) -> None:
    """Their stored totals are those of the language of that day."""
    bench.start("first")
    deliver(bench, "first", OLD)
    bench.live.step()
    bench.live.finish("first")
    bench.clock.pass_seconds(60)
    bench.start("old")
    old = bench.live.call("old").history
    read_again(bench, "first")
    bench.start("new")
    new = bench.live.call("new").history

    for history, language in ((old, OLD), (new, NEW)):
        turns = bench.queries.segments("first")
        said = said_in(((one, language.understand(one.text)) for one in turns), packaged_concerns())
        assert history is not None
        assert history.reached_calls == 1
        assert history.concern == history.concern_latest == said.totals.said_concern
        assert history.concern_turns == said.totals.said_concern_turns
    assert old != new


def deliver(bench: Bench, call_id: str, language: Language) -> None:
    """Take in a conversation that a language reads, in which only the customer speaks."""
    LanguageInUse(bench.store.engine).activate(language.version, bench.clock())
    turns = tuple(turn(number, f"発話{number}") for number in range(6))
    assert {one.role for one in turns} == {ParticipantRole.CUSTOMER}
    event = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, bench.clock(), turns)
    Contacts(bench.store.engine, language).take(Delivery([event], bench.clock()))


def read_again(bench: Bench, call_id: str) -> None:
    """A server with a newer language reads the turns of a call."""
    LanguageInUse(bench.store.engine).activate(NEW.version, bench.clock())
    assert StaleTurns(bench.store.engine, NEW).read_again([call_id], bench.clock()) == 6


def follower(bench: Bench, policy: LivePolicy) -> LiveCalls:
    """Another server on the same database, whose pushes are heard too."""
    return LiveCalls(
        bench.store, bench.live._champion, bench.live._cache._find_customer,
        lambda event, _agent: bench.published.append(event), policy,
    )  # fmt: skip


def test_a_company_weighs_by_its_own_table(bench: Bench) -> None:
    """The concerns of the policy count in the call and in the history of the next one."""
    bench.start("c1")
    refused = [turn(number, ("", "あの、")[number % 2] + REFUSES) for number in range(6)]
    usual = say(bench, "c1", *refused)
    refusal = replace(packaged_concerns()[Intent.REFUSAL], weight=9, label="払わない")
    own = MappingProxyType({**packaged_concerns(), Intent.REFUSAL: refusal})
    policy = LivePolicy(bench.clock, bench.clock.monotonic, concerns=own)
    usual_concern = bench.live.call("c1").state.said.totals.said_concern
    bench.live = follower(bench, policy)
    bench.start("c2", "1002")
    heavy = say(bench, "c2", *refused)
    bench.live.finish("c1")
    bench.clock.pass_seconds(60)
    bench.start("c3")
    history = bench.live.call("c3").history

    corrected = say(bench, "c2", *(replace(turn(n, GREETING), sequence=9) for n in range(6)))

    assert heavy["said_points"] > usual["said_points"] > 0
    assert heavy["statements"][0]["label"] == "払わない"
    assert corrected["change"]["because"][0]["label"] == "払わない"
    assert history is not None
    # Each repetition is worth half, rounded down.
    assert history.concern * 5 == pytest.approx(usual_concern * 9, abs=6 * 9)


def test_lines_of_an_older_version_are_no_account(bench: Bench) -> None:
    """The call goes on: its next assessment explains no change, and the one after that does."""
    bench.start("c1")
    say(bench, "c1", turn(0, CANNOT))
    with bench.store.engine.begin() as connection:
        old = {"state": "live", "risk_score": 48, "risk_category": "medium"}
        older = {"lines": [47, 3, -2, 0], "shown": None, "setup_id": None, "payload": old}
        connection.execute(update(tables.assessments).values(**older))
    policy = LivePolicy(bench.clock, bench.clock.monotonic)
    again = follower(bench, policy)
    told = again.call("c1").told
    bench.intake.add_segments("c1", [turn(1, REFUSES)])
    bench.clock.pass_seconds(1)
    again.step()
    first = bench.told("risk_score_update")[-1].payload
    bench.intake.add_segments("c1", [turn(2, f"あの、{REFUSES}")])
    bench.clock.pass_seconds(1)
    again.step()
    second = bench.told("risk_score_update")[-1].payload

    assert told is None
    assert first["change"] == {"points": 0, "because": []}
    assert_adds_up(first)
    assert second["change"]["points"] == second["risk_score"] - first["risk_score"] > 0
    assert [line["segment_id"] for line in second["change"]["because"]] == ["s2"]
