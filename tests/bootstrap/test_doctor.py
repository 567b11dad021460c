"""The doctor on a whole installation, and on one with a fault in each of its parts."""

import hashlib
import json
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from sqlalchemy import text

from callrisk.bootstrap.doctor.database_points import database_folder
from callrisk.bootstrap.doctor.doctor_command import main
from callrisk.bootstrap.doctor.finding import State
from callrisk.bootstrap.doctor.machine_points import disk_point, is_ours
from callrisk.bootstrap.doctor.value_shapes import shape
from callrisk.data_folder import customer_table
from callrisk.domain.event_types import Source
from callrisk.domain.time import utc_now
from callrisk.store.calls import NewCall, Store
from callrisk.store.ciphers.key_ring import new_ring, ring_json
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.connect.source_reports import SourceReports, SourceState
from callrisk.store.database import close_database, open_database
from callrisk.store.sending.request_counts import RequestsMade
from callrisk.store.working.note_writing import NewNote
from harness import ROOT
from harness.amazon.connect_stub import ConnectStub
from harness.amazon.kinesis_local import CREDENTIALS
from harness.amazon.whole_instance import set_up_instance
from harness.key_rings import KEYS, older_ring
from harness.ports import free_port
from harness.small_world import World
from kintone_stand_in import StandIn, demo

WEBHOOK = "a-token-that-nobody-can-guess-0123456789"
Points = dict[str, dict[str, Any]]
Ask = Callable[..., tuple[int, Points]]


@pytest.fixture
def crm(world: World) -> Iterator[StandIn]:
    """A Kintone with the sample's customers and an app for results."""
    table = customer_table(world.settings.raw_dir)
    assert table is not None
    with demo(table) as started:
        yield started


@pytest.fixture
def root(world: World, tmp_path: Path) -> Path:
    """An installation that has served before: sample, model, and a database in its place."""
    root = tmp_path / "顧客 リスク"
    shutil.copytree(world.settings.root / "data", root / "data")
    shutil.copytree(world.settings.models_dir, root / "models")
    for name in ("config.py", "requirements.lock"):
        shutil.copy(ROOT / name, root)
    engine = open_database(f"sqlite:///{root / 'data' / 'processed' / 'callrisk.db'}", KEYS)
    now = datetime.now(UTC)
    SourceReports(engine).report(SourceState("stream", now, 0, None, {}))
    RequestsMade(engine).add(now.date(), {1: 40})
    engine.dispose()
    return root


@pytest.fixture
def reading(root: Path) -> Iterator[None]:
    """A reader of the stream, which reports every second however long the doctor takes."""
    engine = open_database(f"sqlite:///{root / 'data' / 'processed' / 'callrisk.db'}", KEYS)
    stopped = threading.Event()

    def report() -> None:
        while not stopped.wait(1):
            SourceReports(engine).report(SourceState("stream", datetime.now(UTC), 0, None, {}))

    reporting = threading.Thread(target=report)
    reporting.start()
    yield
    stopped.set()
    reporting.join()
    engine.dispose()


@pytest.fixture
def ask(
    root: Path, crm: StandIn, moto_url: str, connect: ConnectStub, capsys: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Ask]:  # fmt: skip
    """The doctor's exit status and its points by name, with what a test sets otherwise."""
    queue = set_up_instance(moto_url, connect)
    environment = {
        "KINTONE_BASE_URL": crm.url, "KINTONE_APP_ID": "1",
        "KINTONE_API_TOKEN": crm.apps[1].token, "KINTONE_RESULT_APP_ID": "2",
        "KINTONE_RESULT_API_TOKEN": crm.apps[2].token, "KINTONE_WEBHOOK_TOKEN": WEBHOOK,
        "AWS_ENDPOINT_URL": moto_url, "AWS_ENDPOINT_URL_CONNECT": connect.url,
        "AWS_ENDPOINT_URL_CONNECT_CONTACT_LENS": connect.url, "CONNECT_INSTANCE_ID": "0f3c",
        "KINESIS_STREAM_NAME": "heard", "CONNECT_EVENTS_QUEUE_URL": queue,
        "AWS_REGION": "ap-northeast-1", "DATABASE_URL": "", "CONNECT_STREAM_ARN": "",
    }  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def asked(*ports: int, **changed: str) -> tuple[int, Points]:
        for name, value in changed.items():
            monkeypatch.setenv(name, value)
        three = [str(port) for port in ports or (free_port(), free_port(), free_port())]
        status = main(["--json", "--ports", *three], root)
        told = json.loads(capsys.readouterr().out)
        return status, {one["name"]: one for one in told["points"]}

    yield asked
    boto3.client("sqs", endpoint_url=moto_url, **CREDENTIALS).delete_queue(QueueUrl=queue)


def files(root: Path) -> dict[str, tuple[int, str]]:
    """Every file with the time of its last change and its content's hash."""
    return {
        path.relative_to(root).as_posix(): (
            path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in root.rglob("*") if path.is_file()
    }  # fmt: skip


def with_state(points: Points, state: str) -> set[str]:
    """The names of the points that stand so."""
    return {name for name, one in points.items() if one["state"] == state}


@pytest.mark.usefixtures("reading")
def test_all_is_well(ask: Ask, crm: StandIn) -> None:
    """On a sample installation with Kintone and Connect every point is good."""
    status, points = ask()

    assert (status, with_state(points, "wrong")) == (0, set())
    assert with_state(points, "attention") == set()
    # No contact flow is named, and nothing is said of records in quarantine while there are none.
    assert with_state(points, "not set up") == {
        "connect flow", "connect quarantine", "openid",
    }  # fmt: skip
    assert "/api/webhooks/kintone/" in points["webhook"]["ja"]
    assert WEBHOOK not in json.dumps(points)
    assert "app 1: " in points["requests"]["en"]
    assert int(points["requests"]["en"].split("app 1: ")[1].split(",")[0]) > 40
    assert "レコード番号 (SINGLE_LINE_TEXT)" in points["kintone fields"]["en"]
    name = str(crm.apps[1].record(1)["氏名"])
    assert name not in json.dumps(points, ensure_ascii=False)


def test_nothing_is_written(ask: Ask, root: Path, crm: StandIn, connect: ConnectStub) -> None:
    """Files, records and contacts are as before, to the byte."""
    before = files(root), [app.records() for app in crm.apps.values()]
    ask()

    assert (files(root), [app.records() for app in crm.apps.values()]) == before
    assert connect.written == []


def test_a_sample_without_services_is_well(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody has set up is no fault."""
    for name in [*os.environ]:
        if name.startswith(("KINTONE_", "AWS_", "CONNECT_")):
            monkeypatch.delenv(name)
    status, points = ask()

    assert status == 0
    assert {"kintone", "connect"} <= with_state(points, "not set up")


def test_a_taken_port_is_named(ask: Ask) -> None:
    """Another program on a port: the line says how to take others."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, points = ask(port, free_port(), free_port())

    assert status == 1
    assert with_state(points, "wrong") == {f"port {port}"}
    assert "--ports 5001 8511 8512" in points[f"port {port}"]["do_ja"]


@pytest.mark.parametrize(
    ("setting", "value", "wrong", "words"),
    [
        ("API_PORT", "99999", "settings", "api_port"),
        ("DATABASE_URL", "foo", "database", "DATABASE_URL"),
        ("DATABASE_URL", "mysql://a:kept-back@b/c", "database", "DATABASE_URL"),
        ("DATABASE_URL", "postgresql://a:kept-back@127.0.0.1:9/c", "database", "127.0.0.1:9"),
        ("KINTONE_API_TOKEN", "wrong", "kintone token", "API"),
        ("KINTONE_RESULT_API_TOKEN", "wrong", "results app", "API"),
        ("KINTONE_BASE_URL", "http://127.0.0.1:9", "kintone address", "Kintone"),
        ("KINESIS_STREAM_NAME", "", "connect stream", "KINESIS_STREAM_NAME"),
        ("AWS_REGION", "ap_northeast_1", "connect credentials", "AWS_REGION"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(
    ask: Ask, setting: str, value: str, wrong: str, words: str
) -> None:
    """The point that it belongs to is wrong, says so in both languages, and what to do."""
    status, points = ask(**{setting: value})

    assert status == 1
    assert wrong in with_state(points, "wrong")
    for language in ("ja", "en"):
        assert words in points[wrong][language]
        assert points[wrong][f"do_{language}"]
    assert "kept-back" not in json.dumps(points)


def test_the_first_cause_ends_its_chain(ask: Ask) -> None:
    """Where a token is wrong fields and records are not asked; what stands apart is."""
    _, points = ask(**{"KINTONE_API_TOKEN": "wrong"})

    assert points["kintone address"]["state"] == "ok"
    assert points["kintone fields"]["en"] == "not asked: mend kintone token first"
    assert points["kintone records"]["state"] == "not set up"
    assert points["results app"]["state"] == "ok"
    assert points["connect stream"]["state"] == "ok"


def test_the_fullest_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders of the data may lie on another disk than the product."""
    full = tmp_path / "processed"
    room = {tmp_path: 10**12, full: 0}
    full.mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=room[place]))
    found = disk_point([tmp_path, full])

    assert found.state is State.WRONG
    assert str(full) in found.text.en
    assert database_folder(f"sqlite:///{full / 'callrisk.db'}") == full
    assert database_folder("postgresql+psycopg://x@127.0.0.1/x") is None


def test_a_fresh_installation_has_no_keys_to_mend(
    ask: Ask, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first start, which makes them."""
    monkeypatch.delenv("KEY_RING", raising=False)
    (root / "data" / "processed" / "callrisk.db").unlink()
    shutil.rmtree(root / "data" / "keys", ignore_errors=True)
    _, points = ask()

    assert [points[name]["state"] for name in ("key ring", "key store")] == ["ok", "ok"]


def test_a_newer_schema_is_named(ask: Ask, root: Path) -> None:
    """A program that is older than the database says so and is to be updated."""
    with sqlite3.connect(root / "data" / "processed" / "callrisk.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    status, points = ask()

    assert (status, with_state(points, "wrong")) == (1, {"schema"})
    assert "9999" in points["schema"]["ja"]
    assert "update callrisk" in points["schema"]["do_en"]


def test_a_damaged_database_is_named(ask: Ask, root: Path) -> None:
    """A file that is no database is to be restored."""
    (root / "data" / "processed" / "callrisk.db").write_bytes(b"no database" * 1000)
    status, points = ask()

    assert (status, points["database"]["state"]) == (1, "wrong")
    assert "docs/operation.md" in points["database"]["do_en"]


def test_a_missing_model_is_named(ask: Ask, root: Path) -> None:
    """Without a champion the line names the command that trains one."""
    (root / "models" / "champion.json").unlink()
    status, points = ask()

    assert (status, with_state(points, "wrong")) == (1, {"model"})
    assert "python src/main.py" in points["model"]["do_ja"]


def test_lost_data_keys_are_counted(ask: Ask, root: Path) -> None:
    """Of a call that has none any more, and of one whose new words got another."""
    engine = open_database(f"sqlite:///{root / 'data' / 'processed' / 'callrisk.db'}", KEYS)
    store, now = Store(engine), datetime.now(UTC)
    for call_id in ("k-1", "k-2"):
        store.start_call(NewCall(call_id, "1001", "a", Source.REST, False, now))
        store.add_note(NewNote(call_id, "note", "a", "子猫", now))
    with engine.connect() as connection:
        keys = cipher_of(connection).keys
    keys.retire(["k-1", "k-2"], now)
    with keys.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM data_keys WHERE call_id IN ('k-1', 'k-2')")
    store.add_note(NewNote("k-2", "note", "a", "子犬", now))
    close_database(engine)
    _, points = ask()

    assert points["key store"]["state"] == "attention"
    assert "lost: 2 (1 of them" in points["key store"]["en"]
    assert "keys restore" in points["key store"]["do_en"]


def test_production_is_told_to_train_with_real_exports(ask: Ask) -> None:
    """The sample that is there makes a model that production refuses."""
    _, points = ask(APP_ENV="production")

    for name in ("model", "export"):
        assert points[name]["state"] in ("wrong", "attention")
        assert "real call exports" in points[name]["do_en"]
        assert "実際の通話データ" in points[name]["do_ja"]
    assert "sample" in points["export"]["en"]


def test_production_without_customer_records_is_told(ask: Ask, root: Path) -> None:
    """The sample serves nobody there; a table of one's own does, also without Kintone."""
    names = ("BASE_URL", "APP_ID", "API_TOKEN", "RESULT_APP_ID", "RESULT_API_TOKEN")
    without = {f"KINTONE_{name}": "" for name in (*names, "WEBHOOK_TOKEN")}
    _, points = ask(APP_ENV="production", **without)
    sample = customer_table(root / "data" / "raw")
    assert sample is not None
    shutil.copy(sample, sample.with_name("顧客台帳.csv"))
    _, later = ask(APP_ENV="production", **without)

    assert points["customers"]["state"] == "attention"
    assert "Kintone" in points["customers"]["do_ja"]
    assert later["customers"]["state"] == "ok"
    assert "顧客台帳.csv" in later["customers"]["en"]


def test_a_key_store_waits_for_the_database_that_it_is_in(
    ask: Ask, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fault is one point to mend; a store of its own is named by itself, in both languages."""
    away = f"postgresql+psycopg://x:y@127.0.0.1:{free_port()}/x"
    monkeypatch.setenv("DATABASE_URL", away)
    _, points = ask()
    monkeypatch.setenv("KEY_STORE_URL", away)
    _, own = ask()

    assert points["database"]["state"] == "wrong"
    assert "create it" in points["database"]["do_en"]
    assert points["key store"]["state"] == "not set up"
    assert own["key store"]["state"] == "wrong"
    assert "開けません" in own["key store"]["ja"]
    assert "KEY_STORE_URL" in own["key store"]["do_ja"]


def test_a_column_that_is_missing_is_named(ask: Ask, root: Path) -> None:
    """An export with other headings is read nowhere; the line names the column."""
    export = next(path for path in (root / "data" / "raw").iterdir() if "未払い" in path.name)
    export.unlink()
    (root / "data" / "raw" / "export.csv").write_text("a,b,c,d,e\n1,2,3,4,5\n", encoding="utf-8")
    status, points = ask()

    assert (status, points["export"]["state"]) == (1, "wrong")
    assert "--inspect" in points["export"]["do_ja"]


def test_a_renamed_field_of_kintone_is_named(ask: Ask, crm: StandIn) -> None:
    """A mapped field that is gone, and one of the results app, are each a line."""
    crm.rename(1, "氏名", "お名前")
    crm.rename(2, "risk_score", "score")
    status, points = ask()

    assert status == 1
    assert with_state(points, "wrong") == {"kintone fields", "results app"}
    assert "氏名" in points["kintone fields"]["ja"]
    assert "risk_score" in points["results app"]["en"]


@pytest.mark.usefixtures("reading")
def test_blanks_and_duplicates_are_counted(ask: Ask, crm: StandIn) -> None:
    """A record without an id, and values that are blank, are to be looked at."""
    crm.apps[1].add({"氏名": "仮名 太郎"})
    status, points = ask()

    assert (status, with_state(points, "attention")) == (0, {"customer ids"})
    assert "1 records have no customer id" in points["customer ids"]["en"]
    assert "レコード番号 1" in points["blanks"]["ja"]


def test_a_clock_that_was_set_back_is_named(ask: Ask, root: Path) -> None:
    """A file of ours that was written tomorrow says that the clock is behind."""
    champion = root / "models" / "champion.json"
    later = champion.stat().st_mtime + 86_400
    os.utime(champion, (later, later))
    status, points = ask()

    assert (status, with_state(points, "wrong")) == (1, {"clock"})


def test_values_are_shown_by_their_shape() -> None:
    """Neither a letter nor a digit of a customer stands there."""
    assert shape("050-1234-5678") == "999-9999-9999"
    assert shape("仮名 Taro１") == "○○ xxxx9"
    assert shape("") == "-"


def test_the_lines_are_for_people(ask: Ask, root: Path, capsys: Any) -> None:
    """Without --json each point is a line in Japanese, then in English, then what to do."""
    (root / "models" / "champion.json").unlink()
    ports = [str(free_port()) for _ in range(3)]
    status = main(["--ports", *ports], root)
    told = capsys.readouterr().out

    assert status == 1
    assert "NG  model" in told
    assert told.index("モデルがありません") < told.index("there is no model")
    assert "→ train one: python src/main.py" in told
    assert "直す所が 1 件" in told
    # To be pasted into Kintone.
    assert told.count(f"https://<host>/api/webhooks/kintone/{WEBHOOK}") == 2


def test_keys_and_what_stands_in_clear_are_told(root: Path, ask: Ask) -> None:
    """Whole; then with a row of an older version, and with another ring."""
    _, points = ask()
    whole = [points[name]["state"] for name in ("key ring", "key store", "words")]
    engine = open_database(f"sqlite:///{root / 'data' / 'processed' / 'callrisk.db'}", KEYS)
    Store(engine).start_call(NewCall("c1", None, "a", Source.REST, False, utc_now(), "0312345678"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE calls SET phone = '0312345678'"))
    engine.dispose()
    _, clear = ask()
    status, other = ask(KEY_RING=ring_json(new_ring(utc_now())))
    _, older = ask(KEY_RING=ring_json(older_ring()))

    assert whole == ["ok"] * 3
    assert older["key ring"]["state"] == "attention"
    assert "--purpose visitors" in older["key ring"]["do_en"]
    assert (clear["words"]["state"], "calls 1" in clear["words"]["en"]) == ("attention", True)
    assert clear["key store"]["en"] == "1 data keys"
    assert (status, other["key store"]["state"]) == (1, "wrong")
    assert "data-tests" in other["key store"]["ja"]


def test_only_settings_are_asked_before_a_start(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that production lacks at once; nothing is printed where nothing is wrong."""
    monkeypatch.setenv("DATABASE_URL", "")
    assert main(["--settings"], root) == 0
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("APP_ENV", "production")

    assert main(["--settings"], root) == 1
    told = capsys.readouterr().out
    assert ("FLASK_SECRET_KEY" in told, "DATABASE_URL" in told, "port" in told) == (
        True, True, False,
    )  # fmt: skip


class _BehindLogin(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer as an app of production does, and anything else as another program."""
        is_app = self.path == "/tablet/_stcore/health"
        self.send_response(401 if is_app else 404)
        if is_app:
            self.send_header("WWW-Authenticate", 'Session realm="callrisk"')
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def test_an_app_behind_the_login_is_known() -> None:
    """As the one whose port it is."""
    server = HTTPServer(("127.0.0.1", 0), _BehindLogin)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port

    assert (is_ours("tablet", port), is_ours("analytics", port)) == (True, False)
    server.shutdown()
    server.server_close()
