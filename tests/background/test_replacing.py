"""Files and folders are renamed into place, also where somebody holds them for a moment."""

import ast
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from callrisk.artifacts import ArtifactError, write_folder
from callrisk.background.clock import Clock
from callrisk.background.replacing import replace_when_free
from callrisk.background.retry import RETRIES
from callrisk.dashboards.uploads import keep
from harness import ROOT

REPLACE = os.replace


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the system refuse so many renames, as Windows does while a file is open elsewhere."""

    def refuse(times: int) -> None:
        left = [times]

        def replace(source: Path, target: Path) -> None:
            if left[0]:
                left[0] -= 1
                raise PermissionError(13, "in use", str(source))
            REPLACE(source, target)

        monkeypatch.setattr(os, "replace", replace)

    return refuse


def test_a_file_held_for_a_moment_is_replaced(tmp_path: Path, held: Callable[[int], None]) -> None:
    """It is tried again, with waits that grow, for ten seconds; then the error comes out."""
    draft, target, slept = tmp_path / "draft", tmp_path / "target", list[float]()
    draft.write_text("new", encoding="utf-8")
    clock = Clock(sleep=slept.append)

    held(RETRIES.file_replace.attempts or 0)
    with pytest.raises(PermissionError, match="in use"):
        replace_when_free(draft, target, clock=clock)
    assert 5 < sum(slept) < 15
    assert draft.exists()

    held(3)
    replace_when_free(draft, target, clock=clock)
    assert target.read_text(encoding="utf-8") == "new"


def test_results_and_uploads_wait_for_a_scanner(
    tmp_path: Path, held: Callable[[int], None]
) -> None:
    """A training does not lose an hour of work because its new folder is looked at."""
    held(2)
    write_folder(tmp_path / "run", {"scores.csv": "1"})
    assert (tmp_path / "run" / "scores.csv").read_text(encoding="utf-8") == "1"

    held(2)
    assert keep(tmp_path, "calls.csv", b"1").read_bytes() == b"1"


def test_a_folder_that_stays_held_is_kept(
    tmp_path: Path, held: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear line says what to do, and the finished draft is still there."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    draft = tmp_path / ".run.draft"
    held(1000)

    with pytest.raises(ArtifactError, match=r"rename \.run\.draft to run") as error:
        write_folder(tmp_path / "run", {"scores.csv": "1"})
    assert "内容は残っています" in error.value.text.ja
    assert (draft / "scores.csv").is_file()


def renames(path: Path) -> bool:
    """Return whether a file has a path renamed: of all that is called replace, paths take one."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("replace", "rename", "move")
        and (len(node.args) == 1 or ast.unparse(node.func.value) in ("os", "shutil"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_nothing_is_renamed_without_waiting() -> None:
    """Paths are renamed in the one place that tries again, and where a log goes on without."""
    package = ROOT / "src"
    files = {
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if renames(path)
    }

    assert files == {"callrisk/background/replacing.py", "callrisk/bootstrap/logs/kept_log.py"}
