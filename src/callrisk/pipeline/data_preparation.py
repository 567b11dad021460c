"""Phase 1: an export becomes calls, independent groups, snapshots as of a moment, and features."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from callrisk.domain.assessment import heard_enough
from callrisk.domain.call import TEXT_FIELDS, CallTotals, ParticipantRole, text_totals
from callrisk.domain.customer import Customer
from callrisk.integrations.spreadsheet.call_export import (
    EXCEL_CELL_CHARS,
    ExportedCall,
    ExportFormat,
    Turn,
    read_calls,
    turns,
)
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat, read_customers
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.pipeline.dataset import (
    CUT_TURNS,
    END,
    Group,
    Prepared,
    PreparedCall,
    Progress,
)

# How often progress is told while rows are read, in rows.
_TELL_EVERY = 500
# Cross-validation needs each label on both sides.
_FEWEST_OF_A_LABEL = 2


def prepare(
    data: Path,
    customers: Path | None,
    export_format: ExportFormat,
    customer_format: CustomerFormat,
    progress: Progress,
) -> Prepared:
    """Read and check an export and its customers table; DataError says what cannot be used."""
    reading = _Reading()
    for number, exported in enumerate(read_calls(data, export_format), start=1):
        reading.take(exported)
        if number % _TELL_EVERY == 0:
            # How many rows are left is unknown while streaming; the bar nears its end instead.
            progress(1 - 1 / (1 + number / (20 * _TELL_EVERY)))
    records = read_customers(customers, customer_format) if customers else {}
    groups = _groups(data, reading)
    return Prepared(
        source=data,
        rows=reading.rows,
        duplicate_calls=reading.duplicates,
        calls=tuple(reading.calls.values()),
        groups=groups,
        records=records,
        warnings=tuple(_warnings(reading, records)),
    )


class _Reading:
    """What has been read so far; the words of a call are counted and let go."""

    def __init__(self) -> None:
        self.rows = 0
        self.duplicates = 0
        self.calls: dict[tuple[str, str], PreparedCall] = {}
        self.labels: dict[str, dict[bool | None, int]] = defaultdict(dict)
        self._by_contact: dict[str, PreparedCall] = {}

    def take(self, exported: ExportedCall) -> None:
        self.rows += 1
        self.labels[exported.customer_id].setdefault(exported.unpaid, exported.row)
        twin = self._by_contact.get(exported.call_id)
        if twin is not None:
            self.duplicates += 1
        call = _prepared(exported, twin)
        self._by_contact.setdefault(exported.call_id, call)
        self.calls.setdefault((exported.customer_id, exported.call_id), call)


def _prepared(exported: ExportedCall, twin: PreparedCall | None) -> PreparedCall:
    if twin is not None:
        snapshots, totals, cut = twin.snapshots, twin.totals, twin.transcript_cut
    else:
        spoken = turns(exported.transcript)
        snapshots, totals = snapshots_of(spoken)
        cut = len(exported.transcript) >= EXCEL_CELL_CHARS
    return PreparedCall(
        exported.customer_id,
        exported.call_id,
        exported.began_at,
        exported.contract_date,
        exported.agent,
        exported.duration_s,
        snapshots,
        totals,
        cut,
    )


def snapshots_of(spoken: Sequence[Turn]) -> tuple[tuple[tuple[int, CallTotals], ...], CallTotals]:
    """The sums at every cut and at the end, and the sums of the whole call.

    A cut at which too little was heard for a verdict is left out: the live call says "listening"
    there, and what it knows is the moment before the first word, which is always among the cuts.
    """
    edges = [turn for turn in CUT_TURNS if 0 < turn < len(spoken)] + [len(spoken)]
    sums, begin, found = np.zeros(len(TEXT_FIELDS), dtype=np.int64), 0, [(0, CallTotals())]
    for edge in edges:
        sums += text_totals(*_by_role(spoken[begin:edge]))
        totals = CallTotals(**dict(zip(TEXT_FIELDS, sums.tolist(), strict=True)))
        if heard_enough(totals):
            found.append((END if edge == len(spoken) else edge, totals))
        begin = edge
    return tuple(found), totals


def _by_role(spoken: Sequence[Turn]) -> tuple[list[str], list[str]]:
    agent = [text for role, text in spoken if role is ParticipantRole.AGENT]
    customer = [text for role, text in spoken if role is ParticipantRole.CUSTOMER]
    return agent, customer


def _groups(data: Path, reading: _Reading) -> tuple[Group, ...]:
    members: dict[str, list[str]] = defaultdict(list)
    root = connected((call.customer_id, call.call_id) for call in reading.calls.values())
    for customer_id in reading.labels:
        members[root[customer_id]].append(customer_id)
    _refuse_contradictions(data, reading, members.values())
    months: dict[str, str] = {}
    for call in reading.calls.values():
        if call.contract_date is not None:
            months.setdefault(root[call.customer_id], f"{call.contract_date:%Y-%m}")
    return tuple(
        Group(tuple(ids), _one_label(reading, ids), months.get(key)) for key, ids in members.items()
    )


def connected(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each customer the first customer of its component over shared contact ids."""
    parent: dict[str, str] = {}
    first_of_contact: dict[str, str] = {}

    def find(customer: str) -> str:
        while parent[customer] != customer:
            parent[customer] = parent[parent[customer]]
            customer = parent[customer]
        return customer

    for customer, contact in pairs:
        parent.setdefault(customer, customer)
        other = find(first_of_contact.setdefault(contact, customer))
        mine = find(customer)
        parent[mine] = other
    return {customer: find(customer) for customer in parent}


def _one_label(reading: _Reading, ids: Sequence[str]) -> bool | None:
    labels = {label for customer_id in ids for label in reading.labels[customer_id]} - {None}
    return labels.pop() if labels else None


def _refuse_contradictions(
    data: Path, reading: _Reading, components: Iterable[Sequence[str]]
) -> None:
    contradictions = [
        f"{customer_id} (row {row}: {'unpaid' if label else 'paid'})"
        for ids in components
        if len({label for one in ids for label in reading.labels[one]} - {None}) > 1
        for customer_id in ids
        for label, row in reading.labels[customer_id].items()
        if label is not None
    ]
    if contradictions:
        raise DataError(
            f"{data}: customers connected by shared calls carry different labels; expected one "
            f"label a person: {', '.join(contradictions)}"
        )


def _warnings(reading: _Reading, records: dict[str, Customer]) -> list[str]:
    warnings = []
    cut = sum(call.transcript_cut for call in reading.calls.values())
    if cut:
        warnings.append(
            f"{cut} transcripts are cut at Excel's limit of {EXCEL_CELL_CHARS} characters"
        )
    if records:
        unknown = [customer_id for customer_id in reading.labels if customer_id not in records]
        if unknown:
            warnings.append(
                f"{len(unknown)} customers of the export are not in the customers table"
            )
    return warnings


def refuse_too_few(prepared: Prepared) -> None:
    """DataError when there are too few labelled groups of a kind to learn anything from."""
    unpaid = sum(group.unpaid is True for group in prepared.groups)
    paid = sum(group.unpaid is False for group in prepared.groups)
    if min(unpaid, paid) < _FEWEST_OF_A_LABEL:
        raise DataError(
            f"{prepared.source}: {unpaid} unpaid and {paid} paid customers; "
            f"expected at least {_FEWEST_OF_A_LABEL} of each to learn from"
        )
