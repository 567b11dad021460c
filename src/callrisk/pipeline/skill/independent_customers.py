"""Columns reduced to one entry an independent customer, for the column alarms."""

from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.customer import JST
from callrisk.pipeline.dataset import Dataset, Prepared
from callrisk.pipeline.preparation.call_order import CallOrder, call_order
from callrisk.pipeline.preparation.column_shapes import record_ranks

_DAY_0 = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True, slots=True)
class Units:
    """The first customer of each group, so that a person with two records counts once.

    `row` is the row of the dataset at which the latest call ends, `began` the day of that call and
    `contract` the contract date, or `began` where no contract date is known at all; days since 1970
    and months since year 0, NaN where unknown.
    """

    label: Floats
    record: Floats
    contract: Floats
    month: Floats
    began: Floats
    row: Ints
    position: Ints
    order: CallOrder

    def latest(self, of_calls: Floats) -> Floats:
        """Return the latest known value of each unit, shape (units,), of values a call."""
        return self.order.latest(of_calls)[self.position]


def units_of(dataset: Dataset) -> Units:
    """Return the independent customers of a dataset."""
    prepared = dataset.prepared
    order = call_order(prepared.calls, prepared.customer_ids)
    number = {customer_id: position for position, customer_id in enumerate(prepared.customer_ids)}
    position = np.array([number[group.customer_ids[0]] for group in prepared.groups])
    ends = np.flatnonzero(dataset.latest)
    row = np.zeros(len(number), dtype=np.int64)
    row[order.customer[dataset.call[ends]]] = ends
    began, contract = _days(prepared)
    began, contract = order.latest(began)[position], order.latest(contract)[position]
    if np.isnan(contract).all():
        contract = began
    return Units(
        label=dataset.group_label,
        record=record_ranks([prepared.customer_ids[first] for first in position]),
        contract=contract,
        month=_months(contract),
        began=began,
        row=row[position],
        position=position,
        order=order,
    )


def _days(prepared: Prepared) -> tuple[Floats, Floats]:
    began = [
        None if call.began_at is None else call.began_at.astimezone(JST).date()
        for call in prepared.calls
    ]
    signed = [call.contract_date for call in prepared.calls]
    first, second = (np.array(days, dtype="datetime64[D]") for days in (began, signed))
    return _numbers(first - _DAY_0), _numbers(second - _DAY_0)


def _months(days: Floats) -> Floats:
    known = ~np.isnan(days)
    months = np.full(len(days), np.nan)
    dates = _DAY_0 + days[known].astype("timedelta64[D]")
    months[known] = dates.astype("datetime64[M]").astype(np.int64)
    return months


def _numbers(spans: np.ndarray[tuple[int], np.dtype[np.timedelta64]]) -> Floats:
    return np.where(np.isnat(spans), np.nan, spans.astype(np.float64))
