"""Record numbers with the code of their app: one customer with the plain number, never another."""

from pathlib import Path

import pytest

from callrisk.data_folder import has_record_numbers, is_pulled_table
from callrisk.integrations.spreadsheet.call_export import ExportedCall
from callrisk.pipeline.preparation.record_numbers import RecordNumbers


def row(customer_id: str) -> ExportedCall:
    """A row of an export."""
    return ExportedCall(
        row=2, customer_id=customer_id, call_id="c", began_at=None, unpaid=None,
        contract_date=None, agent=None, duration_s=None, transcript="",
    )  # fmt: skip


def ids(numbers: RecordNumbers, *written: str) -> list[str]:
    """Return the ids under which rows are kept."""
    return [numbers.of(row(one)).customer_id for one in written]


def test_a_number_with_the_code_is_the_record_of_the_pulled_table() -> None:
    """Also in small letters; what the table does not have stays as it is."""
    numbers = RecordNumbers(["1", "2", "12"])
    assert ids(numbers, "APP-1", "app-12", "2", "APP-3", "APP-01", "APP-", "-1", "A-P-1") == [
        "1", "12", "2", "APP-3", "APP-01", "APP-", "-1", "A-P-1",
    ]  # fmt: skip
    assert numbers.rows == 2
    (warning,) = numbers.warnings()
    assert "2 rows" in warning
    assert "APP-" in warning


def test_ids_of_several_kinds_are_no_record_numbers() -> None:
    """One code is the app's; ids of a company's own making are left alone."""
    assert ids(RecordNumbers(["1", "2"]), "A-1", "B-1") == ["1", "B-1"]
    assert ids(RecordNumbers(["A-1", "2"]), "A-1", "B-2") == ["A-1", "B-2"]
    assert ids(RecordNumbers([]), "A-1") == ["A-1"]
    assert RecordNumbers(["1"]).warnings() == []


@pytest.mark.parametrize(
    ("name", "is_pulled", "is_numbered"),
    [
        ("顧客_Kintone.csv", True, True),
        ("顧客_Kintone_DEMO.csv", True, True),
        ("顧客_CRM.csv", True, False),
        ("顧客_CRM_DEMO.csv", True, False),
        ("顧客.csv", False, False),
        ("顧客_CRM台帳.csv", False, False),
    ],
)
def test_a_pulled_table_is_known_by_its_name(name: str, is_pulled: bool, is_numbered: bool) -> None:
    """In that of Kintone alone the ids are known to be numbers of records."""
    assert is_pulled_table(Path(name)) is is_pulled
    assert has_record_numbers(Path(name)) is is_numbered
