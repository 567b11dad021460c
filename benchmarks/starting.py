"""Time to the first page: python benchmarks/starting.py [--starts 2]

The product is started as a person starts it, by `run.py` in a clone: a first start, which installs
the libraries, makes the sample and trains, and then others. Printed are the seconds until the live
page is answered, and until there is a model.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

import tests_on_path  # noqa: F401
from harness import ROOT
from harness.ports import free_port

_GIVE_UP_S = 1_200.0


def main() -> int:
    """Print the seconds of each start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=2)
    options = parser.parse_args()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "clone"
        clone = ["git", "clone", "-q", str(ROOT), str(root)]
        subprocess.run(clone, check=True)
        for number in range(options.starts):
            page, model = start(root)
            print(f"start {number + 1}: page after {page:.1f} s, with a model after {model:.1f} s")
    return 0


def start(root: Path) -> tuple[float, float]:
    """Return the seconds until the page is answered, and until there is a model."""
    ports = [free_port() for _ in range(3)]
    command = [sys.executable, "run.py", "--no-browser", "--ports", *map(str, ports)]
    began = time.monotonic()
    with (root.parent / "run.log").open("ab") as log:
        own = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        process = subprocess.Popen(
            command, cwd=root, env=own, stdout=log, stderr=log, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{ports[0]}"
        page = _until(began, f"{address}/", "")
        return page, _until(began, f"{address}/api/health", '"model_version":"')
    finally:
        process.terminate()
        process.wait(60)


def _until(began: float, url: str, holds: str) -> float:
    """Return the seconds until a page is answered that holds some text."""
    while (now := time.monotonic() - began) < _GIVE_UP_S:
        try:
            answer = requests.get(url, timeout=5)
            if answer.ok and holds in answer.text.replace(" ", ""):
                return now
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    raise TimeoutError(url)


if __name__ == "__main__":
    sys.exit(main())
