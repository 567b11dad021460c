"""A backup that was damaged is found out, wherever the damage is."""

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callrisk.bootstrap.backup.archive import Archive, opened
from callrisk.bootstrap.backup.manifest import manifest_from
from harness.kept_installation import Place, fill

_MOMENT = (2026, 1, 1, 0, 0, 0)
_EVERY = 211


@pytest.fixture
def backup(place: Place, tmp_path: Path) -> Path:
    """A backup of an installation with some calls."""
    fill(place.url)
    return place.back_up(tmp_path / "to")


def test_one_flipped_byte_is_found(place: Place, backup: Path, tmp_path: Path) -> None:
    """Also in the parts of the zip format that no program reads, and in the sum itself."""
    whole = backup.read_bytes()
    damaged = tmp_path / "damaged.zip"
    # The time in the first header, the last byte, the mark before the sum, and a byte in each part.
    places = [0, 10, len(whole) - 1, len(whole) - 70, len(whole) - 80]
    for position in [*places, *range(1, len(whole), len(whole) // _EVERY)]:
        flipped = bytearray(whole)
        flipped[position] ^= 1
        damaged.write_bytes(flipped)
        status, told = place.run("verify", damaged)
        assert status == 1, position
        assert all(line.startswith("NG ") and " / " in line for line in told.splitlines()), told
    damaged.write_bytes(whole)
    assert place.run("verify", damaged)[0] == 0


def test_the_damaged_member_is_named(place: Place, backup: Path, tmp_path: Path) -> None:
    """In both languages, and a restore changes nothing."""
    with zipfile.ZipFile(backup) as file:
        header = file.getinfo("models/champion.json").header_offset
    damaged = bytearray(backup.read_bytes())
    name_length, extra_length = struct.unpack("<HH", damaged[header + 26 : header + 30])
    damaged[header + 30 + name_length + extra_length + 5] ^= 0xFF
    backup.write_bytes(damaged)
    status, told = place.run("verify", backup)

    assert status == 1
    assert told.startswith("NG  models/champion.json: ")
    assert " / models/champion.json: " in told
    assert len(told.splitlines()) == 1
    status, told = place.run("restore", backup, "--replace")
    assert status == 1
    assert "nothing was changed" in told
    assert not [*(place.root / "data").glob("*before-restore*")]


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("length", [0, 10, 71, 5_000])
def test_a_cut_file_is_no_backup(place: Place, backup: Path, length: int) -> None:
    """Whatever is left of it."""
    backup.write_bytes(backup.read_bytes()[:length])
    status, told = place.run("verify", backup)

    assert (status, "cut short" in told) == (1, True)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_file_that_is_not_there_is_told(place: Place, tmp_path: Path) -> None:
    """By its name."""
    status, told = place.run("verify", tmp_path / "none.zip")

    assert (status, "none.zip" in told) == (1, True)


Change = Callable[[dict[str, Any]], object]


def forged(backup: Path, change: Change) -> Path:
    """The backup with another manifest, all sums right."""
    target = backup.with_name("forged.zip")
    with opened(backup) as read, Archive(target, _MOMENT) as archive:
        manifest = json.loads(read.manifest().to_json())
        change(manifest)
        for name in read.names[:-1]:
            with read.part(name) as member:
                archive.put(name, [member.read()])
        archive.seal(manifest_from(json.dumps(manifest).encode()))
    target.replace(backup)
    return backup


def test_another_number_of_rows_is_told(place: Place, backup: Path) -> None:
    """With the table, and both numbers."""
    forged(backup, lambda it: it["database"]["rows"].update(segments=4))
    status, told = place.run("verify", backup)

    assert status == 1
    assert "table segments has 5 rows, and the manifest says 4" in told
    assert len(told.splitlines()) == 1


def test_another_schema_is_told(place: Place, backup: Path) -> None:
    """And not restored."""
    forged(backup, lambda it: it["database"].update(schema="0001"))
    status, told = place.run("verify", backup)

    assert status == 1
    assert "スキーマ" in told
    assert "and the manifest says 0001" in told


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_newer_format_is_refused(place: Place, backup: Path) -> None:
    """With the version that wrote it."""
    forged(backup, lambda it: it.update(format=2, version="9.1"))
    status, told = place.run("restore", backup)

    assert status == 1
    assert "newer version (9.1)" in told


def test_a_member_too_many_is_told(place: Place, backup: Path) -> None:
    """As one too few would be."""
    forged(backup, lambda it: it["members"].pop("settings/config.py"))
    _, told = place.run("verify", backup)
    assert "settings/config.py: the manifest does not name it" in told

    forged(backup, lambda it: it["members"].update(x={"sha256": "", "length": 0}))
    _, told = place.run("verify", backup)
    assert "x: is missing" in told
