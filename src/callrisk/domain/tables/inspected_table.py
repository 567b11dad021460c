"""A table that was looked at: its columns, what is refused, and what it would take to use it."""

from dataclasses import dataclass

from callrisk.domain.portfolio.stability import Change
from callrisk.domain.wording import Text

# A comment for config.py, which is read in both languages.
NO_LABEL = "# no label column: a customers table / 未払の列がないため顧客表として読みます"


@dataclass(frozen=True, slots=True)
class InspectedColumn:
    """One column: its letter, its role in config.py, its kind, and how its cells are read."""

    name: str
    letter: str
    role: str
    kind: str
    filled: int
    read: str
    refused: int
    first_refused: Text | None


@dataclass(frozen=True, slots=True)
class SuggestedEntry:
    """An entry of CUSTOMER_FIELDS for a column that is not declared.

    `line` is empty where the column is better left out; `remark` is the reason, or a caution.
    """

    column: str
    line: str
    remark: str = ""

    def lines(self) -> tuple[str, ...]:
        """Return what stands in config.py: remarks as comments, then the entry."""
        told = (f"# {self.column}: {self.remark}",) if self.remark else ()
        return (*told, self.line) if self.line else told


@dataclass(frozen=True, slots=True)
class RoleColumn:
    """The column that a part of EXPORT_COLUMNS names; empty where none was found."""

    part: str
    column: str
    is_guessed: bool

    def line(self, column: str | None = None) -> str:
        """Return the line of EXPORT_COLUMNS, with another column where one was chosen."""
        named = self.column if column is None else column
        remark = ""
        if self.is_guessed and column is None:
            remark = "  # guessed 推定" if named else "  # not found 見つかりません"
        escaped = named.replace("\\", "\\\\").replace('"', '\\"')
        return f'    "{self.part}": "{escaped}",{remark}'


@dataclass(frozen=True, slots=True)
class TableTwins:
    """The rows and calls that a table has more than once.

    `rows` repeat an earlier row whole. `contacts` are the ids of calls in several rows, of which
    `shared_contacts` are of several customers.
    """

    rows: int
    contacts: int
    shared_contacts: int


@dataclass(frozen=True, slots=True)
class LabelMonth:
    """The rows of a month of contract, or of call: how many have a label, how many are unpaid."""

    month: str
    rows: int
    labelled: int
    unpaid: int


@dataclass(frozen=True, slots=True)
class LabelAge:
    """The age of labels in days, from `dated_by` to the newest day in that column.

    Days are None where no label has a date.
    """

    dated_by: str
    labelled: int
    unpaid: int
    pending: int
    median_days: int | None
    youngest_days: int | None
    months: tuple[LabelMonth, ...]


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """The PSI of a column between an earlier table and this one, and the limit of chance."""

    column: str
    psi: float
    limit: float
    change: Change


@dataclass(frozen=True, slots=True)
class TableDrift:
    """The changes since an earlier table: columns by PSI, those that are gone, and new ones."""

    earlier: str
    earlier_rows: int
    columns: tuple[ColumnDrift, ...]
    gone: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """The content of a file, and the entries that it would take to use it."""

    place: str
    sheets: tuple[str, ...]
    header_row: int
    rows: int
    columns: tuple[InspectedColumn, ...]
    notes: tuple[str, ...]
    unclear: tuple[str, ...]
    export_columns: tuple[RoleColumn, ...]
    suggested: tuple[SuggestedEntry, ...]
    twins: TableTwins
    label_age: LabelAge | None
    drift: TableDrift | None

    @property
    def is_export(self) -> bool:
        """True for an export of calls; a table without a label is read as one of customers."""
        return any(one.part == "label" and one.column for one in self.export_columns)

    @property
    def entries(self) -> tuple[str, ...]:
        """The entries of CUSTOMER_FIELDS, with the reasons against others as comments."""
        return tuple(line for one in self.suggested for line in one.lines())
