"""The running state of taking the parts of an export together, row by row."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import numpy as np

from callrisk.domain.call import CallTotals
from callrisk.domain.customer import JST, FieldValue
from callrisk.domain.phone import phone_digits
from callrisk.integrations.spreadsheet.call_export import (
    ExportedCall,
    ExportFormat,
    FurtherColumns,
)
from callrisk.integrations.spreadsheet.cell_columns import CellColumns
from callrisk.integrations.spreadsheet.customer_table import CustomerTable, PaymentDates
from callrisk.integrations.spreadsheet.written_numbers import Decimals
from callrisk.pipeline.call_moments import MomentTable
from callrisk.pipeline.dataset import PreparedCall
from callrisk.pipeline.preparation.call_order import call_order
from callrisk.pipeline.preparation.column_roles import SourceColumns
from callrisk.pipeline.preparation.components import Links
from callrisk.pipeline.preparation.record_numbers import RecordNumbers
from callrisk.pipeline.preparation.transcript_checks import TranscriptChecks
from callrisk.pipeline.readings.part import Part, TranscriptFacts

_NO_DATES = PaymentDates()


class ExportReader:
    """A reader of rows; a call that is listed again counts once for each customer."""

    def __init__(self, columns: ExportFormat, further: FurtherColumns, decimals: Decimals) -> None:
        self.transcripts = TranscriptChecks()
        self.rows = 0
        self.duplicates = 0
        self.calls: dict[tuple[str, str], PreparedCall] = {}
        self.labels: dict[str, dict[bool | None, int]] = defaultdict(dict)
        self.phones: dict[str, set[str]] = defaultdict(set)
        self.payments: dict[str, PaymentDates] = {}
        # The newest date that has come to pass in the file.
        self.newest: date | None = None
        # The call that was first listed under a contact id, and its row.
        self._by_contact: dict[str, tuple[PreparedCall, int]] = {}
        # The row with the transcript of each call.
        self._spoken_in: list[int] = []
        self._moments: list[MomentTable] = []
        self._shares: list[MomentTable] = []
        self._cells = CellColumns(further.columns, columns.cells, decimals, columns.zero_is_missing)
        self._values: dict[str, list[FieldValue]] = {field.name: [] for field in further.fields}

    def take(self, part: Part, numbers: RecordNumbers) -> None:
        """Add the rows of a part, under the numbers of their customers' records."""
        counted = []
        rows = zip(part.calls, part.transcripts, part.moments.whole_calls(), strict=True)
        for number, (call, facts, totals) in enumerate(rows):
            if self._take(numbers.of(call), facts, totals):
                counted.append(number)
        self._cells.add(part.cells, counted)
        self._moments.append(part.moments)
        self._shares.append(part.shares)

    def _take(self, exported: ExportedCall, facts: TranscriptFacts, totals: CallTotals) -> bool:
        """Add one row; return False for one that is there already."""
        number, self.rows = self.rows, self.rows + 1
        self.labels[exported.customer_id].setdefault(exported.unpaid, exported.row)
        self._take_dates(exported)
        if exported.phone is not None:
            self.phones[exported.customer_id].add(exported.phone)
        same_call = self._by_contact.get(exported.call_id)
        if same_call is not None:
            self.duplicates += 1
        key = (exported.customer_id, exported.call_id)
        if key in self.calls:
            return False
        if same_call is None:
            self.transcripts.take(exported.row, facts.length, is_strange=facts.is_strange)
            call = _prepared(exported, totals, facts.is_cut, facts.text_key)
            self._by_contact[exported.call_id] = call, number
        else:
            first, number = same_call
            call = _prepared(exported, first.totals, first.transcript_cut, first.text_key)
        self.calls[key] = call
        self._spoken_in.append(number)
        for name, values in self._values.items():
            values.append(exported.values[name])
        return True

    def _take_dates(self, exported: ExportedCall) -> None:
        began = None if exported.began_at is None else exported.began_at.astimezone(JST).date()
        self.newest = _latest(self.newest, began, exported.contract_date, exported.paid_date)
        dates = self.payments.get(exported.customer_id, _NO_DATES)
        merged = PaymentDates(
            _earliest(dates.due, exported.due_date), _earliest(dates.paid, exported.paid_date)
        )
        if merged != _NO_DATES:
            self.payments[exported.customer_id] = merged

    def join(self, table: CustomerTable) -> None:
        """Add the telephone numbers and payment dates of the customers table."""
        for customer_id in self.labels:
            record = table.records.get(customer_id)
            phone = phone_digits(None if record is None else record.phone)
            if phone is not None:
                self.phones[customer_id].add(phone)
        self.newest = _latest(self.newest, *(dates.paid for dates in table.payments.values()))
        self.payments = {
            customer_id: _completed(
                table.payments.get(customer_id, _NO_DATES),
                self.payments.get(customer_id, _NO_DATES),
            )
            for customer_id in self.labels
        }

    def links(self) -> Links:
        """Return the keys that connect customers; a repeated contact id is not a second text."""
        first: dict[bytes, str] = {}
        copied: set[bytes] = set()
        for call in self.calls.values():
            if call.text_key and first.setdefault(call.text_key, call.call_id) != call.call_id:
                copied.add(call.text_key)
        return Links(
            calls=[(call.customer_id, call.call_id) for call in self.calls.values()],
            phones=[
                (customer_id, phone)
                for customer_id, phones in self.phones.items()
                for phone in phones
            ],
            texts=[
                (call.customer_id, call.text_key)
                for call in self.calls.values()
                if call.text_key in copied
            ],
        )

    def columns(self, table: CustomerTable) -> SourceColumns:
        """Return the further columns and declared fields of the counted calls, and of the table."""
        customer_ids = tuple(self.labels)
        order = call_order(self.calls.values(), customer_ids)
        return SourceColumns(order, customer_ids, self._cells.columns(), self._values, table)

    def moments(self) -> tuple[MomentTable, MomentTable]:
        """Return the moments of the counted calls, and their shares; both in order of the calls."""
        rows = np.array(self._spoken_in, dtype=np.int64)
        moments, shares = (
            MomentTable.joined(tables).of_calls(rows) for tables in (self._moments, self._shares)
        )
        return moments, shares

    @property
    def values(self) -> Mapping[str, tuple[FieldValue, ...]]:
        """Declared fields that stand in the export, one value a call."""
        return {name: tuple(values) for name, values in self._values.items()}


def _prepared(
    exported: ExportedCall, totals: CallTotals, is_cut: bool, key: bytes | None
) -> PreparedCall:
    return PreparedCall(
        customer_id=exported.customer_id,
        call_id=exported.call_id,
        began_at=exported.began_at,
        contract_date=exported.contract_date,
        agent=exported.agent,
        duration_s=exported.duration_s,
        totals=totals,
        transcript_cut=is_cut,
        text_key=key,
    )


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _completed(first: PaymentDates, second: PaymentDates) -> PaymentDates:
    return PaymentDates(first.due or second.due, first.paid or second.paid)
