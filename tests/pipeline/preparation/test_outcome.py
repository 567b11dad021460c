"""Labels from payment dates: unpaid after a window, pending before it is over."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from callrisk.integrations.spreadsheet.customer_table import PaymentDates
from callrisk.pipeline.preparation.labels import outcome_of
from harness.made_export import LABEL, RECORD, Row, calls, prepared_of

DUE = date(2025, 1, 31)
NAMES = {"due_date": "期日", "paid_date": "入金"}


def label(paid: date | None, newest: date, due: date | None = DUE) -> bool | None:
    """The label of one customer whose flag says paid."""
    dates = {"1": PaymentDates(due, paid), "2": PaymentDates(DUE, None)}
    found = outcome_of({"1": {False: 2}, "2": {False: 3}}, dates, 90, newest)
    assert found.kind == "window"
    (only,) = found.labels["1"]
    return only


def test_the_window_decides() -> None:
    """Paid late is unpaid; whatever came in time is paid."""
    end = DUE + timedelta(days=90)
    later = DUE + timedelta(days=200)

    assert label(None, later) is True
    assert label(end + timedelta(days=1), later) is True
    assert label(end, later) is False
    assert label(DUE - timedelta(days=3), later) is False


def test_a_young_contract_is_pending_even_when_paid() -> None:
    """Else young contracts would seem to pay always; without a due date nothing is known."""
    end = DUE + timedelta(days=90)

    assert label(DUE, end) is None
    assert label(None, end) is None
    assert label(DUE, end + timedelta(days=1)) is False
    assert label(DUE, end + timedelta(days=500), due=None) is None


def test_without_due_dates_the_flag_counts() -> None:
    """As it stands."""
    flags = {"1": {True: 2}, "2": {None: 3}}
    found = outcome_of(flags, {"1": PaymentDates(None, DUE)}, 90, DUE)

    assert (found.kind, found.labels, found.warnings) == ("flag", flags, ())


def dated(rows: Sequence[Row]) -> list[Row]:
    """Due after half a year of calls; every third customer never pays."""
    return [
        row | {"期日": f"2025-0{1 + row[RECORD] % 3}-28", "入金": "" if row[RECORD] % 3 else DUE}
        for row in rows
    ]


def test_dates_of_the_export_make_the_labels(tmp_path: Path) -> None:
    """Conflicts with the flag are counted, and the dates are no features."""
    rows = [row | {LABEL: "支払済"} for row in calls(30)]
    rows = dated(rows)
    rows[0]["入金"] = "2025-12-01"
    prepared = prepared_of(tmp_path, rows, **NAMES)
    late = [group for group in prepared.groups if int(group.customer_ids[0]) % 3]

    assert prepared.outcome == "window"
    assert all(group.unpaid for group in late)
    assert not prepared.columns
    assert any("something else than the payment dates for 20" in w for w in prepared.warnings)


def test_dates_of_the_customers_table_make_the_labels(tmp_path: Path) -> None:
    """One row a record; the newest contract says how much time has passed."""
    table = dated([{RECORD: 1001 + n} for n in range(30)])
    prepared = prepared_of(tmp_path, calls(30), table=table, window_days=120, **NAMES)
    newest = max(call.contract_date for call in prepared.calls if call.contract_date)
    over = {
        f"2025-0{month}-28": date(2025, month, 28) + timedelta(days=120) < newest
        for month in (1, 2, 3)
    }

    assert prepared.outcome == "window"
    assert True in over.values()
    assert False in over.values()
    for group in prepared.groups:
        (record,) = map(int, group.customer_ids)
        expected = bool(record % 3) if over[f"2025-0{1 + record % 3}-28"] else None
        assert group.unpaid is expected


def test_without_any_date_nothing_changes(tmp_path: Path) -> None:
    """The columns may stand there and be blank."""
    rows = [row | {"期日": "", "入金": ""} for row in calls(10)]

    assert prepared_of(tmp_path, rows, **NAMES).outcome == "flag"
