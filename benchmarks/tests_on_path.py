"""Puts tests/ on the path, so that a benchmark finds what it shares with the tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
