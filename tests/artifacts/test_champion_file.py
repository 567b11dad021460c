"""The file of the champion and its history: written, damaged, older, and cut off by a power cut."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callrisk.artifacts.champion import (
    Action,
    Champion,
    champion,
    champion_if_readable,
    history,
    install_champion,
)
from callrisk.artifacts.files import ArtifactError
from callrisk.artifacts.versions import fingerprint, is_version_name, new_version, version_names

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def installed(models: Path, version: str, before: str | None = None) -> Champion:
    """A champion as a person installs it."""
    return install_champion(models, Champion(version, before, "花子", AT, Action.PROMOTED), before)


def test_what_is_installed_is_read_and_recorded(tmp_path: Path) -> None:
    """The newest change first."""
    assert (champion(tmp_path), history(tmp_path)) == (None, [])
    first, second = installed(tmp_path, "v1"), installed(tmp_path, "v2", "v1")
    changes = history(tmp_path)

    assert champion(tmp_path) == second != first
    assert [(one.version, one.previous, one.by, one.at) for one in changes] == [
        ("v2", "v1", "花子", AT), ("v1", None, "花子", AT),
    ]  # fmt: skip


def test_a_change_without_its_line_is_told_once(tmp_path: Path) -> None:
    """The power may go in between; a line that was cut off is left out."""
    installed(tmp_path, "v1")
    line = (tmp_path / "history.jsonl").read_text(encoding="utf-8")
    (tmp_path / "history.jsonl").write_text(f"{line}{line[:20]}", encoding="utf-8")
    described = json.loads((tmp_path / "champion.json").read_text(encoding="utf-8"))
    described |= {"version": "v2", "previous": "v1"}
    (tmp_path / "champion.json").write_text(json.dumps(described), encoding="utf-8")

    assert [(one.version, one.previous) for one in history(tmp_path)] == [
        ("v2", "v1"),
        ("v1", None),
    ]
    (tmp_path / "champion.json").write_text('{"version": "v3"}', encoding="utf-8")
    assert [one.version for one in history(tmp_path)] == ["v1"]


@pytest.mark.parametrize(
    ("text", "is_readable"),
    [
        ('{"version": "v1"}', True), ('{"version": "v1", "previous": "v0"}', True),
        ('{"version": "../v1"}', False), ('{"version": "v1", "previous": "../v0"}', False),
        ('{"version": "v1", "reason": "odd"}', False), ("{", False), ("{}", False),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused(text: str, is_readable: bool, tmp_path: Path) -> None:
    """One of before names the versions alone."""
    (tmp_path / "champion.json").write_text(text, encoding="utf-8")

    assert (champion_if_readable(tmp_path) is not None) is is_readable
    if not is_readable:
        with pytest.raises(ArtifactError):
            champion(tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("v1", True), ("x" * 100, True), ("x" * 101, False), ("", False), (".v", False),
     ("a/b", False), ("v1\n", False), (1, False)],
)  # fmt: skip
def test_the_name_of_a_version_is_one_plain_name(name: object, expected: bool) -> None:
    """A hundred letters at most."""
    assert is_version_name(name) is expected


def test_versions_are_listed_newest_first(tmp_path: Path) -> None:
    """Without files, and without the folder of another portfolio."""
    for name in ("20260101-1", "20260102-1", "other/20260103-1", ".draft"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "20260101-1" / "manifest.json").write_text("{}", encoding="utf-8")
    (tmp_path / "20260101-1" / "folder").mkdir()

    assert version_names(tmp_path) == ["20260102-1", "20260101-1"]
    assert version_names(tmp_path / "gone") == []


def test_a_new_name_differs_with_time_and_content() -> None:
    """And begins with the moment."""
    names = {new_version(AT, "a" * 64), new_version(AT, "b" * 64)}

    assert len(names) == 2
    assert all(name.startswith("20260102-030405-") and len(name) == 22 for name in names)


def test_the_fingerprint_changes_with_any_file(tmp_path: Path) -> None:
    """One that is there, changes its size, or goes."""
    seen = [fingerprint(tmp_path, "v1")]
    (tmp_path / "v1").mkdir()
    seen.append(fingerprint(tmp_path, "v1"))
    for text in ("a", "ab"):
        (tmp_path / "v1" / "f").write_text(text, encoding="utf-8")
        seen.append(fingerprint(tmp_path, "v1"))

    assert seen[0] == seen[1] == ("v1",)
    assert len(set(seen)) == 3
    assert fingerprint(tmp_path, "v1") == seen[-1]
