"""A backup made while calls go on: a prefix of what was acknowledged, without a secret."""

import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from callrisk import __version__
from callrisk.store.queries import Queries
from harness import ROOT
from harness.kept_installation import SECRETS, NewPlace, Place, fill, opened, rows, turn, writing_to
from harness.waiting import wait_until

# Enough that the copy takes a while.
_BEFORE = 40


def test_a_backup_under_writing_holds_a_prefix(place: Place, other: Place, tmp_path: Path) -> None:
    """All that was acknowledged before it began is in it, and nothing is torn."""
    with writing_to(place.url) as writer:
        for round_of in range(3):
            wanted = (round_of + 1) * _BEFORE
            wait_until(lambda wanted=wanted: writer.acknowledged >= wanted)
            before = writer.acknowledged
            backup = place.back_up(tmp_path / str(round_of))
            after = writer.acknowledged
            assert place.run("verify", backup)[0] == 0
            assert other.run("restore", backup, "--replace")[0] == 0

            restored = rows(other.url)
            numbers = sorted(int(str(row[1])[1:]) for row in restored["segments"])
            # The one that was under way when it ended may be in it.
            assert before <= len(numbers) <= after + 1
            assert numbers == [*range(len(numbers))]
            # Each turn has its words, and its own event beside the beginning of the call.
            with opened(other.url, place.url) as engine:
                said = {one.text for one in Queries(engine).segments("c1")}
            assert said == {turn(number).text for number in numbers}
            told = [row for row in restored["events"] if "transcript_segment" in row]
            assert len(told) == len(numbers)
    assert writer.acknowledged > after, "the writer was held up to the end"


def test_the_manifest_says_what_is_in_it(place: Place, tmp_path: Path) -> None:
    """Versions, kind, moment, rows, and that secrets are kept elsewhere."""
    fill(place.url)
    backup = place.back_up(tmp_path)
    with zipfile.ZipFile(backup) as file:
        manifest = json.loads(file.read("manifest.json"))
        names = {*file.namelist()}
    with opened(place.url) as engine, engine.connect() as connection:
        schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    assert (manifest["version"], manifest["database"]["schema"]) == (__version__, schema)
    assert manifest["database"]["kind"] == place.url.partition(":")[0].removesuffix("+psycopg")
    assert manifest["database"]["rows"]["segments"] == 5
    made_at = datetime.fromisoformat(manifest["made_at"])
    assert abs((datetime.now(UTC) - made_at).total_seconds()) < 600
    assert backup.name == f"callrisk-{made_at:%Y%m%dT%H%M%SZ}.zip"
    assert names == {*manifest["members"], "manifest.json"}
    assert {
        "models/champion.json", "models/20260101-090000-abcdef/model.json", "settings/config.py",
        "settings/data/playbook.toml", "settings/data/language/predicates.csv",
        "settings/.streamlit/config.toml",
    } <= names  # fmt: skip
    assert ".env" in manifest["not_in_this_file"]["en"]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_no_secret_is_in_it(place: Place, tmp_path: Path) -> None:
    """Neither those of .env nor a settings file into which one was pasted."""
    fill(place.url)
    playbook = place.root / "data" / "playbook.toml"
    playbook.write_text(f"# {SECRETS['KINTONE_API_TOKEN']}\n", encoding="utf-8")
    status, told = place.run("backup", "--to", tmp_path / "to")
    with zipfile.ZipFile(max((tmp_path / "to").glob("*.zip"))) as file:
        contents = {name: file.read(name) for name in file.namelist()}

    assert status == 0
    assert "settings/data/playbook.toml" in told
    assert json.loads(contents["manifest.json"])["left_out"] == ["settings/data/playbook.toml"]
    for secret in SECRETS.values():
        assert [name for name, content in contents.items() if secret.encode() in content] == []
        assert secret not in told


def test_the_password_of_the_database_is_not_in_it(new_place: NewPlace, tmp_path: Path) -> None:
    """PostgreSQL here trusts everybody, whatever password is given."""
    place = new_place("A", "postgresql")
    fill(place.url)
    env = place.root / ".env"
    with_password = place.url.replace("postgres@", "postgres:geheim-9831@")
    env.write_text(
        env.read_text(encoding="utf-8").replace(place.url, with_password), encoding="utf-8"
    )
    config = place.root / "config.py"
    config.write_text(config.read_text(encoding="utf-8") + "# geheim-9831\n", encoding="utf-8")
    backup = place.back_up(tmp_path)
    with zipfile.ZipFile(backup) as file:
        assert all(b"geheim-9831" not in file.read(name) for name in file.namelist())
        assert "settings/config.py" not in file.namelist()


@pytest.mark.parametrize("kind", ["sqlite"])
def test_half_a_backup_has_no_name(place: Place, tmp_path: Path) -> None:
    """A file of the models that vanished: one line, and nothing is left in the folder."""
    fill(place.url)
    (place.root / "models" / "20260101-090000-abcdef" / "gone.ubj").symlink_to("nowhere")
    status, told = place.run("backup", "--to", tmp_path / "to")

    assert status == 1
    assert "gone.ubj" in told
    assert len(told.strip().splitlines()) == 1
    assert [*(tmp_path / "to").iterdir()] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_killed_backup_has_no_name(place: Place, tmp_path: Path) -> None:
    """It dies in the middle of the models; what it left is told from a backup by its name."""
    fill(place.url)
    # Opening it waits for somebody who writes, for ever.
    os.mkfifo(place.root / "models" / "20260101-090000-abcdef" / "slow.ubj")
    folder = tmp_path / "to"
    process = subprocess.Popen(
        [sys.executable, "-m", "callrisk.bootstrap.backup", "backup", "--to", folder],
        cwd=place.root, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    wait_until(lambda: any(path.stat().st_size for path in folder.glob(".*.part")))
    process.kill()
    process.wait()

    assert [*folder.glob("callrisk*")] == []
    assert [path.suffix for path in folder.glob(".callrisk-*.zip.*")] == [".part"]


def test_nothing_is_backed_up_of_a_newer_or_of_no_database(place: Place, tmp_path: Path) -> None:
    """One line says so."""
    status, told = place.run("backup", "--to", tmp_path / "to")
    assert (status, "there is no database yet" in told) == (1, True)

    with opened(place.url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    status, told = place.run("backup", "--to", tmp_path / "to")
    assert status == 1
    assert "newer version" in told
    assert "新しい版" in told
    assert [*(tmp_path / "to").iterdir()] == []
