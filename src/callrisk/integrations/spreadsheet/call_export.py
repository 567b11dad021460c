"""One row of the monthly call export as a typed value."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from callrisk.domain.call import ParticipantRole
from callrisk.integrations.spreadsheet.rows import Cell, Row, read_rows

# Japan has had no summer time since 1951, so a fixed offset needs no time zone database.
JST = timezone(timedelta(hours=9), "JST")
# Excel cuts a cell here; a transcript of just this length has lost its end.
EXCEL_CELL_CHARS = 32_767

Turn = tuple[ParticipantRole, str]


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """What the columns are called and how the labels read."""

    label: str
    customer_id: str
    started_at: str
    contact_id: str
    transcript: str
    contract_date: str
    agent: str
    duration: str
    unpaid: str
    paid: str


@dataclass(frozen=True, slots=True)
class ExportedCall:
    """One call of one customer record; `unpaid` None while the payment is pending."""

    row: int
    customer_id: str
    call_id: str
    began_at: datetime
    unpaid: bool | None
    contract_date: date | None
    agent: str | None
    duration_s: float | None
    transcript: str


def read_calls(path: Path, columns: ExportFormat) -> Iterator[ExportedCall]:
    """The calls of an export, one at a time; DataError names the first bad cell."""
    required = (
        columns.label,
        columns.customer_id,
        columns.started_at,
        columns.contact_id,
        columns.transcript,
    )
    for row in read_rows(path, required):
        yield _call(row, columns)


def _call(row: Row, columns: ExportFormat) -> ExportedCall:
    began_at = _moment(row, columns.started_at)
    if began_at is None:
        raise row.error(columns.started_at, "a date and time such as 2025-01-31 14:05:00")
    contract = _moment(row, columns.contract_date)
    agent = row.value(columns.agent)
    return ExportedCall(
        row=row.where.row or 0,
        customer_id=identifier(row, columns.customer_id),
        call_id=identifier(row, columns.contact_id),
        began_at=began_at,
        unpaid=_label(row, columns),
        contract_date=None if contract is None else contract.astimezone(JST).date(),
        agent=None if agent is None else str(agent),
        duration_s=number(row, columns.duration),
        transcript=str(row.value(columns.transcript) or ""),
    )


def identifier(row: Row, column: str) -> str:
    """An id as text: 1001, 1001.0 and full-width １００１ are one and the same."""
    value = row.value(column)
    if value is None or isinstance(value, (bool, date)):
        raise row.error(column, "an id")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text


def number(row: Row, column: str) -> float | None:
    """A number, None when blank; DataError for anything else."""
    value = row.value(column)
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    try:
        return float(unicodedata.normalize("NFKC", str(value)).replace(",", "").strip())
    except ValueError as error:
        raise row.error(column, "a number") from error


def _label(row: Row, columns: ExportFormat) -> bool | None:
    value = row.value(columns.label)
    if value is None:
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if text not in (columns.unpaid, columns.paid):
        raise row.error(columns.label, f"{columns.unpaid} or {columns.paid} (blank while pending)")
    return text == columns.unpaid


def _moment(row: Row, column: str) -> datetime | None:
    value = row.value(column)
    if value is None:
        return None
    moment = _parsed_moment(value)
    if moment is None:
        raise row.error(column, "a date such as 2025-01-31 or 2025-01-31 14:05:00")
    return (moment if moment.tzinfo else moment.replace(tzinfo=JST)).astimezone(UTC)


def _parsed_moment(value: Cell) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=JST)
    if not isinstance(value, str):
        return None
    text = unicodedata.normalize("NFKC", value).strip().replace("/", "-")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _loose_moment(text)


def _loose_moment(text: str) -> datetime | None:
    # Excel writes 2025-1-5 9:03 without leading zeros when it saves a CSV.
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=JST)
        except ValueError:
            continue
    return None


_AGENT, _CUSTOMER = (f"({role})" for role in ParticipantRole)


def turns(transcript: str) -> list[Turn]:
    """The turns of `(AGENT)…`, `(CUSTOMER)…` lines; one without a tag continues the last turn."""
    found: list[Turn] = []
    for line in transcript.replace("\r\n", "\n").split("\n"):
        if line.startswith(_CUSTOMER):
            found.append((ParticipantRole.CUSTOMER, line[len(_CUSTOMER) :]))
        elif line.startswith(_AGENT):
            found.append((ParticipantRole.AGENT, line[len(_AGENT) :]))
        elif found and line:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found
