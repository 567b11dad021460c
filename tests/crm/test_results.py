"""Results in Kintone: one record a call, whatever fails, and never a word of a person's."""

from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from callrisk.bootstrap.kintone import results_plan_of
from callrisk.crm.result_sender import ResultSender
from callrisk.domain.call_record import CallResult
from callrisk.domain.time import utc_now
from callrisk.integrations.kintone.results_app import ResultsApp
from callrisk.store import tables
from callrisk.store.database import open_database
from callrisk.store.sending.outbox import (
    RESULT_MESSAGE,
    Outbox,
    OutboxMessage,
    enqueue,
    waiting_from,
)
from callrisk.store.transaction import writing
from harness.crashes import dying_at
from harness.key_rings import KEYS
from harness.kintone.crm_bench import RESULTS, Desk, client_of
from harness.small_world import World
from kintone_stand_in import StandIn


def ended(desk: Desk, call_id: str, customer_id: str = "1001") -> dict:  # type: ignore[type-arg]
    """A call from start to end."""
    desk.post("start_call", call_id=call_id, customer_id=customer_id, agent_id="agent-1")
    return desk.post("end_call", call_id=call_id)["summary"]


def written(desk: Desk) -> list[dict]:  # type: ignore[type-arg]
    """The records of the results app."""
    return desk.kintone.apps[RESULTS].records()


def test_a_call_leaves_its_result(desk: Desk) -> None:
    """Score, category, reasons, model, verdict and time."""
    summary = ended(desk, "c-1")
    desk.until(lambda: len(written(desk)) == 1)
    (record,) = written(desk)
    assert record["event_key"] == record["call_id"] == "c-1"
    assert record["risk_score"] == str(summary["final_risk_score"])
    assert record["risk_label"] == summary["final_risk_label"]
    assert record["model_version"]
    assert record["skill"] in ("demonstrated", "unproven")
    assert record["scored_at"]


def test_a_word_after_the_end_changes_the_same_record_and_no_memo(desk: Desk) -> None:
    """What a person wrote there stays."""
    ended(desk, "c-1")
    desk.until(lambda: len(written(desk)) == 1)
    desk.kintone.apps[RESULTS].update(1, {"memo": "折り返し済み"})
    revision = int(written(desk)[0]["$revision"])
    turn = {
        "segment_id": "late",
        "role": "CUSTOMER",
        "text": "払えません",
        "begin_ms": 0,
        "end_ms": 9,
    }
    desk.post("calls/c-1/segments", segments=[turn])
    desk.until(lambda: int(written(desk)[0]["$revision"]) > revision)
    (record,) = written(desk)
    assert record["memo"] == "折り返し済み"


def test_outcome_and_promise_are_written_whenever_they_are_noted(desk: Desk) -> None:
    """In the call, after it, and taken back; the record is the same."""
    desk.post("start_call", call_id="c-1", customer_id="1001", agent_id="agent-1")
    noted = {"agent_id": "agent-1"}
    soon, later = (str((utc_now() + timedelta(days=days)).date()) for days in (20, 40))
    promise = noted | {"due_on": soon, "amount_yen": 34300}
    promised = desk.post("calls/c-1/promise", **promise)["note_id"]
    desk.post("end_call", call_id="c-1")

    def worked() -> list[tuple[object, ...]]:
        names = ("outcome", "outcome_label", "promise_date", "promise_amount")
        return [tuple(record[name] or "" for name in names) for record in written(desk)]

    desk.until(lambda: worked() == [("", "", soon, "34300")])
    desk.post("calls/c-1/outcome", **noted, outcome="promised")
    desk.until(lambda: worked() == [("promised", "お支払いのお約束", soon, "34300")])
    desk.post("calls/c-1/promise", **noted, due_on=later)
    desk.until(lambda: worked() == [("promised", "お支払いのお約束", later, "")])
    desk.post("calls/c-1/notes", **noted, text="メモ")
    desk.post("calls/c-1/undo", **noted, note_id=promised)
    o = tables.outbox.c
    with desk.server.state.store.engine.connect() as connection:
        keys = connection.execute(select(o.key).where(o.call_id == "c-1")).scalars().all()
    # Neither a note nor a promise that held no more makes another message.
    assert len([key for key in keys if ":note:" in key]) == 2


def test_a_form_without_fields_for_the_work_takes_results_as_before(
    kintone: StandIn, world: World
) -> None:
    """Only a field that config.py names has to be there."""
    for code in ("outcome", "outcome_label", "promise_date", "promise_amount"):
        kintone.rename(RESULTS, code, f"other_{code}")
    plan = results_plan_of(world.settings)
    app = ResultsApp(client_of(kintone), RESULTS, plan)
    result = CallResult(
        "c-1", "1001", "a", 70, "high", "高リスク", (), "v", "demonstrated",
        "2026-04-01T00:00:00Z", "promised", "2030-01-31", 34300,
    )  # fmt: skip
    assert app.problems() == []
    assert app.left_out == ["outcome", "outcome_label", "promise_date", "promise_amount"]
    app.write([result])
    named = ResultsApp(client_of(kintone), RESULTS, replace(plan, optional=()))

    assert [record["risk_score"] for record in kintone.apps[RESULTS].records()] == ["70"]
    assert len(named.problems()) == 4


@pytest.mark.parametrize("fault", ["drop_after", "half_body", "maintenance", "locked", "drop"])
def test_an_answer_that_gets_lost_doubles_nothing(desk: Desk, fault: str) -> None:
    """The write was kept, the answer was not: written again, it is the same record."""
    desk.kintone.faults.set(fault, times=1, path="records.json", method="PUT")
    ended(desk, "c-1")
    waiting = Outbox(desk.server.state.store.engine)
    desk.until(lambda: waiting.pending(RESULT_MESSAGE)[0] == 0, 30)
    assert [one["event_key"] for one in written(desk)] == ["c-1"]


def test_results_wait_for_a_kintone_that_is_away(desk: Desk) -> None:
    """Nothing is lost, and the health page says how many wait."""
    ended(desk, "c-0")
    desk.until(lambda: len(written(desk)) == 1)
    desk.kintone.stop()
    for number in range(1, 4):
        ended(desk, f"c-{number}")
    check = desk.client.get("/api/health").get_json()["checks"]["kintone"]
    assert check["results_waiting"] == 3
    desk.kintone.start()
    desk.until(lambda: len(written(desk)) == 4, 60)
    assert sorted(one["call_id"] for one in written(desk)) == ["c-0", "c-1", "c-2", "c-3"]


def test_a_field_that_was_renamed_loses_no_result(desk: Desk) -> None:
    """Kintone drops what is written to no field; what it dropped is written again."""
    ended(desk, "c-0")
    desk.until(lambda: len(written(desk)) == 1)
    desk.kintone.rename(RESULTS, "risk_score", "score")
    ended(desk, "c-1")

    def check() -> dict:  # type: ignore[type-arg]
        found: dict = desk.client.get("/api/health").get_json()["checks"]["kintone"]  # type: ignore[type-arg]
        return found

    desk.until(lambda: "risk_score" in check().get("message_en", ""))
    ended(desk, "c-2")
    desk.until(lambda: check()["results_waiting"] >= 2)
    desk.kintone.rename(RESULTS, "score", "risk_score")
    desk.until(lambda: check()["results_waiting"] == 0)
    assert {one["call_id"]: bool(one["risk_score"]) for one in written(desk)} == {
        "c-0": True, "c-1": True, "c-2": True,
    }  # fmt: skip
    assert check()["ok"]


def test_a_token_that_was_taken_away_loses_no_result(desk: Desk) -> None:
    """Refused is not done: it waits, it is said, and it arrives."""
    app = desk.kintone.apps[RESULTS]
    app.tokens.clear()
    ended(desk, "c-1")
    desk.until(lambda: not desk.client.get("/api/health").get_json()["checks"]["kintone"]["ok"])
    assert desk.client.get("/api/health").get_json()["checks"]["kintone"]["results_waiting"] == 1
    app.tokens[app.token] = app.permissions
    desk.until(lambda: len(written(desk)) == 1, 40)


def test_one_result_that_is_refused_holds_no_other_up(desk: Desk) -> None:
    """A value that the form does not take concerns its own record alone."""
    letters = Outbox(desk.server.state.store.engine)
    ended(desk, "c-1")
    desk.until(lambda: len(written(desk)) == 1)
    (good,) = ({**one, "risk_score": 50} for one in [payload_of(desk, "c-1")])
    with writing(desk.server.state.store.engine) as connection:
        for call_id, score in (("bad", 5_000), ("good", 50)):
            payload = good | {"call_id": call_id, "risk_score": score}
            enqueue(
                connection,
                OutboxMessage(RESULT_MESSAGE, call_id, f"{call_id}-1", payload),
                utc_now(),
            )
    desk.until(lambda: [one["call_id"] for one in written(desk)].count("good") == 1, 30)
    # What is written is marked as sent a moment later.
    desk.until(lambda: letters.pending(RESULT_MESSAGE)[0] == 1)
    assert "bad" not in [one["call_id"] for one in written(desk)]


def payload_of(desk: Desk, call_id: str) -> dict:  # type: ignore[type-arg]
    """The letter about a call."""
    o = tables.outbox.c
    with desk.server.state.store.engine.connect() as connection:
        rows = connection.execute(select(tables.outbox).where(o.call_id == call_id)).all()
        ((waiting,), _) = waiting_from(connection, rows)
    found: dict = waiting.message.payload  # type: ignore[type-arg]
    return found


def test_a_results_app_that_does_not_fit_is_named(kintone: StandIn, world: World) -> None:
    """A field that is gone, and a key that may stand twice."""
    kintone.rename(RESULTS, "risk_score", "score")
    app = ResultsApp(client_of(kintone), RESULTS, results_plan_of(world.settings))
    (problem,) = app.problems()
    assert "risk_score" in problem.ja
    assert "risk_score" in problem.en


def test_a_long_call_id_still_has_a_key() -> None:
    """Keys of Kintone end at 64 characters."""
    rest = (None, "agent-1", 50, "medium", "中リスク", (), "v1", "unproven", "2026-12-01T00:00:00Z")
    assert CallResult("c-1", *rest).event_key == "c-1"
    assert len(CallResult("c" * 200, *rest).event_key) == 64


@pytest.mark.parametrize("point", ["before_result_send", "between_result_send_and_mark"])
def test_a_writer_that_dies_leaves_one_record_a_call(
    kintone: StandIn, world: World, tmp_path: Path, point: str
) -> None:
    """Dead before the write or between write and mark, the next one doubles and loses nothing."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    outbox = Outbox(engine)
    app = ResultsApp(client_of(kintone), RESULTS, results_plan_of(world.settings))
    for number in (1, 2):
        result = CallResult(
            f"c-{number}", "1001", "a", 70 + number, "high", "高リスク", (), "v", "demonstrated",
            "2026-04-01T00:00:00Z",
        )  # fmt: skip
        with writing(engine) as connection:
            letter = OutboxMessage(RESULT_MESSAGE, f"c-{number}", f"k{number}", asdict(result))
            enqueue(connection, letter, utc_now())
    with dying_at(point):
        ResultSender(app, outbox, place="here:5000:").step()
    successor = ResultSender(app, outbox, place="here:5000:")
    successor.start()
    successor.step()
    found = {one["event_key"]: one["risk_score"] for one in kintone.apps[RESULTS].records()}

    assert found == {"c-1": "71", "c-2": "72"}
    assert outbox.pending(RESULT_MESSAGE)[0] == 0
    engine.dispose()
