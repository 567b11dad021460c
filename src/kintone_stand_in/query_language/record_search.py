"""The search for the records that a query selects, by index where the condition allows it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kintone_stand_in.kintone_app import App
from kintone_stand_in.query_language.conditions import literal_of, reader_of, test_of
from kintone_stand_in.query_language.query import AllOf, Comparison, Condition, Query
from kintone_stand_in.table import StoredRecord

_ENDLESS = float("inf")
_BY_NUMBER = {"__ID__", "RECORD_NUMBER"}


def selected(app: App, query: Query) -> list[StoredRecord]:
    """Return the records of the page that a query selects."""
    test = test_of(query.condition, app.form) if query.condition else None
    sorting = [(reader_of(code, app.form), falling) for code, falling in query.order]
    by_number = not sorting or app.form.type_of(query.order[0][0]) in _BY_NUMBER
    falling = query.order[0][1] if sorting and by_number else True
    ids = candidates(app, query.condition)
    # In the order of the numbers the search may stop once the page is full.
    enough = query.limit if by_number else _ENDLESS
    records: list[StoredRecord] = []
    for record_id in reversed(ids) if falling else ids:
        if len(records) >= enough:
            break
        record = app.get(record_id)
        if test is None or test(record):
            records.append(record)
    if not by_number:
        for read, backwards in reversed(sorting):
            records.sort(key=lambda record, read=read: _rank(read(record)), reverse=backwards)  # type: ignore[misc]
    return records[: query.limit]


def candidates(app: App, condition: Condition | None) -> Sequence[int]:
    """Return the rising numbers of all records that may meet the condition."""
    holders = _holders(app, condition)
    low, high = _bounds(app, condition)
    if holders is None:
        return app.table.between(low, high)
    return sorted(record_id for record_id in holders if low <= record_id <= high)


def _rank(value: Any) -> tuple[bool, Any]:
    """Return the sort key of a value: empty first, several choices by their names."""
    return value is not None, ",".join(value) if isinstance(value, list) else value or ""


def _holders(app: App, condition: Condition | None) -> set[int] | None:
    """Return the holders of the unique values that a condition names, or None if it names none."""
    if isinstance(condition, AllOf):
        parts = [_holders(app, part) for part in condition.parts]
        return next((holders for holders in parts if holders is not None), None)
    if not isinstance(condition, Comparison) or condition.operator not in {"=", "in"}:
        return None
    if not app.table.is_unique(condition.code) or not all(condition.literals):
        return None
    field = app.form.fields[condition.code]
    texts = [literal_of(field.type, text) for text in condition.literals]
    holders = {app.table.holder(condition.code, str(text)) for text in texts}
    return {record_id for record_id in holders if record_id is not None}


def _bounds(app: App, condition: Condition | None) -> tuple[float, float]:
    """Return the range of record numbers in which the condition can hold."""
    if condition is None:
        return 1, _ENDLESS
    if isinstance(condition, Comparison):
        return _bounds_of_comparison(app, condition)
    bounds = [_bounds(app, part) for part in condition.parts]
    lows, highs = [low for low, _ in bounds], [high for _, high in bounds]
    return (max(lows), min(highs)) if isinstance(condition, AllOf) else (min(lows), max(highs))


def _bounds_of_comparison(app: App, comparison: Comparison) -> tuple[float, float]:
    if app.form.type_of(comparison.code) not in _BY_NUMBER:
        return 1, _ENDLESS
    numbers = [literal_of("__ID__", text) for text in comparison.literals]
    wanted = [float(number) for number in numbers if isinstance(number, Decimal)]
    if not wanted:
        return 1, _ENDLESS
    low = min(wanted) if comparison.operator in {"=", "in", ">", ">="} else 1
    high = max(wanted) if comparison.operator in {"=", "in", "<", "<="} else _ENDLESS
    return low, high
