"""One start of run.py in a folder at a time; the folder is free when that process ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness import ROOT
from harness.waiting import wait_until
from launcher.single_start import LOCK, only_start
from launcher.telling import UserError

HOLDER = """
import sys, time
from pathlib import Path
from launcher.single_start import only_start
with only_start(Path(sys.argv[1]), "http://localhost:5601"):
    Path(sys.argv[1], "held").touch()
    time.sleep(60)
"""


def test_a_second_start_is_refused_and_leaves_the_first_alone(tmp_path: Path) -> None:
    """It is told who holds the folder, in both languages; a killed holder holds it no more."""
    environment = dict(os.environ, PYTHONPATH=str(ROOT / "src"))
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], env=environment)
    try:
        wait_until((tmp_path / "held").exists)
        for _ in range(2):
            with pytest.raises(UserError) as error, only_start(tmp_path, "http://localhost:5701"):
                pytest.fail("two starts in one folder")
        assert holder.poll() is None
    finally:
        holder.kill()
        holder.wait()

    told = f"pid {holder.pid}, http://localhost:5601"
    assert error.value.args == (
        f"このフォルダーでは run.py がもう動いています（{told}）。"
        "そちらを使うか、そのウィンドウで Ctrl-C を押して止めてください。",
        f"run.py is running in this folder already ({told}). Use that one, or stop it with "
        "Ctrl-C in its window.",
    )
    with only_start(tmp_path, "next"):
        text = (tmp_path / LOCK).read_text(encoding="utf-8")
    assert text.strip() == f"pid {os.getpid()}, next"


def test_two_folders_do_not_hinder_each_other(tmp_path: Path) -> None:
    """A lock is that of its folder, and is free after its start."""
    with only_start(tmp_path / "a", "1"), only_start(tmp_path / "b", "2"):
        pass
    with only_start(tmp_path / "a", "3"):
        pass
