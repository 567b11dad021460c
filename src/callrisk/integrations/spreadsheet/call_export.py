"""One row of the monthly call export, or of a table without calls, as a typed value."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from callrisk.domain.customer import CustomerField, FieldValue
from callrisk.domain.phone import phone_digits
from callrisk.domain.segment import ParticipantRole
from callrisk.integrations.spreadsheet.bad_cells import Problems
from callrisk.integrations.spreadsheet.cells import (
    day,
    field_value,
    identifier,
    number,
    started,
    text,
)
from callrisk.integrations.spreadsheet.rows import BadCellError, Cell, OpenedTable, Row, open_table

# Excel cuts a cell here; a transcript of just this length has lost its end.
EXCEL_CELL_CHARS = 32_767

ExportTurn = tuple[ParticipantRole, str]


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """What the columns are called, how the labels read, and which columns are set apart.

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

    @property
    def of_a_call(self) -> tuple[str, ...]:
        """Required columns that only a table of calls has."""
        return (self.started_at, self.contact_id, self.transcript)

    @property
    def own(self) -> frozenset[str]:
        """Columns with a meaning of their own, which nothing further is to be learnt from."""
        return frozenset(
            (
                self.label, self.customer_id, *self.of_a_call, self.contract_date, self.agent,
                self.due_date, self.paid_date, *self.ignored,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportedCall:
    """One call of one customer record; `unpaid` None while the payment is pending.

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
class Further:
    """What else to read of each row: the phone, declared fields, and columns as they are."""

    phone: str = ""
    fields: tuple[CustomerField, ...] = ()
    columns: tuple[str, ...] = ()


def read_calls(path: Path, columns: ExportFormat) -> Iterator[ExportedCall]:
    """The calls of an export, one at a time; DataError names the bad cells after the last row."""
    return calls_of(open_table(path), columns, Further())


def calls_of(table: OpenedTable, columns: ExportFormat, further: Further) -> Iterator[ExportedCall]:
    """The calls of an open table; after the first bad cell no more calls come, only the error."""
    table.require((columns.label, columns.customer_id, *columns.of_a_call))
    yield from _good_rows(table, columns, further, has_calls=True)


def records_of(
    table: OpenedTable, columns: ExportFormat, further: Further
) -> Iterator[ExportedCall]:
    """The records of a table without calls: one row a customer."""
    table.require((columns.label, columns.customer_id))
    yield from _good_rows(table, columns, further, has_calls=False)


def has_calls(table: OpenedTable, columns: ExportFormat) -> bool:
    """False for a table with labels and record numbers but nothing of a call."""
    is_labelled = {columns.label, columns.customer_id} <= table.positions.keys()
    return not is_labelled or any(column in table.positions for column in columns.of_a_call)


def _good_rows(
    table: OpenedTable, columns: ExportFormat, further: Further, has_calls: bool
) -> Iterator[ExportedCall]:
    positions = [table.positions[name] for name in further.columns]
    reader = _RowReader(columns, further, positions, has_calls)
    for row in table.rows():
        call = reader.read(row)
        if call is not None:
            yield call
    reader.problems.refuse()


class _RowReader:
    """Reads row after row and remembers what was wrong."""

    def __init__(
        self, columns: ExportFormat, further: Further, positions: Sequence[int], has_calls: bool
    ) -> None:
        self.problems = Problems()
        self._positions = positions
        self._columns = columns
        self._further = further
        self._has_calls = has_calls
        self._rows: dict[str, int] = {}

    def read(self, row: Row) -> ExportedCall | None:
        """The row as a call; None from the first bad cell on."""
        columns, read = self._columns, self.problems.read
        customer_id = read(identifier, row, columns.customer_id) or ""
        began_at, call_id = self._call(row, customer_id)
        label = read(self._label, row, columns.label)
        contract, due, paid = (
            read(day, row, name)
            for name in (columns.contract_date, columns.due_date, columns.paid_date)
        )
        duration = read(number, row, columns.duration)
        values = {one.name: self._value(row, one) for one in self._further.fields}
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
        found, unpaid, paid = map(_label_text, (written, words.unpaid, words.paid))
        if found not in (unpaid, paid):
            raise row.error(column, f"{words.unpaid} or {words.paid} (blank while pending)")
        return found == unpaid

    def _value(self, row: Row, one: CustomerField) -> FieldValue:
        try:
            value = field_value(row, one)
        except BadCellError as error:
            self.problems.add(error)
            return None
        return None if self._is_missing(one.column, value) else value

    def _is_missing(self, column: str, value: FieldValue) -> bool:
        return value == 0 and column in self._columns.zero_is_missing


def _label_text(written: str) -> str:
    """1, 1.0 and full-width １ are one label, in the file as in config.py."""
    found = unicodedata.normalize("NFKC", written).strip()
    return found.removesuffix(".0") if found.removesuffix(".0").isdigit() else found


_AGENT, _CUSTOMER = (f"({role})" for role in ParticipantRole)


def turns(transcript: str) -> list[ExportTurn]:
    """The turns of `(AGENT)…`, `(CUSTOMER)…` lines; one without a tag continues the last turn."""
    found: list[ExportTurn] = []
    for line in transcript.replace("\r\n", "\n").split("\n"):
        if line.startswith(_CUSTOMER):
            found.append((ParticipantRole.CUSTOMER, line[len(_CUSTOMER) :]))
        elif line.startswith(_AGENT):
            found.append((ParticipantRole.AGENT, line[len(_AGENT) :]))
        elif found and line:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found
