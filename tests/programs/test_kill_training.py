"""A training that is killed leaves no version, no champion and no results behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness import ROOT
from harness.small_world import few_customers
from harness.waiting import wait_until


@pytest.mark.slow
def test_a_killed_training_leaves_nothing(tmp_path: Path) -> None:
    """Killed while it trains, the command has written nothing where models and results lie."""
    log = tmp_path / "log.txt"
    folders = [tmp_path / name for name in ("models", "output")]
    command = [
        sys.executable, "src/main.py", "--quick", "--data", str(few_customers(tmp_path / "raw")),
        "--models", str(folders[0]), "--output", str(folders[1]),
    ]  # fmt: skip
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file)
    try:
        wait_until(lambda: process.poll() is not None or log.stat().st_size > 0)
        died_early = process.poll()
    finally:
        process.kill()
        process.wait()

    assert died_early is None
    assert [path for folder in folders for path in folder.rglob("*") if path.is_file()] == []
