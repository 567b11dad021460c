"""Everything that several tests and the benchmarks share: worlds, servers, clocks, waiting."""

from pathlib import Path

# Every process that a test or a benchmark starts inherits what it sets.
from harness import key_rings  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
