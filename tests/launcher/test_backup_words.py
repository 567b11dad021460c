"""`run.py backup`, `restore` and `verify`: what is passed on, and what holds the folder."""

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from harness import ROOT
from launcher.single_start import only_start


@pytest.fixture
def told(
    run_py: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[ModuleType, Path]:
    """run.py in a folder, whose Python writes down how it was called."""
    script = tmp_path / "python"
    called = tmp_path / "called.json"
    script.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"json.dump([os.getcwd(), *sys.argv[1:]], open({str(called)!r}, 'w'))\nsys.exit(3)\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    root = tmp_path / "root"
    root.mkdir()
    (root / "config.py").touch()
    monkeypatch.setattr(run_py, "ROOT", root)
    monkeypatch.setattr(run_py, "is_installed", lambda *_: True)
    monkeypatch.setattr(run_py, "venv_python", lambda _: str(script))
    return run_py, called


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
@pytest.mark.parametrize(
    ("words", "passed"),
    [
        (["backup"], ["backup"]),
        (["backup", "--to", "kept"], ["backup", "--to", "HERE/kept"]),
        (["verify", "kept/a.zip"], ["verify", "HERE/kept/a.zip"]),
        (["restore", "a.zip", "--replace"], ["restore", "HERE/a.zip", "--replace"]),
        (["restore", "a.zip", "--without-keys"], ["restore", "HERE/a.zip", "--without-keys"]),
    ],
)
def test_paths_are_those_of_the_user(
    told: tuple[ModuleType, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    words: list[str], passed: list[str],
) -> None:  # fmt: skip
    """The command runs in the product's folder, and its exit status is passed on."""
    run_py, called = told
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    assert run_py.main(words) == 3
    folder, *arguments = json.loads(called.read_text(encoding="utf-8"))
    assert folder == str(run_py.ROOT)
    wanted = [word.replace("HERE", str(here)) for word in passed]
    assert arguments == ["-m", "callrisk.bootstrap.backup", *wanted]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
def test_only_a_restore_needs_the_folder_alone(
    told: tuple[ModuleType, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """While run.py serves there, a backup is made all the same."""
    run_py, called = told
    with only_start(run_py.ROOT, "http://localhost:5000"):
        assert run_py.main(["restore", "a.zip"]) == 1
        assert not called.exists()
        assert "http://localhost:5000" in capsys.readouterr().out
        assert run_py.main(["backup"]) == 3


def test_it_is_the_command_that_the_environment_has() -> None:
    """The module that is named there is one of the product."""
    assert (ROOT / "src" / "callrisk" / "bootstrap" / "backup" / "__main__.py").is_file()
