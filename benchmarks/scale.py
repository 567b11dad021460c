"""Time and memory of the five phases: python benchmarks/scale.py [--calls 100000]

Makes a sample of that size (not timed), then runs `src/main.py` on it as a process of its own.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from callrisk.sample.__main__ import main as make_sample

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Print seconds and, where the system reports it, the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    options = parser.parse_args()
    customers = round(options.calls * 0.32)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = ["--calls", str(options.calls), "--customers", str(customers)]
        make_sample(["--out", str(folder), *size, "--format", "csv"])
        tables = {path.name.startswith("顧客"): path for path in folder.glob("*.csv")}
        command = [sys.executable, "src/main.py", "--data", str(tables[False])]
        command += ["--customers", str(tables[True])]
        command += ["--output", str(folder / "output"), "--models", str(folder / "models")]
        began = time.perf_counter()
        status = subprocess.call(command, cwd=ROOT)
        print(f"{options.calls} calls: {time.perf_counter() - began:.0f} s{_memory()}")
    return status


def _memory() -> str:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return ""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # Kilobytes on Linux, bytes on macOS.
    megabytes = peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return f", at most {megabytes:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
