"""Names of those who answer for a version, and lines appended after a power cut."""

from pathlib import Path

import pytest

from callrisk.artifacts.files import ArtifactError, append_line, write_file
from callrisk.artifacts.promotion import person


@pytest.mark.parametrize(
    ("name", "expected"),
    [("  山田  花子 ", "山田 花子"), ("x" * 100, "x" * 100), ("Ann callrisk", "Ann callrisk")],
)
def test_the_name_of_a_person_is_taken(name: str, expected: str) -> None:
    """With one blank between its parts."""
    assert person(name) == expected


@pytest.mark.parametrize(
    "name", [None, "", "  ", "x" * 101, "a\u200bb", "callrisk", "CallRisk: first model"]
)
def test_what_is_no_name_of_a_person_is_refused(name: str | None) -> None:
    """Nothing, too much, what cannot be seen, and the name of the program."""
    with pytest.raises(ArtifactError):
        person(name)


def test_a_line_stays_a_line_of_its_own(tmp_path: Path) -> None:
    """Though the one before it was cut off."""
    log = tmp_path / "log"
    append_line(log, "one")
    append_line(log, "two")
    with log.open("ab") as file:
        file.write(b"thr")
    append_line(log, "four")

    assert log.read_bytes() == b"one\ntwo\nthr\nfour\n"


def test_a_file_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """In folders that are made on the way, at need."""
    target = tmp_path / "a" / "b" / "file"
    write_file(target, "first\n")
    write_file(target, b"second\n")

    assert target.read_bytes() == b"second\n"
    assert [path.name for path in target.parent.iterdir()] == ["file"]
