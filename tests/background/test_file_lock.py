"""A lock between programs, also where the file system knows none."""

import errno
import sys
import threading
from pathlib import Path

import pytest

from callrisk.background.file_lock import HeldError, locked

WITHOUT = pytest.mark.skipif(sys.platform == "win32", reason="flock is not of Windows")


@pytest.fixture(params=[True, pytest.param(False, marks=WITHOUT)], ids=["locks", "no locks"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to hold, on a file system with and without locks."""
    if not request.param:

        def refused(*_: object) -> None:
            raise OSError(errno.ENOLCK, "No locks available")

        monkeypatch.setattr("fcntl.flock", refused)
    return tmp_path / "ring.json.lock"


def test_one_after_the_other(path: Path) -> None:
    """The second one waits, and says so once."""
    told, order = list[str](), list[str]()
    waits = threading.Event()

    def second() -> None:
        with locked(path, waits.set):
            order.append("second")

    with locked(path, lambda: told.append("waits")):
        other = threading.Thread(target=second)
        other.start()
        assert waits.wait(20)
        order.append("first")
    other.join(20)

    assert (order, told) == (["first", "second"], [])
    with locked(path, lambda: told.append("waits")):
        assert told == []


def test_who_waits_too_long_is_told_what_to_look_for(path: Path) -> None:
    """And the one who has it keeps it."""
    with locked(path, lambda: None):
        with pytest.raises(HeldError, match=r"ring\.json\.lock"), locked(path, lambda: None, 0.2):
            raise AssertionError
        with pytest.raises(HeldError), locked(path, lambda: None, 0.2):
            raise AssertionError


def test_an_error_frees_it(path: Path) -> None:
    """The next one does not wait."""
    with pytest.raises(ValueError, match="mine"), locked(path, lambda: None):
        raise ValueError("mine")
    waited = list[str]()
    with locked(path, lambda: waited.append("waits")):
        assert waited == []
