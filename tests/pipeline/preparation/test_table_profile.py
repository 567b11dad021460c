"""What a look at a table tells of it as a whole, beside plain sums over its rows."""

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from callrisk.domain.portfolio.stability import Change
from callrisk.domain.tables.inspected_table import Inspection
from callrisk.pipeline.file_formats import customer_format, export_format
from callrisk.pipeline.preparation.inspection import inspect
from callrisk.reporting.plain_json import from_plain, to_plain
from callrisk.settings import load
from harness import ROOT
from harness.made_export import CONTACT, LABEL, RECORD, SIGNED, Row, calls, written


def looked(path: Path, rows: list[Row], earlier: Path | None = None) -> Inspection:
    """A look at these rows in a file."""
    settings = load(ROOT)
    return inspect(written(path, rows), export_format(settings), customer_format(settings), earlier)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Calls, some of them twice, some under another customer, some without an outcome."""
    found = calls(120)
    found += [dict(row) for row in found[:5]]
    found += [dict(row) | {RECORD: 9_000 + n} for n, row in enumerate(found[10:13])]
    for row in found[50:60]:
        row[LABEL] = ""
    return found


def test_what_stands_twice_is_counted(tmp_path: Path, rows: list[Row]) -> None:
    """Whole rows, ids of calls, and those that are of several customers."""
    twins = looked(tmp_path / "calls.csv", rows).twins
    whole = Counter(tuple(row.values()) for row in rows)
    owners = defaultdict(list)
    for row in rows:
        owners[row[CONTACT]].append(row[RECORD])

    assert twins.rows == sum(times - 1 for times in whole.values()) == 5
    assert twins.contacts == sum(len(ids) > 1 for ids in owners.values()) == 8
    assert twins.shared_contacts == sum(len(set(ids)) > 1 for ids in owners.values()) == 3


def test_the_age_of_outcomes_is_that_of_the_rows(tmp_path: Path, rows: list[Row]) -> None:
    """To the newest contract, by month."""
    age = looked(tmp_path / "calls.csv", rows).label_age
    days = [date.fromisoformat(row[SIGNED]) for row in rows]
    known = [(day, row[LABEL]) for day, row in zip(days, rows, strict=True) if row[LABEL]]
    months = Counter(f"{day:%Y-%m}" for day in days)
    unpaid = Counter(f"{day:%Y-%m}" for day, label in known if label == "未払")

    assert age is not None
    assert age.dated_by == SIGNED
    assert (age.labelled, age.pending) == (len(known), len(rows) - len(known))
    assert age.unpaid == sum(label == "未払" for _, label in known)
    assert age.median_days == int(median((max(days) - day).days for day, _ in known))
    assert [(one.month, one.rows, one.unpaid) for one in age.months] == [
        (month, months[month], unpaid[month]) for month in sorted(months)
    ]


def test_what_changed_since_an_earlier_table_is_told(tmp_path: Path) -> None:
    """A column that moved shifts, one that did not stays, and ids are not compared."""
    before, after = calls(200), calls(200, seed=1)
    for n, (old, new) in enumerate(zip(before, after, strict=True)):
        old |= {"家賃": 50_000 + 100 * (n % 97), "区": "ABC"[n % 3], "前": n % 2}
        new |= {"家賃": 56_000 + 100 * (n % 97), "区": "ABC"[n % 3], "今": n % 2}
    earlier = written(tmp_path / "before.csv", before)
    drift = looked(tmp_path / "after.csv", after, earlier).drift

    assert drift is not None
    assert (drift.earlier, drift.earlier_rows) == ("before.csv", len(before))
    assert (drift.gone, drift.added) == (("前",), ("今",))
    changes = {one.column: one.change for one in drift.columns}
    assert changes["家賃"] is Change.SHIFTED
    assert changes["区"] is Change.NONE
    assert not {RECORD, CONTACT} & changes.keys()


def test_a_look_survives_the_way_to_the_app(tmp_path: Path, rows: list[Row]) -> None:
    """As JSON, with what is not a number."""
    found = looked(tmp_path / "calls.csv", rows, written(tmp_path / "few.csv", calls(5)))

    assert str(from_plain(Inspection, to_plain(found))) == str(found)


def test_a_customers_table_has_no_outcomes(tmp_path: Path) -> None:
    """And nothing in it is a call."""
    found = looked(tmp_path / "customers.csv", [{RECORD: n, "家賃": n} for n in range(9)])

    assert (found.label_age, found.twins.contacts, found.is_export) == (None, 0, False)
