"""Rows of the monthly call export, or of a table without calls, as typed values."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from callrisk.domain.customer import CustomerField, FieldValue
from callrisk.domain.phone import phone_digits
from callrisk.integrations.spreadsheet.bad_cells import Problems
from callrisk.integrations.spreadsheet.cells import (
    day,
    field_value,
    identifier,
    number,
    started,
    text,
)
from callrisk.integrations.spreadsheet.rows import BadCellError, Cell, OpenedTable, Row
from callrisk.integrations.spreadsheet.transcripts import SpeakerTags


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """The column names of an export, its labels, and the columns excluded from features.

    `due_date` and `paid_date` are optional columns of the export or of the customers table; a due
    date makes the label: unpaid where nothing was paid within `window_days` after it.
    """

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
    post_call: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    zero_is_missing: tuple[str, ...] = ()
    due_date: str = ""
    paid_date: str = ""
    window_days: int = 90
    speakers: SpeakerTags = field(default_factory=SpeakerTags)

    @property
    def of_a_call(self) -> tuple[str, ...]:
        """Return the required columns that only a table of calls has."""
        return (self.started_at, self.contact_id, self.transcript)

    @property
    def own(self) -> frozenset[str]:
        """Return the columns that have a meaning of their own and are no features."""
        return frozenset(
            (
                self.label, self.customer_id, *self.of_a_call, self.contract_date, self.agent,
                self.due_date, self.paid_date, *self.ignored,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportedCall:
    """A call of one customer record; `unpaid` is None while the payment is pending.

    `values` are the declared fields that stand in the export, `cells` its further columns in the
    order in which they were asked for. A record without a call began never.
    """

    row: int
    customer_id: str
    call_id: str
    began_at: datetime | None
    unpaid: bool | None
    contract_date: date | None
    agent: str | None
    duration_s: float | None
    transcript: str
    phone: str | None = None
    due_date: date | None = None
    paid_date: date | None = None
    values: Mapping[str, FieldValue] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class FurtherColumns:
    """Further columns to read of each row: the phone, declared fields, columns as they are."""

    phone: str = ""
    fields: tuple[CustomerField, ...] = ()
    columns: tuple[str, ...] = ()


def calls_of(
    table: OpenedTable, columns: ExportFormat, further: FurtherColumns
) -> Iterator[ExportedCall]:
    """Yield the calls of an open table; from the first invalid cell on none, then DataError."""
    table.require((columns.label, columns.customer_id, *columns.of_a_call))
    yield from _good_rows(table, columns, further, has_calls=True)


def records_of(
    table: OpenedTable, columns: ExportFormat, further: FurtherColumns
) -> Iterator[ExportedCall]:
    """Yield the records of a table without calls, one per customer."""
    table.require((columns.label, columns.customer_id))
    yield from _good_rows(table, columns, further, has_calls=False)


def has_calls(table: OpenedTable, columns: ExportFormat) -> bool:
    """Return False for a table that has labels and record numbers but no column of a call."""
    is_labelled = {columns.label, columns.customer_id} <= table.positions.keys()
    return not is_labelled or any(column in table.positions for column in columns.of_a_call)


def _good_rows(
    table: OpenedTable, columns: ExportFormat, further: FurtherColumns, has_calls: bool
) -> Iterator[ExportedCall]:
    positions = [table.positions[name] for name in further.columns]
    reader = _RowReader(columns, further, positions, has_calls)
    for row in table.rows():
        call = reader.read(row)
        if call is not None:
            yield call
    reader.problems.refuse()


class _RowReader:
    """A reader of rows that collects the invalid cells."""

    def __init__(
        self,
        columns: ExportFormat,
        further: FurtherColumns,
        positions: Sequence[int],
        has_calls: bool,
    ) -> None:
        self.problems = Problems()
        self._positions = positions
        self._columns = columns
        self._further = further
        self._has_calls = has_calls
        self._rows: dict[str, int] = {}

    def read(self, row: Row) -> ExportedCall | None:
        """Return the row as a call, or None from the first invalid cell on."""
        columns, read = self._columns, self.problems.read
        customer_id = read(identifier, row, columns.customer_id) or ""
        began_at, call_id = self._call(row, customer_id)
        label = read(self._label, row, columns.label)
        contract, due, paid = (
            read(day, row, name)
            for name in (columns.contract_date, columns.due_date, columns.paid_date)
        )
        duration = read(number, row, columns.duration)
        values = {field.name: self._value(row, field) for field in self._further.fields}
        if self.problems:
            return None
        return ExportedCall(
            row=row.where.row or 0,
            customer_id=customer_id,
            call_id=call_id,
            began_at=began_at,
            unpaid=label,
            contract_date=contract,
            agent=text(row, columns.agent),
            duration_s=None if self._is_missing(columns.duration, duration) else duration,
            transcript=str(row.value(columns.transcript) or ""),
            phone=phone_digits(text(row, self._further.phone)),
            due_date=due,
            paid_date=paid,
            values=values,
            cells=row.raw(self._positions),
        )

    def _call(self, row: Row, customer_id: str) -> tuple[datetime | None, str]:
        if self._has_calls:
            began_at = self.problems.read(started, row, self._columns.started_at)
            return began_at, self.problems.read(identifier, row, self._columns.contact_id) or ""
        if self._rows.setdefault(customer_id, row.where.row or 0) != row.where.row:
            self.problems.add(row.error(self._columns.customer_id, "each customer record once"))
        return None, customer_id

    def _label(self, row: Row, column: str) -> bool | None:
        words, written = self._columns, text(row, column)
        if written is None:
            return None
        label, unpaid, paid = map(_label_text, (written, words.unpaid, words.paid))
        if label not in (unpaid, paid):
            raise row.error(column, f"{words.unpaid} or {words.paid} (blank while pending)")
        return label == unpaid

    def _value(self, row: Row, field: CustomerField) -> FieldValue:
        try:
            value = field_value(row, field)
        except BadCellError as error:
            self.problems.add(error)
            return None
        return None if self._is_missing(field.column, value) else value

    def _is_missing(self, column: str, value: FieldValue) -> bool:
        return value == 0 and column in self._columns.zero_is_missing


def _label_text(written: str) -> str:
    """Return a label in normal form: 1, 1.0 and full-width １ are one label."""
    label = unicodedata.normalize("NFKC", written).strip()
    return label.removesuffix(".0") if label.removesuffix(".0").isdigit() else label
