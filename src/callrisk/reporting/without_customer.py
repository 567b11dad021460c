"""The results of a run without one customer: the list, the workbook and the arrays of the app."""

import csv
import io
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from openpyxl import load_workbook

from callrisk.domain.customer import canonical_id
from callrisk.reporting.run_results import read_customers, to_bytes


def csv_without(text: str, column: str, value: str) -> str | None:
    """Return a table of CSV without the rows that have a value; None if none has it."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    head = rows[0] if rows else []
    if column not in head:
        return None
    at = head.index(column)
    kept = [row for row in rows if len(row) <= at or canonical_id(row[at]) != value]
    if len(kept) == len(rows):
        return None
    out = io.StringIO()
    out.write("\ufeff" if text.startswith("\ufeff") else "")
    csv.writer(out, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(kept)
    return out.getvalue()


def workbook_without(path: Path, value: str) -> bytes | None:
    """Return a workbook without the rows of its first sheet that begin with a value, or None."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    rows = [row for row in range(2, sheet.max_row + 1) if str(sheet.cell(row, 1).value) == value]
    if not rows:
        return None
    for row in reversed(rows):
        sheet.delete_rows(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def customers_without(path: Path, customer_id: str) -> bytes | None:
    """Return the arrays of a run's customers without one of them; None if it has none such."""
    customers = read_customers(path)
    kept = customers.customer_id != customer_id
    if kept.all():
        return None
    # What is told of the features is one entry a feature, and all else one a customer.
    names = {
        field.name for field in fields(customers)
        if isinstance(getattr(customers, field.name), np.ndarray) and field.name != "typical"
    }  # fmt: skip
    return to_bytes(replace(customers, **{name: getattr(customers, name)[kept] for name in names}))
