"""One cell as a typed value: an id, a number, a moment, a text, a telephone number."""

import unicodedata
from datetime import UTC, date, datetime

from callrisk.domain.customer import JST, CustomerField, FieldKind, FieldValue, written_number
from callrisk.integrations.spreadsheet.rows import Cell, Row


def identifier(row: Row, column: str) -> str:
    """An id as text: 1001, 1001.0 and full-width １００１ are one and the same."""
    value = row.value(column)
    if value is None or isinstance(value, (bool, date)):
        raise row.error(column, "an id")
    text = unicodedata.normalize("NFKC", plain_text(value)).strip()
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text


def number(row: Row, column: str) -> float | None:
    """A number, None when blank; an error for anything else."""
    value = row.value(column)
    if value is None:
        return None
    found = number_of(value)
    if found is None:
        raise row.error(column, "a number")
    return found


def number_of(value: Cell) -> float | None:
    """The number in a cell, None when it holds anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return written_number(value) if isinstance(value, str) else None


def text(row: Row, column: str) -> str | None:
    """What stands in the cell, without blanks around it."""
    value = row.value(column)
    return None if value is None else plain_text(value).strip()


def plain_text(value: Cell) -> str:
    """A cell as a person reads it: workbooks keep every number as 1.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def moment(row: Row, column: str) -> datetime | None:
    """A date or date and time as a moment in UTC; one without a zone is Japan time."""
    value = row.value(column)
    if value is None:
        return None
    found = moment_of(value)
    if found is None:
        raise row.error(column, "a date such as 2025-01-31 or 2025-01-31 14:05:00")
    return found


def started(row: Row, column: str) -> datetime:
    """The moment at which a call began; a blank cell is an error, too."""
    found = moment(row, column)
    if found is None:
        raise row.error(column, "a date and time such as 2025-01-31 14:05:00")
    return found


def day(row: Row, column: str) -> date | None:
    """A date as the calendar of Japan shows it."""
    found = moment(row, column)
    return None if found is None else found.astimezone(JST).date()


def moment_of(value: Cell) -> datetime | None:
    """The moment in a cell, None when it holds anything else."""
    try:
        found = _parsed_moment(value)
        return None if found is None else _in_japan(found).astimezone(UTC)
    except OverflowError:  # the first of January of the year 1 has no UTC
        return None


def _in_japan(found: datetime) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=JST)


# 2025/1/5 and 2025年1月5日.
_DATE_MARKS = str.maketrans({"/": "-", "年": "-", "月": "-", "日": ""})


def _parsed_moment(value: Cell) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=JST)
    if not isinstance(value, str):
        return None
    written = unicodedata.normalize("NFKC", value).strip().translate(_DATE_MARKS)
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return _loose_moment(written)


def _loose_moment(written: str) -> datetime | None:
    # Excel writes 2025-1-5 9:03 without leading zeros when it saves a CSV.
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return datetime.strptime(written, pattern).replace(tzinfo=JST)
        except ValueError:
            continue
    return None


def field_value(row: Row, field: CustomerField) -> FieldValue:
    """The value of a declared field, None when blank; an error when it is of another kind."""
    if field.kind is FieldKind.NUMBER:
        return number(row, field.column)
    return day(row, field.column) if field.kind is FieldKind.DATE else text(row, field.column)
