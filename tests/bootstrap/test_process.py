"""The first steps of a command, tried in a process of its own."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callrisk.bootstrap.logs.kept_log import KeptLog
from harness import ROOT

SCRIPT = """
import logging, sys
from pathlib import Path
from callrisk.bootstrap.process import begin_process
begin_process(Path(sys.argv[1]))
logging.getLogger("callrisk").info("通話 call-1")
logging.getLogger("callrisk").debug("details")
Path(sys.argv[2]).write_text("x", encoding="utf-8")
print("高リスク")
"""


def begun(log: Path, made: Path) -> subprocess.CompletedProcess[bytes]:
    """What a command prints on a console that knows no Japanese."""
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", SCRIPT, str(log), str(made)]
    return subprocess.run(command, env=environment, capture_output=True, check=True)


def test_a_command_writes_utf8_and_a_log(tmp_path: Path) -> None:
    """The folder of the log is made; both sides hold what is worth a line."""
    log = tmp_path / "出力" / "server.log"

    done = begun(log, tmp_path / "made")

    assert done.stdout.decode("utf-8").strip() == "高リスク"
    assert "通話 call-1" in done.stderr.decode("utf-8")
    written = log.read_text(encoding="utf-8")
    assert "INFO callrisk 通話 call-1" in written
    assert "details" not in written


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_nobody_else_may_read_what_a_command_makes(tmp_path: Path) -> None:
    """Neither files nor folders."""
    log, made = tmp_path / "output" / "server.log", tmp_path / "made"

    begun(log, made)

    assert [path.stat().st_mode & 0o077 for path in (made, log, log.parent)] == [0, 0, 0]


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """It is told, and the command goes on."""
    (tmp_path / "taken").write_text("a file where the folder should be", encoding="utf-8")

    done = begun(tmp_path / "taken" / "server.log", tmp_path / "made")

    assert b"no log file" in done.stderr
    assert (tmp_path / "made").exists()


def lines_of(*logs: Path) -> list[str]:
    """All lines of some logs, in their order."""
    return [line for log in logs for line in log.read_text(encoding="utf-8").splitlines()]


def test_a_log_that_another_program_holds_loses_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While it cannot be renamed it grows, the older files stay, and later it is renamed again."""
    log = tmp_path / "server.log"
    handler = KeptLog(log, maxBytes=20, backupCount=2, encoding="utf-8")
    own = logging.Logger("own")
    own.addHandler(handler)
    for number in range(3):
        own.info("%d: ten letters", number)
    older = [tmp_path / "server.log.2", tmp_path / "server.log.1"]
    assert lines_of(*older, log) == [f"{number}: ten letters" for number in range(3)]

    with monkeypatch.context() as patch:
        for name in ("rename", "replace"):
            really = getattr(os, name)

            def unless_held(source: object, target: object, really: object = really) -> None:
                if str(source) == str(log):
                    raise PermissionError(13, "in use", str(source))
                really(source, target)  # type: ignore[operator]

            patch.setattr(os, name, unless_held)
        for number in range(3, 6):
            own.info("%d: ten letters", number)
    own.info("6: ten letters")
    handler.close()

    assert lines_of(*older, log) == [f"{number}: ten letters" for number in range(1, 7)]
    assert capsys.readouterr().err == ""
