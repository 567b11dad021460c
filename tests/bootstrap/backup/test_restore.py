"""A backup in its place again: the same rows, models and settings, and nothing lost of before."""

import os
import sqlite3
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from callrisk.settings import load
from callrisk.store.ciphers.key_ring import KeyPurpose, new_ring, ring_json
from callrisk.store.connect.quarantine import Seal, insert_quarantined
from callrisk.store.intake import Contacts
from harness import ROOT
from harness.echo_language import EchoLanguage
from harness.kept_installation import NOON, NewPlace, Place, fill, hear, opened, rows
from harness.key_rings import RING
from harness.old_database import moved


def files(place: Place) -> dict[str, bytes]:
    """The models and settings."""
    kept = [*(place.root / "models").rglob("*"), *(place.root / "data" / "language").rglob("*")]
    kept += [place.root / "config.py", place.root / "data" / "playbook.toml"]
    return {
        path.relative_to(place.root).as_posix(): path.read_bytes()
        for path in kept if path.is_file()
    }  # fmt: skip


def test_the_same_rows_come_back(place: Place, other: Place, tmp_path: Path) -> None:
    """To the byte, on a machine where nothing ran before, and numbers count on."""
    fill(place.url)
    backup = place.back_up(tmp_path / "to")
    status, told = other.run("restore", backup)

    assert status == 0, told
    assert rows(other.url) == rows(place.url)
    assert len(rows(other.url)["segments"]) == 5
    with opened(other.url, place.url) as engine:
        hear(Contacts(engine, EchoLanguage()), 9)
    numbers = [int(str(row[0])) for row in rows(other.url)["events"]]
    # Seven were given before the newest ones were deleted.
    assert max(numbers) > 6


def test_what_is_missing_of_the_keys_is_told(
    place: Place, other: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy of the keys, and before it the ring, which the backup does not hold."""
    fill(place.url)
    backup = place.back_up(tmp_path / "to")
    _, with_ring = other.run("restore", backup)
    monkeypatch.delenv("KEY_RING")
    _, without = other.run("restore", backup, "--replace")

    assert "keys restore" in with_ring
    assert "put your copy of the ring back" not in with_ring
    assert "put your copy of the ring back" in without
    assert "鍵束の控えをこの場所に戻して" in without
    assert without.rstrip().endswith("python run.py")


def test_models_and_settings_come_back(place: Place, other: Place, tmp_path: Path) -> None:
    """The files of before are kept in a folder; .env stays as it is."""
    fill(place.url)
    backup = place.back_up(tmp_path / "to")
    newer = other.root / "models" / "20260202-090000-abcdef"
    newer.mkdir()
    (newer / "model.json").write_text("newer", encoding="utf-8")
    (other.root / "models" / "champion.json").write_text("newer", encoding="utf-8")
    (other.root / "config.py").write_text("# newer\n" + files(other)["config.py"].decode(), "utf-8")
    (other.root / "data" / "language" / "more.csv").write_text("more", encoding="utf-8")
    env = (other.root / ".env").read_bytes()
    status, told = other.run("restore", backup)
    (kept,) = (other.root / "data").glob("before-restore-*")

    assert status == 0, told
    assert str(kept) in told
    assert files(other) == files(place)
    assert not newer.exists()
    assert (other.root / ".env").read_bytes() == env
    assert {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()} == {
        "models/champion.json", "models/20260202-090000-abcdef/model.json", "config.py",
        "data/language/more.csv",
    }  # fmt: skip


def test_a_database_with_rows_is_replaced_on_request_alone(
    place: Place, other: Place, tmp_path: Path, kind: str
) -> None:
    """And kept beside, with a name that is told."""
    fill(place.url)
    fill(other.url, turns=2)
    backup, before = place.back_up(tmp_path / "to"), rows(other.url)
    status, told = other.run("restore", backup)
    assert status == 1
    assert "--replace" in told
    assert rows(other.url) == before

    status, told = other.run("restore", backup, "--replace")
    assert status == 0, told
    assert rows(other.url) == rows(place.url)
    name = next(line for line in told.splitlines() if "kept: " in line).rpartition("kept: ")[2]
    kept = rows(f"sqlite:///{name}") if kind == "sqlite" else rows(other.url, schema=name)
    assert kept == before


def test_it_is_refused_while_a_server_answers(place: Place, tmp_path: Path) -> None:
    """Whatever options are given."""
    fill(place.url)
    backup = place.back_up(tmp_path / "to")

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer as the live server."""
            body = b'{"product": "callrisk", "status": "up"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", load(place.root).env.api_port), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        status, told = place.run("restore", backup, "--replace")
    finally:
        server.shutdown()
        server.server_close()

    assert (status, "the server is running" in told) == (1, True)
    assert place.run("restore", backup, "--replace")[0] == 0


def test_it_is_refused_while_a_program_has_the_database_open(place: Place, tmp_path: Path) -> None:
    """Such as the reader of the stream, which answers at no port."""
    fill(place.url)
    backup, before = place.back_up(tmp_path / "to"), rows(place.url)
    with opened(place.url) as engine, engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM calls"))
        status, told = place.run("restore", backup, "--replace")

    assert (status, "stop all programs" in told) == (1, True)
    assert rows(place.url) == before


def test_a_newer_schema_is_refused(place: Place, other: Place, tmp_path: Path) -> None:
    """In one line, by the restore as by every program that opens such a database."""
    fill(place.url)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("callrisk.store.database.is_known", lambda _: True)
        with opened(place.url) as engine, engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        backup = place.back_up(tmp_path / "to")
    status, told = other.run("restore", backup)

    assert status == 1
    assert [line for line in told.splitlines() if "9999" in line and "newer version" in line]
    assert other.run("backup")[1].count("there is no database yet") == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite"])
def test_an_older_program_does_not_serve_a_newer_database(place: Place) -> None:
    """It ends with one line."""
    with opened(place.url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for name in ("realtime_api_server.py", "amazon_connect_integration.py"):
        (place.root / name).write_bytes((ROOT / name).read_bytes())
    for command in (["realtime_api_server.py"], ["amazon_connect_integration.py", "ingest"]):
        ended = subprocess.run(
            [sys.executable, *command], cwd=place.root, capture_output=True, check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
            encoding="utf-8", timeout=60,
        )  # fmt: skip
        lines = [line for line in ended.stderr.splitlines() if "newer version" in line]

        assert ended.returncode == 1
        assert len(lines) == 1
        assert "Traceback" not in ended.stderr


def test_a_backup_of_an_older_schema_is_restored(
    place: Place, other: Place, tmp_path: Path
) -> None:
    """As it was; the next start brings it to the newest."""
    fill(place.url)
    with opened(place.url) as engine:
        moved(engine, "0007")
    backup = place.back_up(tmp_path / "to")
    status, told = other.run("restore", backup)

    assert status == 0, told
    assert place.run("verify", backup)[0] == 0
    assert rows(other.url) == rows(place.url)


def test_keys_that_the_ring_lacks_are_named_first(
    place: Place, other: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is done where values would be unreadable; data keys may be wrapped anew by now."""
    fill(place.url)
    with opened(place.url) as engine, engine.begin() as connection:
        insert_quarantined(connection, [Seal(engine).poison("s", "1", "?", b"{")], NOON)
    backup = place.back_up(tmp_path / "to")
    data, quarantine = (RING.active(one) for one in (KeyPurpose.DATA, KeyPurpose.QUARANTINE))
    before = rows(other.url)
    monkeypatch.setenv("KEY_RING", ring_json(new_ring(NOON)))
    status, refused = other.run("restore", backup)

    assert status == 1
    assert quarantine.key_id in refused
    assert rows(other.url) == before
    status, told = other.run("restore", backup, "--without-keys")
    assert status == 0, told
    assert data.key_id in told
    monkeypatch.setenv("KEY_RING", ring_json(RING))
    status, told = other.run("restore", backup, "--replace")
    assert (status, "鍵束に" in told) == (0, False), told


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_backup_of_the_other_kind_is_refused(
    new_place: NewPlace, tmp_path: Path, source: str, target: str
) -> None:
    """With both kinds in one line."""
    place, other = new_place("A", source), new_place("B", target)
    fill(place.url)
    status, told = other.run("restore", place.back_up(tmp_path / "to"))

    assert status == 1
    assert f"a backup of {source} cannot be restored into {target}" in told


def test_a_damaged_database_is_kept_beside_as_it_is(new_place: NewPlace, tmp_path: Path) -> None:
    """With its journal, since that is why one restores."""
    place = new_place("A", "sqlite")
    fill(place.url)
    backup, before = place.back_up(tmp_path / "to"), rows(place.url)
    database = place.root / "data" / "processed" / "callrisk.db"
    database.write_bytes(b"no database " * 1_000)
    assert place.run("restore", backup)[0] == 1
    status, told = place.run("restore", backup, "--replace")
    (kept,) = database.parent.glob("callrisk.before-restore-*.db")

    assert status == 0, told
    assert rows(place.url) == before
    assert kept.read_bytes() == b"no database " * 1_000


def test_a_restore_that_fails_changes_nothing(
    new_place: NewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL takes all rows or none; SQLite's file comes whole or not at all."""
    place = new_place("A", "sqlite")
    fill(place.url)
    backup, before = place.back_up(tmp_path / "to"), rows(place.url)
    database = place.root / "data" / "processed" / "callrisk.db"

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        status, told = place.run("restore", backup, "--replace")
    assert (status, "No space left" in told) == (1, True)
    names = {path.name for path in database.parent.iterdir()}
    assert names == {"callrisk.db", "callrisk.keys.db"}
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM segments").fetchone() == (5,)
    assert rows(place.url) == before


def test_rows_that_postgres_refuses_change_nothing(
    new_place: NewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables of before are back in their schema."""
    place = new_place("A", "postgresql")
    fill(place.url)
    backup, before = place.back_up(tmp_path / "to"), rows(place.url)
    refused = "callrisk.store.copies.postgres_restore.rows_of"
    with monkeypatch.context() as patched:
        patched.setattr(refused, lambda *_: iter([{"call_id": None}] * 3))
        patched.setattr("callrisk.store.copies.postgres_restore.columns_of", lambda *_: ["call_id"])
        status, told = place.run("restore", backup, "--replace")

    assert (status, "nothing was changed" in told) == (1, True)
    assert rows(place.url) == before
