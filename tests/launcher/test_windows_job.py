"""Under Windows no program outlives run.py, however that ends."""

import ctypes
import subprocess
import sys

import psutil
import pytest

from harness import ROOT
from harness.waiting import wait_until
from launcher.windows_job import BasicLimits, ExtendedLimits

PARENT = """
import subprocess, sys, time
from launcher.windows_job import end_with_us
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
end_with_us(child)
print(child.pid, flush=True)
time.sleep(120)
"""


def test_the_limits_have_the_size_that_windows_expects() -> None:
    """On a 64-bit system: 64 bytes, 48 of counters and 32 of memory; the flags stand at 16."""
    assert ctypes.sizeof(BasicLimits) == 64
    assert ctypes.sizeof(ExtendedLimits) == 144
    assert BasicLimits.flags.offset == 16


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows has jobs")
def test_a_program_ends_with_the_one_that_started_it() -> None:
    """Killed, as when its window is closed, run.py takes its programs along."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=ROOT / "src"
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert psutil.pid_exists(pid)

    parent.kill()

    wait_until(lambda: not psutil.pid_exists(pid))
