"""The log as webhooks are told of it: each event once, in its order, without a word."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text, update

from callrisk.domain.event_types import EventType
from callrisk.domain.jobs.stored_job import JobOrder
from callrisk.domain.webhooks.webhook import WebhookEvent
from callrisk.store import tables
from callrisk.store.jobs.asked_jobs import AskedJobs
from callrisk.store.jobs.job_claims import JobClaims
from callrisk.store.keeping.old_calls import remove_calls
from callrisk.store.transaction import writing
from callrisk.store.webhooks import webhook_log
from callrisk.store.webhooks.kept_webhooks import MOST_OLD_SECRETS
from callrisk.store.webhooks.new_deliveries import Told
from callrisk.store.webhooks.webhook_tables import webhooks
from harness.crashes import dying_at
from harness.webhooks.hook_bench import NOON, SECRET, HookBench

URL = "https://hooks.example.com/x"
PROMISE, NO_PROMISE = "はい、来週の金曜日に必ず払います。", "今月は苦しくて払えません。"
CALL = (
    EventType.CALL_STARTED, EventType.ALERT, EventType.ESCALATION, EventType.NOTE_ADDED,
    EventType.CALL_ENDED,
)  # fmt: skip


@pytest.fixture
def bench(engine: Engine) -> HookBench:
    return HookBench(engine)


def told(bench: HookBench, webhook_id: int) -> list[tuple[str, dict[str, object]]]:
    """What waits for a webhook, the oldest first."""
    found = reversed(bench.store.kept.deliveries(webhook_id, 1_000))
    return [(str(one.event_type), one.facts) for one in found]


def test_a_call_is_told_in_its_order(bench: HookBench) -> None:
    """By numbers and a path; what nobody asked for is left out."""
    everything = bench.hook(URL)
    some = bench.hook(URL, WebhookEvent.ALERT_RAISED)
    numbers = bench.put(*(("c/1", kind) for kind in CALL))
    bench.store.log.step(bench.moment)

    path = {"call_id": "c/1", "url": "/api/calls/c%2F1"}
    assert told(bench, everything) == [
        ("call.started", path | {"seq": numbers[0]}),
        ("alert.raised", path | {"seq": numbers[1], "risk_category": "high"}),
        ("call.escalated", path | {"seq": numbers[2]}),
        ("call.ended", path | {"seq": numbers[4], "risk_category": None}),
    ]
    assert [kind for kind, _ in told(bench, some)] == ["alert.raised"]
    waiting = bench.store.kept.deliveries(everything, 9)
    assert len({one.message_id for one in waiting}) == 4
    assert all(one.at == NOON for one in waiting)


def test_nothing_is_told_twice(bench: HookBench) -> None:
    """However often the log is looked at, and though it tells of a beginning again."""
    webhook = bench.hook(URL)
    bench.put(("c-1", EventType.CALL_STARTED), ("c-1", EventType.CALL_STARTED))
    for _ in range(3):
        bench.store.log.step(bench.moment)
    bench.put(("c-1", EventType.CALL_STARTED), ("c-2", EventType.CALL_STARTED))
    bench.store.log.step(bench.moment)

    assert [facts["call_id"] for _, facts in told(bench, webhook)] == ["c-1", "c-2"]


def test_what_was_before_a_webhook_is_not_told(bench: HookBench) -> None:
    """It is told of what happens from then on."""
    bench.put(("old", EventType.CALL_STARTED))
    webhook = bench.hook(URL)
    bench.put(("new", EventType.CALL_STARTED))
    bench.store.log.step(bench.moment)

    assert [facts["call_id"] for _, facts in told(bench, webhook)] == ["new"]


def test_a_process_that_dies_before_its_commit_loses_and_repeats_nothing(
    bench: HookBench,
) -> None:
    """The deliveries and the number in the log are stored together."""
    webhook = bench.hook(URL)
    bench.put(("c-1", EventType.CALL_STARTED), ("c-1", EventType.CALL_ENDED))
    with dying_at("before_webhook_commit"):
        bench.store.log.step(bench.moment)
    assert told(bench, webhook) == []
    bench.restart("2")
    bench.store.log.step(bench.moment)
    bench.store.log.step(bench.moment)

    assert [kind for kind, _ in told(bench, webhook)] == ["call.started", "call.ended"]


def test_a_promise_is_told_once_a_turn(bench: HookBench) -> None:
    """Of the customer, asserted; also when the turn is told anew; and no word of it."""
    webhook = bench.hook(URL, WebhookEvent.PROMISE_MADE)
    bench.hear("c-1", NO_PROMISE, PROMISE, "ありがとうございます。")
    bench.store.log.step(bench.moment)
    bench.hear("c-1", NO_PROMISE + "すみません。", PROMISE + "約束します。", sequence=10)
    bench.store.log.step(bench.moment)

    ((kind, facts),) = told(bench, webhook)
    assert (kind, facts["segment_id"]) == ("promise.made", "s1")
    assert PROMISE not in str(facts)


def test_the_agent_promises_nothing(bench: HookBench) -> None:
    """Nor does a question."""
    webhook = bench.hook(URL, WebhookEvent.PROMISE_MADE)
    bench.hear("c-1", "来週払いますとおっしゃいましたか。", role="AGENT")
    bench.hear("c-2", NO_PROMISE)
    bench.store.log.step(bench.moment)

    assert told(bench, webhook) == []


def test_a_job_that_ended_is_told_once(bench: HookBench, engine: Engine) -> None:
    """Those that ended before the webhook was there are not."""
    jobs, claims = AskedJobs(engine), JobClaims(engine, "p:1", "p:")
    for _ in range(2):
        jobs.ask(JobOrder("train", {}), bench.moment)
    first = claims.claim(["train"], bench.moment)
    assert first is not None
    claims.done(first, {}, bench.moment)
    bench.hours_pass(1)
    webhook = bench.hook(URL, WebhookEvent.JOB_FINISHED)
    second = claims.claim(["train"], bench.moment)
    assert second is not None
    bench.store.log.step(bench.moment)
    assert told(bench, webhook) == []
    claims.failed(second, "見本の理由", bench.moment)
    for _ in range(2):
        bench.store.log.step(bench.moment)

    facts = {
        "job_id": second.job_id, "kind": "train", "state": "failed",
        "url": f"/api/jobs/{second.job_id}",
    }  # fmt: skip
    assert told(bench, webhook) == [("job.finished", facts)]


def test_a_webhook_that_is_off_goes_on_where_it_was(bench: HookBench) -> None:
    """What happened meanwhile is told once it is on."""
    webhook = bench.hook(URL)
    bench.store.kept.switch_off(webhook, bench.moment)
    bench.put(("c-1", EventType.CALL_STARTED))
    bench.store.log.step(bench.moment)
    assert told(bench, webhook) == []
    bench.store.kept.switch_on(webhook, bench.moment, catch_up=True)
    bench.store.log.step(bench.moment)

    assert len(told(bench, webhook)) == 1


def test_what_waits_is_bounded(bench: HookBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log keeps what follows."""
    monkeypatch.setattr(webhook_log, "MOST_WAITING", 3)
    monkeypatch.setattr(webhook_log, "_AT_ONCE", 2)
    webhook = bench.hook(URL)
    bench.put(*((f"c-{number}", EventType.CALL_STARTED) for number in range(9)))
    for _ in range(9):
        bench.store.log.step(bench.moment)

    assert len(told(bench, webhook)) == 4


def test_a_call_that_is_erased_is_told_no_more(bench: HookBench, engine: Engine) -> None:
    """Nothing waits of it."""
    webhook = bench.hook(URL)
    bench.put(("c-1", EventType.CALL_STARTED), ("c-2", EventType.CALL_STARTED))
    bench.store.log.step(bench.moment)
    with writing(engine) as connection:
        remove_calls(connection, ["c-1"])

    assert [facts["call_id"] for _, facts in told(bench, webhook)] == ["c-2"]


def test_an_event_that_is_erased_while_it_is_read_is_not_told(
    bench: HookBench, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading holds up no writer, so a call may go between the reading and the storing."""
    webhook = bench.hook(URL)
    bench.put(("c-1", EventType.CALL_STARTED), ("c-2", EventType.CALL_STARTED))
    read = webhook_log._told

    def erase_then(*args: Any) -> list[Told]:
        found = list(read(*args))
        with writing(engine) as connection:
            remove_calls(connection, ["c-1"])
        return found

    monkeypatch.setattr(webhook_log, "_told", erase_then)
    bench.store.log.step(bench.moment)

    assert [facts["call_id"] for _, facts in told(bench, webhook)] == ["c-2"]


def test_the_category_at_the_end_is_the_newest(bench: HookBench, engine: Engine) -> None:
    """Of what was judged."""
    webhook = bench.hook(URL, WebhookEvent.CALL_ENDED)
    bench.hear("c-1", NO_PROMISE)
    row = {
        "call_id": "c-1", "at": NOON, "elapsed_s": 1.0, "risk_score": 50, "model_version": "v",
        "lines": [], "payload": {}, "state": "live",
    }  # fmt: skip
    with writing(engine) as connection:
        rows = [row | {"seq": 900, "risk_category": "high"}]
        rows += [row | {"seq": 901, "risk_category": "medium"}]
        connection.execute(tables.assessments.insert(), rows)
    bench.put(("c-1", EventType.CALL_ENDED))
    bench.store.log.step(bench.moment)

    ((_, facts),) = told(bench, webhook)
    assert facts["risk_category"] == "medium"


def test_secrets_stand_encrypted_in_their_place(bench: HookBench, engine: Engine) -> None:
    """And open nowhere else."""
    first, second = bench.hook(URL), bench.hook(URL)
    target = bench.store.kept.target(first, bench.moment)
    assert target is not None
    assert target.secrets == (SECRET,)
    assert SECRET not in repr(target)
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT * FROM webhooks")).all()
    assert SECRET.encode() not in b"".join(bytes(one[6]) for one in stored)
    with writing(engine) as connection:
        table = tables.metadata.tables["webhooks"]
        sealed = connection.execute(
            select(table.c.sealed_secret).where(table.c.webhook_id == first)
        ).scalar_one()
        moved = update(table).where(table.c.webhook_id == second)
        connection.execute(moved.values(sealed_secret=sealed))
    with pytest.raises(RuntimeError, match="sealed elsewhere"):
        bench.store.kept.target(second, bench.moment)


def secrets_of(bench: HookBench, webhook_id: int) -> tuple[str, ...]:
    """The secrets that sign now."""
    target = bench.store.kept.target(webhook_id, bench.moment)
    assert target is not None
    return target.secrets


def replace_secret(bench: HookBench, webhook_id: int, secret: str) -> bool:
    """Have another secret sign, those before for a day."""
    until = bench.moment + timedelta(hours=24)
    return bench.store.kept.replace_secret(webhook_id, secret, until, bench.moment)


def test_old_secrets_sign_each_for_its_time(bench: HookBench) -> None:
    """Whichever of them a receiver has, replacing twice does not shut it out."""
    webhook = bench.hook(URL)
    assert replace_secret(bench, webhook, "whsec_dHdv")
    bench.hours_pass(10)
    assert replace_secret(bench, webhook, "whsec_dGhyZWU=")
    assert secrets_of(bench, webhook) == ("whsec_dGhyZWU=", "whsec_dHdv", SECRET)
    bench.hours_pass(14)
    assert secrets_of(bench, webhook) == ("whsec_dGhyZWU=", "whsec_dHdv")
    bench.hours_pass(10)
    assert secrets_of(bench, webhook) == ("whsec_dGhyZWU=",)


def test_a_secret_that_signs_is_not_pushed_out(bench: HookBench) -> None:
    """Of too many within a day the newest is refused."""
    webhook = bench.hook(URL)
    taken = [replace_secret(bench, webhook, f"whsec_{number}") for number in range(6)]
    assert taken == [True] * MOST_OLD_SECRETS + [False] * (6 - MOST_OLD_SECRETS)
    assert SECRET in secrets_of(bench, webhook)
    bench.hours_pass(24)

    assert replace_secret(bench, webhook, "whsec_7")


def test_secrets_that_sign_no_more_are_forgotten(bench: HookBench, engine: Engine) -> None:
    """The others are kept."""
    webhook = bench.hook(URL)
    replace_secret(bench, webhook, "whsec_dHdv")
    bench.hours_pass(12)
    replace_secret(bench, webhook, "whsec_dGhyZWU=")
    assert bench.store.kept.seal_anew(bench.moment) == 0
    bench.hours_pass(24)
    assert bench.store.kept.seal_anew(bench.moment) == 1
    with engine.connect() as connection:
        columns = (webhooks.c.sealed_old_secret, webhooks.c.old_secret_until)
        row = connection.execute(select(*columns)).one()

    assert tuple(row) == (None, None)
    assert bench.store.kept.seal_anew(bench.moment) == 0
    assert secrets_of(bench, webhook) == ("whsec_dGhyZWU=",)


def test_an_old_secret_that_an_older_version_stored_still_signs(
    bench: HookBench, engine: Engine
) -> None:
    """It names no moment of its own."""
    webhook, until = bench.hook(URL), bench.moment + timedelta(hours=24)
    with writing(engine) as connection:
        values = {"sealed_old_secret": webhooks.c.sealed_secret, "old_secret_until": until}
        connection.execute(update(webhooks).values(values))

    assert secrets_of(bench, webhook) == (SECRET, SECRET)
    bench.hours_pass(24)
    assert secrets_of(bench, webhook) == (SECRET,)


def test_a_webhook_is_switched_on_from_now(bench: HookBench, engine: Engine) -> None:
    """Neither calls nor jobs of before are told; what waited can be sent again."""
    webhook = bench.hook(URL)
    jobs, claims = AskedJobs(engine), JobClaims(engine, "p:1", "p:")
    bench.put(("before", EventType.CALL_STARTED))
    bench.store.log.step(bench.moment)
    bench.store.kept.switch_off(webhook, bench.moment)
    bench.put(("meanwhile", EventType.CALL_STARTED))
    jobs.ask(JobOrder("train", {}), bench.moment)
    job = claims.claim(["train"], bench.moment)
    assert job is not None
    claims.done(job, {}, bench.moment)
    bench.hours_pass(30)
    bench.store.kept.switch_on(webhook, bench.moment, catch_up=False)
    bench.put(("after", EventType.CALL_STARTED))
    bench.store.log.step(bench.moment)

    assert [facts["call_id"] for _, facts in told(bench, webhook)] == ["before", "after"]
    assert [state[1] for state in bench.states(webhook)] == ["given_up", "waiting"]
    assert bench.store.kept.send_again(webhook, bench.moment) == 1
    assert [state[1:] for state in bench.states(webhook)] == [("waiting", 0, None)] * 2


def test_since_when_a_webhook_is_off(bench: HookBench) -> None:
    """Switched off once more, it is off since the first time."""
    webhook, began = bench.hook(URL), bench.moment
    for _ in range(2):
        bench.store.kept.switch_off(webhook, bench.moment)
        bench.hours_pass(1)
    off = bench.store.kept.find(webhook)
    bench.store.kept.switch_on(webhook, bench.moment, catch_up=True)
    on = bench.store.kept.find(webhook)

    assert off is not None
    assert on is not None
    assert (off.off_since, on.off_since) == (began, None)


def test_jobs_are_looked_for_by_an_index(bench: HookBench, engine: Engine) -> None:
    """Each step looks for them, however many deliveries are kept."""
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a small table whole")
    bench.hook(URL)
    asked: list[str] = []
    listen = event.listens_for(engine, "before_cursor_execute")
    listen(lambda _c, _k, statement, *_: asked.append(statement))
    bench.store.log.step(bench.moment)
    (of_jobs,) = (one for one in asked if "FROM jobs" in one)
    parameters = [0] * of_jobs.count("?")
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {of_jobs}", tuple(parameters)).all()

    assert "webhook_deliveries_job (webhook_id=? AND job_id=?)" in str(plan)


def test_old_deliveries_are_deleted(bench: HookBench) -> None:
    """Those that ended, after their days; what waits stays."""
    webhook = bench.hook(URL)
    bench.put(("c-1", EventType.CALL_STARTED), ("c-2", EventType.CALL_STARTED))
    bench.store.log.step(bench.moment)
    assert bench.store.claims.claim(webhook, bench.moment)
    first = bench.store.claims.next(webhook, bench.moment)
    assert first is not None
    bench.store.claims.delivered(first, bench.moment, was_away=False)

    assert bench.store.kept.delete_old(1, bench.moment + timedelta(days=7)) == 0
    assert bench.store.kept.delete_old(1, bench.moment + timedelta(days=9)) == 1
    assert [facts["call_id"] for _, facts in told(bench, webhook)] == ["c-2"]
