"""Adds tests/ to the path, so that benchmarks can import the harness of the tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
