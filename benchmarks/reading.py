"""Turns read a second and core, and the second reading: python benchmarks/reading.py [--calls N]

Makes a sample of that size, cuts each call to some turns in a row (not timed), and reads it twice:
first all of it, by as many processes as there are cores, then what was kept of it.
"""

import argparse
import csv
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from callrisk.domain.language import packaged
from callrisk.pipeline.data_preparation import prepare
from callrisk.pipeline.file_formats import formats_of
from callrisk.pipeline.preparation.feature_rows import build_dataset
from callrisk.sample.__main__ import main as make_sample
from callrisk.settings import Settings, load

ROOT = Path(__file__).resolve().parents[1]
_MILLION = 1_000_000


def main() -> int:
    """Print turns a second of processor time, the seconds of both readings, and what was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=5_000)
    parser.add_argument("--turns", type=int, default=20)
    options = parser.parse_args()
    settings = load(ROOT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wish = ["--calls", str(options.calls), "--customers", str(round(options.calls * 0.32))]
        make_sample(["--out", str(folder), *wish, "--format", "csv"])
        tables = {path.name.startswith("顧客"): path for path in folder.glob("*.csv")}
        turns = _cut(tables[False], folder / "calls.csv", options.turns, settings)
        files = folder / "calls.csv", tables[True], folder / "readings"
        seconds, used = _read(settings, *files)
        print(f"{turns} turns of {options.calls} calls: {seconds:.0f} s, {turns / used:.0f} turns "
              "a second and core")  # fmt: skip
        again, used = _read(settings, *files)
        print(f"again: {again:.1f} s ({used:.1f} s of one core; for 1 M calls "
              f"{used * _MILLION / options.calls:.0f} s, were it in proportion)")  # fmt: skip
        kept = sum(path.stat().st_size for path in files[2].rglob("*") if path.is_file())
        print(f"kept: {kept / options.calls:.0f} bytes a call")
    return 0


def _cut(source: Path, target: Path, most: int, settings: Settings) -> int:
    """Write an export with so many turns of each call at most; return how many there are."""
    rng, turns, column = random.Random(1), 0, settings.export_columns.transcript  # noqa: S311 - no secret
    csv.field_size_limit(10_000_000)
    with (
        source.open(encoding="utf-8-sig", newline="") as read,
        target.open("w", encoding="utf-8", newline="") as write,
    ):
        rows = csv.DictReader(read)
        writer = csv.DictWriter(write, rows.fieldnames or ())
        writer.writeheader()
        for row in rows:
            lines = row[column].split("\n")
            begin = rng.randrange(max(1, len(lines) - most))
            kept = lines[begin : begin + most]
            turns += len(kept)
            writer.writerow(row | {column: "\n".join(kept)})
    return turns


def _read(settings: Settings, data: Path, customers: Path, readings: Path) -> tuple[float, float]:
    """Return the seconds of a reading up to its features, and those of all processors."""
    packaged()
    began, before = time.perf_counter(), os.times()
    prepared = prepare(
        data, customers, formats_of(settings), packaged(), lambda _share: None, readings
    )
    build_dataset(prepared, settings.customer_fields)
    after = os.times()
    # User and system time, of this process and of those that it started.
    used = sum(after[:4]) - sum(before[:4])
    return time.perf_counter() - began, used


if __name__ == "__main__":
    sys.exit(main())
