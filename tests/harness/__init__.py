"""Everything that several tests and the benchmarks share: worlds, servers, clocks, waiting."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
