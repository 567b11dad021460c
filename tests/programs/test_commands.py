"""The command: check says what is, replay plays, and each error is one clear line."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from callrisk.wire.examples import example_of
from harness.amazon.kinesis_local import KinesisLocal
from harness.installation import Installation, lay_out
from harness.key_rings import KEYS
from harness.small_world import World
from harness.waiting import eventually


def run(house: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a folder, without any credentials but those given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own = clean | {"AWS_EC2_METADATA_DISABLED": "true", "PYTHONUTF8": "1"} | environment
    return subprocess.run(
        [sys.executable, "amazon_connect_integration.py", *arguments], cwd=house, env=own,
        capture_output=True, encoding="utf-8", check=False, timeout=240,
    )  # fmt: skip


@pytest.fixture(scope="module")
def house(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with recorded calls and a model."""
    root = tmp_path_factory.mktemp("通話 取り込み")
    lay_out(root, world.settings.models_dir)
    (root / "data").mkdir()
    (root / "data" / "raw").symlink_to(world.settings.raw_dir, target_is_directory=True)
    return root


def test_check_without_credentials_plays_a_call(house: Path) -> None:
    """It says that this is development, and one recorded call is heard and scored."""
    done = run(house, "check")

    assert done.returncode == 0, done.stderr
    assert "DEMO" in done.stdout
    assert "お客様" in done.stdout
    assert "最終スコア" in done.stdout
    assert "final score" in done.stdout
    assert "Traceback" not in done.stderr


def test_check_says_what_is_wrong_and_what_to_do(house: Path, moto_url: str) -> None:
    """Each point in Japanese, then in English; a missing stream fails with the action to allow."""
    keys = {"AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "none"}
    done = run(house, "check", AWS_ENDPOINT_URL=moto_url, **keys)
    said = done.stdout.splitlines()
    lines = {line.split()[1]: line for line in said if not line.startswith(" ")}
    english = [line for line in said if line.startswith(" ")]

    assert done.returncode == 1
    assert len(english) == len(lines)
    assert all(line.isascii() for line in english)
    assert "まだ一度も読まれていません" in lines["lag"]
    assert any("nobody has read the stream yet" in line for line in english)
    assert lines["credentials"].startswith("ok")
    assert lines["instance"].startswith("--")
    assert lines["stream"].startswith("NG")
    assert "kinesis:DescribeStreamSummary" in lines["stream"]
    assert {"reading", "events", "lag", "quarantine"} <= set(lines)
    assert "Traceback" not in done.stderr


def test_check_goes_on_where_japanese_cannot_be_printed(house: Path, moto_url: str) -> None:
    """A code page without it shows question marks, and English as it is."""
    keys = {"AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "none"}
    legacy = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
    done = run(house, "check", AWS_ENDPOINT_URL=moto_url, **keys, **legacy)

    assert "nobody has read the stream yet" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_recordings_go_into_a_stream_and_come_out_as_calls(
    house: Path, kinesis: KinesisLocal, world: World, tmp_path: Path
) -> None:
    """Two recorded calls at sixty times their speed are heard, scored and ended by the server."""
    kinesis.create_stream("played", 1)
    place = Installation(lay_out(tmp_path, world.settings.models_dir), kinesis, "played")
    place.start()
    keys = {"AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "none"}
    try:
        done = run(
            house, "replay", "--to", "stream", "--calls", "2", "--speed", "60",
            KINESIS_STREAM_NAME="played", AWS_ENDPOINT_URL_KINESIS=kinesis.url, **keys,
        )  # fmt: skip
        by_rest = run(house, "replay", "--calls", "1", "--speed", "200", "--url", place.url)
        engine = open_database(place.database, KEYS)
        queries = Queries(engine)
        assert eventually(lambda: len(queries.calls("ended", 9, None)) == 3, 60)
        ended = queries.calls("ended", 9, None)
        engine.dispose()
    finally:
        place.stop()

    assert (done.returncode, by_rest.returncode) == (0, 0), done.stderr + by_rest.stderr
    assert {(call.source, call.demo) for call in ended} == {("connect", False), ("rest", True)}
    assert "(DEMO)" in by_rest.stdout
    assert "as real calls" in done.stdout
    for call in ended:
        assert call.summary is not None
        assert call.summary["final_risk_score"] is not None


class _Production(BaseHTTPRequestHandler):
    """A server for real calls that counts what it is asked beside its health."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        health = example_of("get_health", "answer") | {"environment": "production"}
        self.wfile.write(json.dumps(health).encode())

    def do_POST(self) -> None:
        self.asked.append(self.path)
        self.send_error(500)


def test_nothing_is_played_into_a_server_in_production(house: Path) -> None:
    """One clear line, before any call begins."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Production) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = run(house, "replay", "--url", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()

    assert (done.returncode, _Production.asked) == (1, [])
    assert "is in production" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("replay", "--to", "stream"), "--real-stream"),
        (("replay", "--url", "http://127.0.0.1:9"), "does not answer"),
        (("replay", "--recordings", "nowhere"), "callrisk.sample"),
        (("replay", "--contact", "c1"), "CONNECT_INSTANCE_ID"),
        (("ingest", "--without-stream"), "CONNECT_EVENTS_QUEUE_URL"),
    ],
)
def test_an_error_is_one_clear_line(house: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit 1, what is wrong and what to do, never a traceback."""
    done = run(house, *arguments)

    assert done.returncode == 1
    [line] = [one for one in done.stderr.splitlines() if one.startswith("error:")]
    assert said in line
    assert "Traceback" not in done.stderr
