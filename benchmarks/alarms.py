"""Detection of planted columns by the alarms: python benchmarks/alarms.py [--seeds 100]

Into the customers table of each sample go columns that no model may be fooled by, all declared in
config.py as if somebody had believed in them, and into the call export a column that changes from
call to call and that nobody declared. Printed is how often each raised its alarm, and what alarms
the columns raised that are as they should be.
"""

import argparse
import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np

import tests_on_path  # noqa: F401
from callrisk.domain.evaluation import Alarm
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.skill.column_alarms import column_alarms
from callrisk.pipeline.skill.independent_customers import units_of
from callrisk.pipeline.skill.single_features import single_feature_alarms
from callrisk.settings import Settings, load
from harness import ROOT
from harness.samples import dataset_of, make, tables_in

Row = dict[str, str]
# What is planted: the alarms that will do, and the cell for a customer.
PLANTED: dict[str, tuple[set[str], Callable[[Row, np.random.Generator], object]]] = {
    "calendar_number": (
        {"calendar_feature", "date_feature"},
        lambda row, rng: _signed(row).toordinal() - 738_000 + round(20 * rng.normal()),
    ),
    "calendar_month": (
        {"calendar_feature"}, lambda row, _rng: _signed(row).month,
    ),
    "too_good": (
        {"single_feature"}, lambda row, rng: round(float(_unpaid(row) * 2 + rng.normal()), 3),
    ),
    "good_by_blankness": (
        {"single_feature"}, lambda row, rng: int(rng.integers(1, 4)) if _unpaid(row) else "",
    ),
    "counted_id": (
        {"id_feature"}, lambda row, _rng: 50_000 + int(row["レコード番号"]),
    ),
    "member_number": (
        {"id_feature"}, lambda _row, rng: int(rng.integers(1_000_000, 9_999_999)),
    ),
    "date_as_number": (
        {"date_feature"}, lambda _row, rng: f"{date(1960, 1, 1) + _days(rng):%Y%m%d}",
    ),
    "excel_serial": (
        {"date_feature"}, lambda _row, rng: 40_000 + int(rng.integers(0, 5_000)),
    ),
    "date_after_call": (
        {"date_after_call", "calendar_feature"},
        lambda row, rng: (_signed(row) + timedelta(days=int(rng.integers(30, 90)))).isoformat(),
    ),
}  # fmt: skip
PLAUSIBLE: dict[str, Callable[[Row, np.random.Generator], object]] = {
    "yearly_income": lambda _row, rng: round(float(rng.lognormal(15.2, 0.4)), -4),
    "exact_balance": lambda _row, rng: round(float(rng.lognormal(13, 1.0))),
    "age": lambda _row, rng: int(rng.integers(20, 80)),
}
PER_CALL = "通話後アンケート点"
DATES = {"date_after_call"}


def main() -> int:
    """Print the share of samples in which each planted column raised its alarm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    options = parser.parse_args()
    found: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for seed in range(1, options.seeds + 1):
        raised, dataset = alarms_of_planted(seed)
        print(f"{seed} of {options.seeds}", file=sys.stderr, flush=True)
        for name, (codes, _) in PLANTED.items():
            found[name] += any(one.feature == name and one.code in codes for one in raised)
        kept_out = PER_CALL not in dataset.names and PER_CALL in dataset.prepared.post_call
        told = any(one.code == "undeclared_per_call" for one in raised)
        found["undeclared per-call column"] += kept_out and told
        false.update(
            f"{one.feature}: {one.code}"
            for one in raised
            if one.feature and one.feature not in PLANTED and one.code != "undeclared_per_call"
        )
    for name, count in found.items():
        print(f"{name:28s} alarm in {count} of {options.seeds}")
    print("alarms on columns that are as they should be:", dict(false) or "none")
    return int(any(count < options.seeds for count in found.values()))


def alarms_of_planted(seed: int) -> tuple[list[Alarm], Dataset]:
    """Return all alarms about columns of one sample with every column planted."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, seed, 0.85, 339)
        export, customers = tables_in(folder)
        plant(export, customers, np.random.default_rng(seed))
        dataset = dataset_of(settings_in(folder), export, customers)
    units = units_of(dataset)
    raised = [
        *dataset.prepared.alarms,
        *column_alarms(dataset, units),
        *single_feature_alarms(dataset, units),
    ]
    return raised, dataset


def plant(export: Path, customers: Path, rng: np.random.Generator) -> None:
    """Add the planted columns to both files."""
    calls, people = rows_of(export), rows_of(customers)
    of_record = {call["レコード番号"]: call for call in calls}
    for call in calls:
        call[PER_CALL] = str(int(rng.integers(1, 6)))
    known = {name: cell for name, (_, cell) in PLANTED.items()} | PLAUSIBLE
    for person in people:
        call = of_record[person["レコード番号"]]
        for name, cell in known.items():
            person[name] = str(cell(call, rng))
    for path, rows in ((export, calls), (customers, people)):
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def rows_of(path: Path) -> list[Row]:
    """Return all rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def settings_in(folder: Path) -> Settings:
    """Return the settings of the repository with every planted column declared."""
    lines = [
        f'    {{"name": "{name}", "column": "{name}", "label": "{name}", "label_en": "{name}", '
        f'"kind": "{"date" if name in DATES else "number"}"}},'
        for name in (*PLANTED, *PLAUSIBLE)
    ]
    text = (ROOT / "config.py").read_text(encoding="utf-8")
    added = "\n".join(["", "CUSTOMER_FIELDS += [", *lines, "]", ""])
    (folder / "config.py").write_text(text + added, encoding="utf-8")
    return load(folder)


def _signed(row: Row) -> date:
    return date.fromisoformat(row["成約日date"][:10])


def _unpaid(row: Row) -> bool:
    return row["未払FLAG"] == "未払"


def _days(rng: np.random.Generator) -> timedelta:
    return timedelta(days=int(rng.integers(0, 15_000)))


if __name__ == "__main__":
    sys.exit(main())
