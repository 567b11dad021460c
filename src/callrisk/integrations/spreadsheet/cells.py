"""Parsers of one cell: id, number, moment, date and text."""

import unicodedata
from datetime import UTC, date, datetime

from callrisk.domain.customer import JST, CustomerField, FieldKind, FieldValue, written_number
from callrisk.integrations.spreadsheet.rows import Cell, Row


def identifier(row: Row, column: str) -> str:
    """Return an id as text, 1001 for 1001.0 and full-width １００１; BadCellError for no id."""
    value = row.value(column)
    if value is None or isinstance(value, (bool, date)):
        raise row.error(column, "an id")
    text = unicodedata.normalize("NFKC", plain_text(value)).strip()
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text


def number(row: Row, column: str) -> float | None:
    """Return a number, None when blank; BadCellError for anything else."""
    value = row.value(column)
    if value is None:
        return None
    parsed = number_of(value)
    if parsed is None:
        raise row.error(column, "a number")
    return parsed


def number_of(value: Cell) -> float | None:
    """Return the number in a cell, or None for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return written_number(value) if isinstance(value, str) else None


def text(row: Row, column: str) -> str | None:
    """Return the text of a cell without blanks around it, or None."""
    value = row.value(column)
    return None if value is None else plain_text(value).strip()


def plain_text(value: Cell) -> str:
    """Return a cell as a person reads it: workbooks store every number as 1.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def moment(row: Row, column: str) -> datetime | None:
    """Return a date or time in UTC, Japan time assumed without a zone; BadCellError for others."""
    value = row.value(column)
    if value is None:
        return None
    parsed = moment_of(value)
    if parsed is None:
        raise row.error(column, "a date such as 2025-01-31 or 2025-01-31 14:05:00")
    return parsed


def started(row: Row, column: str) -> datetime:
    """Return the start of a call; BadCellError also for a blank cell."""
    began_at = moment(row, column)
    if began_at is None:
        raise row.error(column, "a date and time such as 2025-01-31 14:05:00")
    return began_at


def day(row: Row, column: str) -> date | None:
    """Return a date in Japan, None when blank; BadCellError for anything else."""
    parsed = moment(row, column)
    return None if parsed is None else parsed.astimezone(JST).date()


def moment_of(value: Cell) -> datetime | None:
    """Return the moment in a cell in UTC, or None for anything else."""
    try:
        parsed = _parsed_moment(value)
        return None if parsed is None else _in_japan(parsed).astimezone(UTC)
    except OverflowError:  # the first of January of the year 1 has no UTC
        return None


def _in_japan(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)


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
    """Return the value of a declared field, None when blank; BadCellError for another kind."""
    if field.kind is FieldKind.NUMBER:
        return number(row, field.column)
    return day(row, field.column) if field.kind is FieldKind.DATE else text(row, field.column)
