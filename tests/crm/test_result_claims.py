"""Results under refusals, restarts, two servers and odd clocks: all arrive, the newest last."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callrisk.background.retry import RETRIES
from callrisk.crm.directory import WritingPace
from callrisk.crm.result_sender import ResultSender, problem_text
from callrisk.domain.call_record import CallResult
from callrisk.domain.outside import OutsideError, RefusedValueError
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.integrations.kintone.results_app import ResultsApp, ResultsPlan
from callrisk.settings.result_fields import RESULT_FIELDS
from callrisk.store.database import open_database
from callrisk.store.sending.outbox import RESULT_MESSAGE, Outbox, OutboxMessage, enqueue
from callrisk.store.sending.outbox_claims import LEASE
from callrisk.store.transaction import writing
from harness.key_rings import KEYS
from harness.kintone.client_settings import Hands
from harness.kintone.crm_bench import RESULTS, client_of, stand_in
from kintone_stand_in import Field, StandIn

PACE = WritingPace(rest_s=10.0, check_s=60.0)
REQUIRED = Field("SINGLE_LINE_TEXT", required=True)


@dataclass
class Sink:
    """A CRM that keeps results as they come; `refuses` decides on each request."""

    rows: list[tuple[str, int]] = field(default_factory=list)
    requests: int = 0
    refuses: OutsideError | None = None
    hold: threading.Event | None = None
    entered: threading.Event = field(default_factory=threading.Event)

    def write(self, results: Sequence[CallResult]) -> None:
        """Keep results, or refuse them."""
        self.requests += 1
        self.entered.set()
        if self.hold is not None:
            hold, self.hold = self.hold, None
            assert hold.wait(20)
        if self.refuses is not None:
            raise self.refuses
        self.rows += [(one.call_id, one.risk_score) for one in results]

    def problems(self) -> list[Text]:
        """Return nothing: every form fits."""
        return []


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database of its own."""
    opened = open_database(f"sqlite:///{tmp_path / '通話.db'}", KEYS)
    yield opened
    opened.dispose()


def hands_ahead() -> Hands:
    """A clock behind which everything lies that is put during the test."""
    return Hands(moment=utc_now() + timedelta(minutes=5))


def put(engine: Engine, call_id: str, score: int) -> None:
    """A result that waits."""
    result = CallResult(
        call_id, "1001", "a", score, "high", "高リスク", (), "v", "demonstrated",
        "2026-04-01T00:00:00Z",
    )  # fmt: skip
    with writing(engine) as connection:
        key = f"{call_id}-{score}"
        enqueue(connection, OutboxMessage(RESULT_MESSAGE, call_id, key, asdict(result)), utc_now())


def put_many(engine: Engine, count: int) -> None:
    """Results of many calls."""
    for number in range(count):
        put(engine, f"c-{number}", 50)


def run(sender: ResultSender, hands: Hands, seconds: float, step_s: float = 0.5) -> None:
    """Let a sender work for so long."""
    end = hands.at + seconds
    while hands.at < end:
        sender.step()
        hands.turn(step_s)


def is_open(engine: Engine) -> int:
    """Return how many results wait."""
    return Outbox(engine).pending(RESULT_MESSAGE)[0]


@pytest.fixture
def results_app() -> Iterator[tuple[StandIn, ResultsApp]]:
    """A results app that may be changed."""
    with stand_in() as kintone:
        plan = ResultsPlan({name: name for name in RESULT_FIELDS})
        app = ResultsApp(client_of(kintone), RESULTS, plan)
        yield kintone, app


def test_a_field_of_others_that_must_be_filled_costs_few_requests(
    engine: Engine, results_app: tuple[StandIn, ResultsApp]
) -> None:
    """Six hundred results wait an hour for a person, then all are written."""
    kintone, app = results_app
    hands = hands_ahead()
    sender = ResultSender(app, Outbox(engine), hands.clock(), RETRIES.result_write, PACE)
    put(engine, "first", 50)
    run(sender, hands, 20)
    form = kintone.apps[RESULTS].form.fields
    form["支店"] = REQUIRED
    put_many(engine, 600)
    kintone.forget_requests()
    run(sender, hands, 3600, 5.0)
    assert kintone.count(app=RESULTS) < 30
    assert is_open(engine) == 601  # with the first, which nobody has seen whole in the app since
    assert any("支店" in one.ja and "支店" in one.en for one in sender.unfit)

    del form["支店"]
    run(sender, hands, 1500, 5.0)
    assert is_open(engine) == 0
    assert len(kintone.apps[RESULTS]) == 601


def test_a_refusal_that_no_form_explains_costs_one_request_a_pause(engine: Engine) -> None:
    """A lookup without its source, a rule of an extension: a probe tells when it ends."""
    sink, hands = Sink(refuses=OutsideError("lookup", permanent=True)), hands_ahead()
    sender = ResultSender(sink, Outbox(engine), hands.clock(), RETRIES.result_write, PACE)
    put_many(engine, 600)
    run(sender, hands, 3600, 5.0)
    assert sink.requests < 35
    sink.refuses = None
    run(sender, hands, 1500, 5.0)
    assert is_open(engine) == 0
    assert len(sink.rows) == len(set(sink.rows)) == 600


def test_somebody_who_mended_it_need_not_wait(engine: Engine) -> None:
    """Asked to try again, everything goes at once."""
    sink, hands = Sink(refuses=OutsideError("no", permanent=True)), hands_ahead()
    sender = ResultSender(sink, Outbox(engine), hands.clock(), RETRIES.result_write, PACE)
    put_many(engine, 70)
    run(sender, hands, 1800, 5.0)
    sink.refuses = None
    sender.try_again()
    run(sender, hands, 25)
    assert is_open(engine) == 0


def test_a_row_that_is_named_holds_no_other_up(
    engine: Engine, results_app: tuple[StandIn, ResultsApp]
) -> None:
    """Of fifty in one request the wrong two wait, told in both languages with Kintone's words."""
    kintone, app = results_app
    hands = hands_ahead()
    sender = ResultSender(app, Outbox(engine), hands.clock(), RETRIES.result_write, PACE)
    for number in range(48):
        put(engine, f"c-{number}", 50)
    put(engine, "high", 5_000)
    put(engine, "low", -1)
    sender.step()
    assert kintone.count("records.json", "PUT", RESULTS) <= 3
    assert is_open(engine) == 2
    problem = problem_text(Outbox(engine).pending(RESULT_MESSAGE)[1] or "")
    assert "100以下である必要があります" in problem.ja
    assert "correct what is named" in problem.en
    run(sender, hands, 3600, 5.0)
    assert kintone.count("records.json", "PUT", RESULTS) < 40
    put(engine, "fresh", 50)
    hands.turn(20)
    sender.step()
    assert is_open(engine) == 2


def test_bad_rows_that_nobody_names_end_in_a_probe(engine: Engine) -> None:
    """Refused as a whole, the others go without the bad one in the end."""

    class Unnamed(Sink):
        def write(self, results: Sequence[CallResult]) -> None:
            self.refuses = None
            if any(one.call_id == "bad" for one in results):
                self.refuses = RefusedValueError("no")
            super().write(results)

    sink, hands = Unnamed(), hands_ahead()
    sender = ResultSender(sink, Outbox(engine), hands.clock(), RETRIES.result_write, PACE)
    put(engine, "bad", 50)
    put_many(engine, 40)
    run(sender, hands, 1200)
    assert len(sink.rows) == len(set(sink.rows)) == 40
    assert is_open(engine) == 1


def test_an_older_result_never_arrives_behind_a_newer_one(engine: Engine) -> None:
    """One server is slow with the old one; the other waits with the new one until it has ended."""
    hold = threading.Event()
    sink = Sink(hold=hold)
    slow = ResultSender(sink, Outbox(engine), pace=PACE, place="one:5000:")
    other = ResultSender(sink, Outbox(engine), pace=PACE, place="two:5000:")
    put(engine, "c-1", 40)
    thread = threading.Thread(target=slow.step)
    thread.start()
    assert sink.entered.wait(20)
    put(engine, "c-1", 80)
    put(engine, "c-2", 60)
    other.step()
    assert sink.rows == [("c-2", 60)]
    hold.set()
    thread.join(20)
    assert other.step() == 0  # within its rest
    later = ResultSender(sink, Outbox(engine), pace=PACE, place="three:5000:")
    later.step()
    assert sink.rows == [("c-2", 60), ("c-1", 40), ("c-1", 80)]
    assert is_open(engine) == 0


def test_two_servers_send_each_result_once(engine: Engine) -> None:
    """They look at the same moment, again and again."""
    sink, count = Sink(), 200
    put_many(engine, count)
    pace = WritingPace(rest_s=0.0, check_s=60.0)
    senders = [ResultSender(sink, Outbox(engine), pace=pace) for _ in range(3)]

    def work(sender: ResultSender) -> None:
        for _ in range(10):
            sender.step()

    threads = [threading.Thread(target=work, args=(one,)) for one in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sink.rows) == sorted({(f"c-{number}", 50) for number in range(count)})


def test_a_request_that_was_not_answered_does_not_win(engine: Engine) -> None:
    """What may still be under way is written over once more when it must have ended."""
    sink, hands = Sink(refuses=OutsideError("timed out")), hands_ahead()
    outbox = Outbox(engine)
    sender = ResultSender(sink, outbox, hands.clock(), RETRIES.result_write, PACE)
    put(engine, "c-1", 40)
    sender.step()
    sink.refuses = None
    put(engine, "c-1", 80)
    run(sender, hands, 30)
    assert sink.rows == [("c-1", 80)]
    sink.rows.append(("c-1", 40))  # the old request is carried out at last
    run(sender, hands, LEASE.total_seconds() - 40)
    assert sink.rows[-1] == ("c-1", 40)
    run(sender, hands, 60)
    assert sink.rows[-1] == ("c-1", 80)
    assert is_open(engine) == 0


def test_a_field_that_was_renamed_is_noticed_in_silence(
    engine: Engine, results_app: tuple[StandIn, ResultsApp]
) -> None:
    """One result is written after it, then no call ends: within a minute it is said, and kept."""
    kintone, app = results_app
    hands = hands_ahead()
    sender = ResultSender(app, Outbox(engine), hands.clock(), RETRIES.result_write, PACE)
    put(engine, "c-1", 50)
    run(sender, hands, 200)
    kintone.forget_requests()
    run(sender, hands, 600)
    assert kintone.count(app=RESULTS) == 0  # nothing was written since the last look

    put(engine, "c-2", 60)
    sender.step()
    kintone.rename(RESULTS, "risk_score", "score")
    put(engine, "c-3", 70)
    run(sender, hands, 15)
    assert (is_open(engine), sender.unfit) == (0, [])  # as far as anybody knows
    run(sender, hands, 60)
    assert any("risk_score" in one.ja and "risk_score" in one.en for one in sender.unfit)
    assert is_open(engine) == 2

    kintone.rename(RESULTS, "score", "risk_score")
    run(sender, hands, 200)
    records = {one["call_id"]: one["risk_score"] for one in kintone.apps[RESULTS].records()}
    assert records == {"c-1": "50", "c-2": "60", "c-3": "70"}
    assert (is_open(engine), sender.unfit) == (0, [])


def test_a_results_app_that_refuses_in_silence_is_said_and_asked_rarely(
    engine: Engine, results_app: tuple[StandIn, ResultsApp]
) -> None:
    """Its token is taken away behind the last result: few requests an hour, none of them lost."""
    kintone, app = results_app
    hands = hands_ahead()
    sender = ResultSender(app, Outbox(engine), hands.clock(), RETRIES.result_write, PACE)
    put(engine, "c-1", 50)
    sender.step()
    tokens = dict(kintone.apps[RESULTS].tokens)
    kintone.apps[RESULTS].tokens.clear()
    run(sender, hands, 3600, 5.0)
    assert kintone.count(app=RESULTS) < 25
    assert any("トークン" in one.ja and "token" in one.en for one in sender.unfit)
    put(engine, "c-2", 60)
    run(sender, hands, 700, 1.0)
    assert is_open(engine) == 1

    kintone.apps[RESULTS].tokens.update(tokens)
    run(sender, hands, 700, 1.0)
    assert (is_open(engine), sender.unfit) == (0, [])
    assert len(kintone.apps[RESULTS]) == 2


def test_a_field_that_was_renamed_before_a_restart_loses_nothing(
    engine: Engine, results_app: tuple[StandIn, ResultsApp]
) -> None:
    """Kintone drops what it has no field for; the next run finds out, and sends it again."""
    kintone, app = results_app
    hands = hands_ahead()
    first = ResultSender(app, Outbox(engine), hands.clock(), RETRIES.result_write, PACE)
    put(engine, "c-1", 50)
    first.step()
    kintone.rename(RESULTS, "risk_score", "score")
    put(engine, "c-2", 60)
    run(first, hands, 15)
    assert is_open(engine) == 0  # as far as anybody knows

    hands = hands_ahead()
    second = ResultSender(app, Outbox(engine), hands.clock(), RETRIES.result_write, PACE)
    second.step()
    assert any("risk_score" in one.en for one in second.unfit)
    kintone.rename(RESULTS, "score", "risk_score")
    run(second, hands, 200, 1.0)
    records = {one["call_id"]: one["risk_score"] for one in kintone.apps[RESULTS].records()}
    assert records == {"c-1": "50", "c-2": "60"}
    assert is_open(engine) == 0
