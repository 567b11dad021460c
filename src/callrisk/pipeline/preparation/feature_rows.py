"""Feature rows of prepared calls: every snapshot as of the moment of its call."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

import numpy as np

from callrisk.domain.arrays import Flags, Floats, Ints
from callrisk.domain.customer import JST, Customer, CustomerField
from callrisk.domain.features import columns as columns_of
from callrisk.domain.features.contract import HISTORY, MANNER, SAID, Feature, customer_features
from callrisk.domain.features.history import CallHistory, EarlierCall, history_before
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.pipeline.dataset import SHARES, Dataset, Prepared, PreparedCall
from callrisk.pipeline.preparation.column_roles import usable_fields


def build_dataset(prepared: Prepared, declared: Sequence[CustomerField]) -> Dataset:
    """Return the dataset, one row a snapshot, with the features that vary in the training rows.

    Raise DataError when no feature varies.
    """
    declared = usable_fields(declared, prepared.left_out)
    moments = prepared.moments
    call = moments.call
    columns = _columns(prepared, call, moments.columns(), declared)
    group_of = {
        customer_id: number
        for number, group in enumerate(prepared.groups)
        for customer_id in group.customer_ids
    }
    group = np.array([group_of[each.customer_id] for each in prepared.calls])[call]
    labels = np.array([np.nan if g.unpaid is None else float(g.unpaid) for g in prepared.groups])
    y = labels[group]
    weight = _weights(prepared, call, group, y)
    usable = _usable(prepared, columns, declared, weight > 0)
    manner = _varying(MANNER, columns, weight > 0)
    return Dataset(
        features=usable,
        x=columns_of.matrix(columns, [feature.name for feature in usable]),
        manner=manner,
        manner_x=columns_of.matrix(columns, [feature.name for feature in manner]),
        y=y,
        group=group,
        call=call,
        cut=moments.at.astype(np.int64),
        weight=weight,
        latest=_latest(prepared, len(call)),
        prepared=prepared,
    )


def latest_rows(prepared: Prepared, names: Sequence[str]) -> tuple[Floats, Ints]:
    """Return features at the end of each customer's latest call, and the numbers of these calls.

    The features are those that a model asks for, shape (customers, features), in its order.
    """
    ends = _latest_ends(prepared)
    calls = prepared.moments.call[ends]
    columns = _columns(prepared, calls, prepared.moments.columns(ends), prepared.declared)
    return columns_of.matrix(columns, names), calls


def _columns(
    prepared: Prepared, of_row: Ints, totals: Mapping[str, Floats],
    declared: Sequence[CustomerField],
) -> dict[str, Floats]:  # fmt: skip
    history = _of_rows(columns_of.history_table(_histories(prepared)), of_row)
    moments = [_moment(call) for call in prepared.calls]
    records = columns_of.customer_columns(records_of_calls(prepared), declared, moments)
    return (
        columns_of.said_columns(totals)
        | columns_of.manner_columns(totals)
        | columns_of.history_columns(history)
        | _of_rows(records, of_row)
    )


def records_of_calls(prepared: Prepared) -> list[Customer | None]:
    """Return the record of each call: the table's, with the values of the export at that call."""
    records = [prepared.records.get(call.customer_id) for call in prepared.calls]
    if not prepared.call_values:
        return records
    return [
        replace(
            record or Customer(call.customer_id),
            values=dict({} if record is None else record.values)
            | {name: values[number] for name, values in prepared.call_values.items()},
        )
        for number, (call, record) in enumerate(zip(prepared.calls, records, strict=True))
    ]


def _moment(call: PreparedCall) -> datetime | None:
    """Return the begin of a call; of a record without calls its contract date."""
    if call.began_at is not None or call.contract_date is None:
        return call.began_at
    return datetime.combine(call.contract_date, time(), JST)


def _of_rows(per_call: Mapping[str, Floats], of_row: Ints) -> dict[str, Floats]:
    return {name: column[of_row] for name, column in per_call.items()}


def _histories(prepared: Prepared) -> list[CallHistory | None]:
    of_customer: dict[str, list[EarlierCall]] = defaultdict(list)
    for call in prepared.calls:
        if call.began_at is not None:
            earlier = EarlierCall(call.call_id, call.began_at, call.totals)
            of_customer[call.customer_id].append(earlier)
    return [
        None
        if call.began_at is None
        else history_before(call.began_at, of_customer[call.customer_id])
        for call in prepared.calls
    ]


def _weights(prepared: Prepared, call: Ints, group: Ints, y: Floats) -> Floats:
    # A call listed again under a second customer is scored there too, but learnt from once.
    is_first = np.zeros(len(prepared.calls), dtype=np.bool_)
    call_ids = [prepared_call.call_id for prepared_call in prepared.calls]
    is_first[np.unique(call_ids, return_index=True)[1]] = True
    learns = is_first[call] & ~np.isnan(y)
    rows_of_call = np.bincount(call, minlength=len(prepared.calls))
    calls_of_group = np.zeros(len(prepared.groups))
    first_row = np.unique(call, return_index=True)[1]
    np.add.at(calls_of_group, group[first_row], is_first.astype(np.float64))
    return np.where(learns, 1.0 / (rows_of_call[call] * np.maximum(calls_of_group[group], 1)), 0.0)


def _usable(
    prepared: Prepared,
    columns: dict[str, Floats],
    declared: Sequence[CustomerField],
    learns: Flags,
) -> tuple[Feature, ...]:
    usable = _varying(SAID + HISTORY + customer_features(declared), columns, learns)
    if not usable:
        raise DataError(
            f"{prepared.source}: nothing differs between the customers (nobody says anything about "
            "paying, no second call, no customers table); expected something to learn from "
            "／ お客様の間に違いがなく、学習できません。顧客表か、内容のある通話を加えてください"
        )
    return usable


def _varying(
    candidates: Sequence[Feature], columns: Mapping[str, Floats], learns: Flags
) -> tuple[Feature, ...]:
    return tuple(feature for feature in candidates if _varies(columns[feature.name][learns]))


def _varies(column: Floats) -> bool:
    finite = column[~np.isnan(column)]
    return bool(len(finite)) and bool(finite.min() < finite.max())


def _latest_ends(prepared: Prepared) -> Ints:
    """Return the rows at the end of each customer's latest call, in their order."""
    latest_call: dict[str, int] = {}
    for number, call in enumerate(prepared.calls):
        other = latest_call.get(call.customer_id)
        if other is None or not _is_earlier(call, prepared.calls[other]):
            latest_call[call.customer_id] = number
    return np.sort(prepared.moments.last[[*latest_call.values()]])


def _latest(prepared: Prepared, rows: int) -> Flags:
    flags = np.zeros(rows, dtype=np.bool_)
    flags[_latest_ends(prepared)] = True
    return flags


def _is_earlier(call: PreparedCall, other: PreparedCall) -> bool:
    if call.began_at is None or other.began_at is None:
        return False
    return call.began_at < other.began_at


def share_rows(prepared: Prepared, dataset: Dataset) -> tuple[Floats, Ints, Ints]:
    """Return feature rows of each customer's latest call at 0, 25, 50, 75 and 100 % of its turns.

    Returns x (rows, features of the dataset), the row of the dataset at which each customer's
    latest call ends, and the share in percent.
    """
    ends = np.flatnonzero(dataset.latest)
    calls = dataset.call[ends]
    times = (0, *SHARES, 100)
    of_shares = prepared.shares.of_calls(calls).columns()
    at_end = prepared.moments.columns(ends)
    # By customer, its moments one after the other: nothing at first, the shares, and the end.
    totals = {
        name: np.column_stack(
            [np.zeros(len(ends)), column.reshape(len(ends), len(SHARES)), at_end[name]]
        ).ravel()
        for name, column in of_shares.items()
    }
    declared = usable_fields(prepared.declared, prepared.left_out)
    columns = _columns(prepared, np.repeat(calls, len(times)), totals, declared)
    x = columns_of.matrix(columns, dataset.names)
    return x, np.repeat(ends, len(times)), np.tile(np.array(times), len(ends))
