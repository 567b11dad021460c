"""Values of JSON as ours: numbers, days, choices, lists and what is none of them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from callrisk.domain.customer import CustomerField, FieldKind, FieldValue
from callrisk.integrations.http_crm.json_paths import MISSING, value_at, values_at
from callrisk.integrations.http_crm.record_mapping import RecordMap, plain, read_record, value_of

AT = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", 3, 3.0), ("number", "1,234", 1234.0), ("number", Decimal("67800.50"), 67800.5),
        ("number", "abc", None), ("number", {"a": 1}, None), ("number", True, None),
        ("choice", "銀行振込 ", "銀行振込"), ("choice", False, "false"), ("choice", "", None),
        ("choice", ["a", "b"], "a、b"),
        ("date", "2024-04-01", date(2024, 4, 1)),
        ("date", "2024-03-31T15:30:00.000+0000", date(2024, 4, 1)),
        ("date", "2024-03-31T15:30:00Z", date(2024, 4, 1)),
        ("date", "2024-03-31T15:30:00", date(2024, 3, 31)),
        ("date", "2024-02-31", None), ("date", "soon", None), ("date", None, None),
    ],
)  # fmt: skip
def test_a_value_is_read_as_its_field_is_declared(
    kind: str, value: Any, expected: FieldValue
) -> None:
    """What does not fit is unknown."""
    field = CustomerField("a", "a", FieldKind(kind), "a", "a")
    assert value_of(value, field) == expected


def test_text_of_a_value() -> None:
    """As a table holds it."""
    assert plain(Decimal("1200.00")) == "1200"
    assert plain(10**20) == "1" + "0" * 20
    assert plain(MISSING) is None
    assert plain("2024-03-31T15:30:00Z") == "2024-04-01 00:30"


def test_a_path_leads_through_objects_and_lists() -> None:
    """Null is a value, nothing is none."""
    content = {"a": {"b": [{"c": None}]}, "d": 1}
    assert value_at(content, "a.b.0.c") is None
    assert value_at(content, "a.b.1.c") is MISSING
    assert value_at(content, "d.e") is MISSING
    assert value_at(content, "") is content
    assert values_at({"one": {"a": 1}}, "one") == [{"a": 1}]
    with pytest.raises(ValueError, match="no records"):
        values_at({"one": None}, "one")


def test_a_record_has_its_id_and_lacks_what_it_lacks() -> None:
    """A number as an id is text."""
    paths = RecordMap("id", "no", "n.name", "tel", (), ("mobile",), "kana", "")
    found = read_record({"id": 7, "no": 1001, "n": {"name": "仮名"}, "mobile": "090"}, paths, AT)
    assert (found.record_id, found.customer.customer_id, found.customer.name) == (
        "7", "1001", "仮名",
    )  # fmt: skip
    assert found.customer.further_phones == ("090",)
    assert paths.lacking({"id": 1, "no": None, "n": {}}) == {"n.name", "tel", "mobile", "kana"}
    with pytest.raises(ValueError, match="without its id"):
        read_record({"no": 1}, paths, AT)
