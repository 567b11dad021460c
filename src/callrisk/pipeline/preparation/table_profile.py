"""Facts about a whole table: what stands in it twice, how old its labels are, what changed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from callrisk.domain.arrays import Floats
from callrisk.domain.portfolio.stability import Bins, stability
from callrisk.domain.tables.inspected_table import (
    ColumnDrift,
    LabelAge,
    LabelMonth,
    TableDrift,
    TableTwins,
)
from callrisk.integrations.spreadsheet.cell_columns import CellColumn, CellKind

Columns = Mapping[str, CellColumn]
_DAY_0 = date(1970, 1, 1)
# Of more months the oldest are told together.
_MOST_MONTHS = 36


def twins_of(found: Columns, contact_id: str, customer_id: str) -> TableTwins:
    """Return what stands in a table twice; the names of columns are empty where there is none."""
    # NaN has one form here, so that equal rows are equal bytes.
    cells = np.column_stack([column.values for column in found.values()]) if found else None
    repeated = 0 if cells is None else len(cells) - _distinct(cells)
    if contact_id not in found:
        return TableTwins(repeated, 0, 0)
    contact = found[contact_id].values
    known = ~np.isnan(contact)
    _, place, times = np.unique(contact[known], return_inverse=True, return_counts=True)
    shared = 0
    if customer_id in found:
        pairs = np.unique(np.column_stack([place, found[customer_id].values[known]]), axis=0)
        shared = int((np.bincount(pairs[:, 0].astype(np.int64)) > 1).sum()) if len(pairs) else 0
    return TableTwins(repeated, int((times > 1).sum()), shared)


def _distinct(cells: Floats) -> int:
    """Return how many rows differ."""
    rows = np.ascontiguousarray(cells).view(
        np.dtype((np.void, cells.dtype.itemsize * cells.shape[1]))
    )
    return len(np.unique(rows))


def label_age_of(labels: Floats, found: Columns, dated_by: Sequence[str]) -> LabelAge | None:
    """Return the age of labels (1 unpaid, 0 paid, NaN pending); None without a label.

    They are dated by the first of these columns that has dates.
    """
    known = ~np.isnan(labels)
    if not known.any():
        return None
    name = next((one for one in dated_by if _has_dates(found, one)), "")
    days = np.floor(found[name].values) if name else np.full(len(labels), np.nan)
    ages = np.nanmax(days) - days[known] if name else np.array([])
    ages = ages[~np.isnan(ages)]
    return LabelAge(
        dated_by=name, labelled=int(known.sum()), unpaid=int(np.nansum(labels)),
        pending=int((~known).sum()), median_days=int(np.median(ages)) if len(ages) else None,
        youngest_days=int(ages.min()) if len(ages) else None, months=_months(days, labels),
    )  # fmt: skip


def _has_dates(found: Columns, name: str) -> bool:
    return name in found and found[name].kind is CellKind.DATE


def _months(days: Floats, labels: Floats) -> tuple[LabelMonth, ...]:
    dated = ~np.isnan(days)
    names, place = np.unique([_month(day) for day in days[dated]], return_inverse=True)
    of_label = labels[dated]
    known = ~np.isnan(of_label)
    counts = [
        np.bincount(place, weights, minlength=len(names)).astype(int)
        for weights in (np.ones(len(place)), known.astype(float), np.nan_to_num(of_label))
    ]
    months = [
        LabelMonth(str(name), *map(int, row)) for name, *row in zip(names, *counts, strict=True)
    ]
    return tuple(months[-_MOST_MONTHS:])


def _month(day: float) -> str:
    return f"{_DAY_0 + timedelta(days=int(day)):%Y-%m}"


def drift_of(earlier: tuple[str, Columns], found: Columns, left_out: Sequence[str]) -> TableDrift:
    """Return what changed since an earlier table (its name and columns).

    Dates move on by themselves; they, and columns left out such as ids, are not compared.
    """
    name, before = earlier
    pairs = {
        one: (before[one], found[one])
        for one in found
        if one in before and one not in left_out and _is_compared(before[one], found[one])
    }
    counts = {one: _counts(*pair) for one, pair in pairs.items()}
    judged = stability(
        {one: pair[0] for one, pair in counts.items()},
        {one: pair[1] for one, pair in counts.items()},
    )  # fmt: skip
    return TableDrift(
        earlier=name,
        earlier_rows=max((len(column.values) for column in before.values()), default=0),
        columns=tuple(ColumnDrift(one.name, one.psi, one.limit, one.change) for one in judged),
        gone=tuple(one for one in before if one not in found),
        added=tuple(one for one in found if one not in before),
    )


def _is_compared(before: CellColumn, after: CellColumn) -> bool:
    return before.kind is after.kind and before.kind in (CellKind.NUMBER, CellKind.TEXT)


def _counts(before: CellColumn, after: CellColumn) -> tuple[Floats, Floats]:
    if before.kind is CellKind.NUMBER:
        bins = Bins.of(before.values)
        return bins.counts(before.values), bins.counts(after.values)
    texts = {text: n for n, text in enumerate(sorted({*before.texts, *after.texts}))}
    return _by_text(before, texts), _by_text(after, texts)


def _by_text(column: CellColumn, places: Mapping[str, int]) -> Floats:
    """Return how many cells have each text, and, the last, how many are missing."""
    code = np.array([places[text] for text in column.texts], dtype=np.int64)
    known = ~np.isnan(column.values)
    counts = np.bincount(code[column.values[known].astype(np.int64)], minlength=len(places) + 1)
    counts[-1] += int((~known).sum())
    return counts.astype(np.float64)
