"""What a turn says, as sockets and REST tell it, and what health says of the language."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from callrisk.artifacts import save_version
from callrisk.bootstrap.configured_language import HeldLanguage, configured_language
from callrisk.bootstrap.server import create_app
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.language import Language, packaged
from callrisk.domain.language.japanese.inflection import FORM
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.domain.time import utc_now
from callrisk.ingest.language_watch import LanguageWatch
from callrisk.settings import load
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.statements.language_in_use import LanguageInUse
from callrisk.web.app import Server
from callrisk.wire.health import CheckResult
from harness.contract import watched
from harness.echo_language import NOTHING, EchoLanguage
from harness.small_versions import OLD, make_champion, small_model, some_rows
from harness.small_world import new_root

ECHO = EchoLanguage()
KIND = "transcript_segment"
HEAD = ",".join(FORM.columns)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server without a model that reads in the language of the tests; no thread runs."""
    built = create_app(load(new_root(tmp_path / "root")), language=HeldLanguage(ECHO))
    with watched(built) as departures:
        yield built
    assert departures == []
    built.state.store.engine.dispose()


def spoken(number: int, role: str, text: str) -> dict[str, Any]:
    """A turn as a telephony sends it."""
    begin = 1_000 * number
    return {
        "segment_id": f"s{number}", "role": role, "text": text, "begin_ms": begin,
        "end_ms": begin + 900,
    }  # fmt: skip


def test_statements_are_pushed_and_answered(server: Server) -> None:
    """By socket, in the call and in the log alike, the phrase as it stands in the text."""
    client, socket = server.app.test_client(), server.socketio.test_client(server.app)
    ids = {"call_id": "c1", "agent_id": "agent-1"}
    assert client.post("/api/start_call", json=ids).status_code == 200
    socket.emit("join_call", {"call_id": "c1"})
    turns = [
        spoken(1, "CUSTOMER", "払えません"), spoken(0, "AGENT", "お支払いは"),
        spoken(2, "CUSTOMER", NOTHING),
    ]  # fmt: skip
    for turn in turns:
        answer = client.post("/api/calls/c1/segments", json={"segments": [turn]})
        assert answer.get_json() == {"accepted": 1, "duplicates": 0}
    server.state.live.step()
    pushed = [one["args"][0] for one in socket.get_received() if one["name"] == KIND]
    logged = client.get("/api/events?after=0").get_json()["events"]
    answered = client.get("/api/calls/c1").get_json()["segments"]

    (statement,) = ECHO.answer("お支払いは", "払えません")
    expected = {
        "intent": statement.intent, "phrase": "払えません", "segment_id": "s1", "begin": 0,
        "end": 5, "mood": "asserted", "strength": statement.strength,
    }  # fmt: skip
    said = {"s0": [], "s1": [expected], "s2": []}
    assert {turn["segment_id"]: turn["statements"] for turn in answered} == said
    assert {turn["segment_id"]: turn["statements"] for turn in pushed} == said
    assert [turn["segment_id"] for turn in pushed] == ["s1", "s0", "s1", "s2"]
    assert [one["payload"] for one in logged if one["type"] == KIND] == pushed


def check(server: Server) -> CheckResult:
    """What health says of the language."""
    return server.state.health().checks["language"]


def test_a_language_in_use_is_healthy(server: Server) -> None:
    """Before the job has begun, while it reads, and after."""
    assert check(server).ok
    job = server.state.language.rereading
    hear(server, 0, EchoLanguage("echo-0"))
    assert job.step() == 1
    assert (check(server).ok, check(server).detail) == (True, "stored turns are read again")
    assert job.step() == 0
    assert (check(server).ok, check(server).detail) == (True, "")


def test_a_repeat_is_answered_as_one(server: Server) -> None:
    """It is kept with its words and says nothing."""
    client, music = server.app.test_client(), "ご視聴ありがとうございました"
    client.post("/api/start_call", json={"call_id": "c2", "agent_id": "agent-1"})
    turns = [spoken(number, "CUSTOMER", music) for number in range(2)]
    client.post("/api/calls/c2/segments", json={"segments": turns})
    first, again = client.get("/api/calls/c2").get_json()["segments"]

    assert (first["repeated"], len(first["statements"])) == (False, 1)
    assert (again["repeated"], again["statements"], again["text"]) == (True, [], music)


def hear(server: Server, number: int, language: Language, days: int = -1) -> None:
    """Take in a turn as another process does, some days from now."""
    turn = Segment(f"s{number}", number, ParticipantRole.CUSTOMER, "払えません", number, number)
    at = utc_now() + timedelta(days=days)
    event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, at, (turn,))
    Contacts(server.state.store.engine, language).take(Delivery([event], at))


def test_another_language_in_use_is_said(server: Server) -> None:
    """In both languages, with both versions."""
    LanguageInUse(server.state.store.engine).activate("echo-9", utc_now())
    found = check(server)

    assert not found.ok
    assert "echo-1" in (found.message or "")
    assert "echo-9" in (found.message or "")
    assert "echo-9 is in use" in (found.message_en or "")
    assert server.state.health().status == "degraded"


def test_turns_of_a_process_with_another_language_are_said(server: Server) -> None:
    """Once they come in after the language was put in use."""
    job = server.state.language.rereading
    job.step()
    hear(server, 0, EchoLanguage("echo-0"), days=1)
    job._rest_until = 0.0
    job.step()
    found = check(server)

    assert not found.ok
    assert "echo-0" in (found.message or "")


def test_a_model_of_another_language_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """On the log and in health; it serves, and one from before there were statements is fine."""
    root = new_root(tmp_path / "root")
    for version, language in ((OLD, "echo-0"), ("20260101-000000-none", None)):
        model = replace(small_model(version), language=language)
        save_version(root / "models", model, some_rows(), {})
    make_champion(root / "models", OLD)
    built = create_app(load(root), language=HeldLanguage(ECHO))
    built.state.champion.refresh()
    found = check(built)
    logged = [one for one in caplog.messages if "echo-0" in one]
    make_champion(root / "models", "20260101-000000-none")
    built.state.champion.refresh()

    assert "言語版が違います・再学習を" in (found.message or "")
    assert built.state.champion.current is not None
    assert "train again" in logged[0]
    assert check(built).ok
    built.state.store.engine.dispose()


@pytest.fixture
def own_table(tmp_path: Path) -> Path:
    """Where a company's own table lies; there is none yet."""
    settings = load(new_root(tmp_path / "root"))
    settings.own_predicates.parent.mkdir(parents=True)
    return settings.own_predicates


def test_a_table_with_a_fault_leaves_the_products_language(
    own_table: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Which line and what, on the log and in health; the name in use stays."""
    own_table.write_text(
        f"{HEAD}\n払う,五段,,promise,,,,1,9,払います,払いません\n", encoding="utf-8"
    )
    settings = load(tmp_path / "root")
    held = configured_language(settings)
    built = create_app(settings, language=held)
    in_use = LanguageInUse(built.state.store.engine)
    in_use.activate("own-1", utc_now())
    built.state.language.rereading.step()
    found, named = check(built), in_use.named()

    assert held.language == packaged()
    assert "predicates.csv, line 2" in caplog.text
    assert "predicates.csv 2 行目" in (found.message or "")
    assert "predicates.csv, line 2" in (found.message_en or "")
    assert named is not None
    assert named.version == "own-1"
    built.state.store.engine.dispose()


def test_a_table_that_cannot_be_read_is_a_fault(own_table: Path, tmp_path: Path) -> None:
    """Such as a folder of its name."""
    own_table.mkdir()
    held = configured_language(load(tmp_path / "root"))

    assert held.language == packaged()
    assert held.fault is not None
    assert "data/language/predicates.csv cannot be read" in held.fault.en


def test_a_table_without_a_fault_is_read(own_table: Path, tmp_path: Path) -> None:
    """Where there is one; else the product's language is all there is."""
    settings = load(tmp_path / "root")
    assert configured_language(settings) == HeldLanguage(packaged())
    row = "お布施,名詞,,promise,,,,1,1,お布施です,布施さんです"
    own_table.write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    held = configured_language(settings)

    assert held.fault is None
    assert held.language.version != packaged().version


def test_a_process_that_takes_calls_in_says_so_once(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """On its log, and again after another change; its check says the same."""
    in_use = LanguageInUse(server.state.store.engine)
    watch = LanguageWatch(in_use, ECHO.version)
    with caplog.at_level(logging.WARNING):
        for named in (None, "echo-1", "echo-2", "echo-2", "echo-3", "echo-1"):
            if named is not None:
                in_use.activate(named, utc_now())
            watch.step()
        calm = watch.check()
        in_use.activate("echo-2", utc_now())
        troubled = watch.check()

    named = [word for one in caplog.messages for word in ("echo-2", "echo-3") if word in one]
    assert named == ["echo-2", "echo-3", "echo-2"]
    assert (calm.ok, calm.text.en) == (True, "language echo-1")
    assert (troubled.ok, "echo-2" in troubled.text.en) == (False, True)
