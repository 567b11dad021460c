"""An open export beside its customers table, and what is read of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from callrisk.domain.customer import CustomerField
from callrisk.integrations.spreadsheet.call_export import (
    ExportedCall,
    ExportFormat,
    FurtherColumns,
    calls_of,
    has_calls,
    records_of,
)
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat, CustomerTable
from callrisk.integrations.spreadsheet.rows import OpenedTable
from callrisk.pipeline.file_formats import Formats


@dataclass(frozen=True, slots=True)
class ExportSource:
    """The table of an export, the customers table, and the names of their columns."""

    table: OpenedTable
    listed: CustomerTable
    formats: Formats

    @property
    def export(self) -> ExportFormat:
        """The format of the export."""
        return self.formats.export

    @property
    def customer(self) -> CustomerFormat:
        """The format of the customers table."""
        return self.formats.customer

    @property
    def declared(self) -> tuple[CustomerField, ...]:
        """The declared fields."""
        return self.customer.fields

    @property
    def has_calls(self) -> bool:
        """False for a table of labelled customers."""
        return has_calls(self.table, self.export)

    @property
    def further(self) -> FurtherColumns:
        """The columns to read beside the export's own: undeclared ones and missing fields."""
        header = self.table.positions
        fields = tuple(
            declared
            for declared in self.declared
            if declared.column in header and declared.column not in self.listed.header
        )
        named = (
            self.export.own
            | self.customer.persons
            | {declared.column for declared in self.declared}
        )
        # The table's own column of a name says more than a copy of it in the export.
        named |= self.listed.header - set(self.export.post_call)
        columns = tuple(name for name in header if name not in named)
        return FurtherColumns(self.customer.phone, fields, columns)

    def rows(self) -> Iterator[ExportedCall]:
        """Yield the rows; DataError after the last one where any is invalid."""
        read = calls_of if self.has_calls else records_of
        return read(self.table, self.export, self.further)
