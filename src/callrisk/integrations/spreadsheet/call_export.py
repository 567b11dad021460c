"""Rows of the monthly call export, or of a table without calls, as typed values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from callrisk.domain.customer import CustomerField, FieldValue
from callrisk.domain.phone import phone_digits
from callrisk.integrations.spreadsheet.bad_cells import Problems
from callrisk.integrations.spreadsheet.cell_rules import (
    NOT_PAID_WORDS,
    CellRules,
    ColumnRules,
)
from callrisk.integrations.spreadsheet.cells import CellReader
from callrisk.integrations.spreadsheet.label_words import LabelWords, Words
from callrisk.integrations.spreadsheet.rows import (
    BadCellError,
    Cell,
    DataError,
    OpenedTable,
    Row,
)
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
    unpaid: Words
    paid: Words
    post_call: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    zero_is_missing: tuple[str, ...] = ()
    due_date: str = ""
    paid_date: str = ""
    window_days: int = 90
    speakers: SpeakerTags = field(default_factory=SpeakerTags)
    cells: CellRules = field(default_factory=CellRules)

    @property
    def cell_rules(self) -> CellRules:
        """Return the rules of cells; in the payment dates words say what a blank cell says."""
        own = self.cells.columns.get(self.paid_date, ColumnRules())
        paid = ColumnRules((*own.missing, *NOT_PAID_WORDS), own.codes)
        return replace(self.cells, columns={**self.cells.columns, self.paid_date: paid})

    @property
    def named(self) -> tuple[str, ...]:
        """Return the columns that the format names, by which a header row is known."""
        return tuple(dict.fromkeys(filter(None, (
            self.label, self.customer_id, *self.of_a_call, self.contract_date, self.agent,
            self.duration, self.due_date, self.paid_date, *self.post_call, *self.ignored,
        ))))  # fmt: skip

    @property
    def of_a_call(self) -> tuple[str, ...]:
        """Return the required columns that only a table of calls has."""
        return (self.started_at, self.contact_id, self.transcript)

    @property
    def required(self) -> tuple[str, ...]:
        """Return the columns that a table of calls must have."""
        return tuple(filter(None, (self.label, self.customer_id, *self.of_a_call)))

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
    if not columns.customer_id:
        raise DataError(
            f"{table.where}: a table of calls needs the column of the customers: set "
            "customer_id in EXPORT_COLUMNS of config.py ／ 通話データには顧客番号の列が必要です"
        )
    if not {columns.label, *columns.of_a_call} & table.positions.keys():
        raise DataError(
            f"{table.where}: neither calls nor labels; a table of customers alone can be learnt "
            f"from with a column {columns.label}; {table.found()} ／ 「{columns.label}」の列がない"
            "ため学習できません。列名か config.py を直してください（--inspect で設定例が出ます）"
        )
    table.require(columns.required)
    yield from _good_rows(table, columns, further, has_calls=True)


def records_of(
    table: OpenedTable, columns: ExportFormat, further: FurtherColumns
) -> Iterator[ExportedCall]:
    """Yield the records of a table without calls, one per customer."""
    if columns.customer_id not in ("", *table.positions):
        raise DataError(
            f"{table.where}: a table of customers without the column {columns.customer_id}; name "
            'its column as "customer_id" in EXPORT_COLUMNS of config.py, or set it to "" and rows '
            'are numbered ／ 顧客番号の列がありません。なければ "" とし、行番号で代えられます'
        )
    table.require((columns.label,))
    yield from _good_rows(table, columns, further, has_calls=False)


def has_calls(table: OpenedTable, columns: ExportFormat) -> bool:
    """Return False for a table that has labels but no column of a call."""
    is_labelled = columns.label in table.positions
    return not is_labelled or any(column in table.positions for column in columns.of_a_call)


def _good_rows(
    table: OpenedTable, columns: ExportFormat, further: FurtherColumns, has_calls: bool
) -> Iterator[ExportedCall]:
    positions = [table.positions[name] for name in further.columns]
    cells = CellReader(columns.cell_rules, table.decimals, table.counts_from_1904, table.headings)
    reader = _RowReader(columns, further, positions, cells, has_calls)
    for row in table.rows(columns.customer_id):
        call = reader.read(row)
        if call is not None:
            yield call
    reader.problems.refuse()
    cells.refuse_unclear(table.where, further.fields)
    table.notes.extend(cells.notes())


class _RowReader:
    """A reader of rows that collects the invalid cells."""

    def __init__(
        self,
        columns: ExportFormat,
        further: FurtherColumns,
        positions: Sequence[int],
        cells: CellReader,
        has_calls: bool,
    ) -> None:
        self.problems = Problems()
        self._positions = positions
        self._columns = columns
        self._further = further
        self._cells = cells
        self._has_calls = has_calls
        self._rows: dict[str, int] = {}
        self._labels = LabelWords(columns.unpaid, columns.paid, cells)

    def read(self, row: Row) -> ExportedCall | None:
        """Return the row as a call, or None from the first invalid cell on."""
        columns, read, cells = self._columns, self.problems.read, self._cells
        number = row.where.row or 0
        # A table of records without ids numbers them by their rows.
        has_id = bool(columns.customer_id)
        customer_id = read(cells.identifier, row, columns.customer_id) if has_id else f"{number}"
        began_at, call_id = self._call(row, customer_id or "")
        label = read(self._labels.label, row, columns.label)
        contract, due, paid = (
            read(cells.day, row, name)
            for name in (columns.contract_date, columns.due_date, columns.paid_date)
        )
        duration = read(cells.seconds, row, columns.duration)
        agent = read(cells.text, row, columns.agent)
        phone = read(cells.text, row, self._further.phone)
        values = {field.name: self._value(row, field) for field in self._further.fields}
        if self.problems:
            return None
        return ExportedCall(
            row=number,
            customer_id=customer_id or "",
            call_id=call_id,
            began_at=began_at,
            unpaid=label,
            contract_date=contract,
            agent=agent,
            duration_s=None if self._is_missing(columns.duration, duration) else duration,
            transcript=str(row.value(columns.transcript) or ""),
            phone=phone_digits(phone),
            due_date=due,
            paid_date=paid,
            values=values,
            cells=row.raw(self._positions),
        )

    def _call(self, row: Row, customer_id: str) -> tuple[datetime | None, str]:
        read, cells = self.problems.read, self._cells
        if self._has_calls:
            began_at = read(cells.started, row, self._columns.started_at)
            return began_at, read(cells.identifier, row, self._columns.contact_id) or ""
        first = self._rows.setdefault(customer_id, row.where.row or 0)
        if first != row.where.row:
            expected = f"each customer record once; row {first} has it too"
            ja = f"{first} 行目と同じ番号です"
            self.problems.add(row.error(self._columns.customer_id, expected, ja))
        return None, customer_id

    def _value(self, row: Row, field: CustomerField) -> FieldValue:
        try:
            value = self._cells.field_value(row, field)
        except BadCellError as error:
            self.problems.add(error)
            return None
        return None if self._is_missing(field.column, value) else value

    def _is_missing(self, column: str, value: FieldValue) -> bool:
        return value == 0 and column in self._columns.zero_is_missing
