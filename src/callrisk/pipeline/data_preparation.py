"""Phase 1: an export becomes calls, independent groups, snapshots as of a moment, and labels."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from callrisk.data_folder import has_record_numbers
from callrisk.domain.language import Language
from callrisk.integrations.spreadsheet.customer_table import (
    CustomerTable,
    ExcludedColumns,
    read_customer_table,
)
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.pipeline.dataset import Group, Prepared, Progress
from callrisk.pipeline.file_formats import Formats
from callrisk.pipeline.preparation.column_roles import ColumnRoles, assign_roles
from callrisk.pipeline.preparation.components import (
    LabelsByCustomer,
    components,
    duplicates_alarm,
    known_labels,
    texts_alarm,
)
from callrisk.pipeline.preparation.export_source import ExportSource
from callrisk.pipeline.preparation.labels import outcome_of
from callrisk.pipeline.preparation.matching_ids import refuse_unmatched
from callrisk.pipeline.preparation.reading import ExportReader
from callrisk.pipeline.preparation.record_numbers import RecordNumbers
from callrisk.pipeline.preparation.suggestions import Suggestions, suggest
from callrisk.pipeline.readings.export_reading import read_export, taken
from callrisk.pipeline.readings.kept_reading import reading_below
from callrisk.pipeline.readings.reading_key import reading_key

# So many entries fit into one line of an error.
_MOST_ENTRIES = 10
# Cross-validation needs each label on both sides.
_FEWEST_OF_A_LABEL = 2


def prepare(
    data: Path,
    customers: Path | None,
    formats: Formats,
    language: Language,
    progress: Progress,
    readings: Path | None = None,
) -> Prepared:
    """Read and check an export and its customers table; raise DataError for unusable data.

    What is read of the export is kept below the folder `readings` for the next time, if one is
    named. A file with labels and record numbers but without calls is a table of customers: each
    record is one row to learn from, and its only features are the declared fields.
    """
    listed = _listed(customers, formats)
    # Only Kintone numbers its records so that an app's code may stand before the number.
    is_numbered = customers is not None and has_record_numbers(customers)
    numbers = RecordNumbers(listed.records if is_numbered else ())
    is_kept = readings is not None and data.is_file()
    key = reading_key(data, formats, listed.header, language) if is_kept else ""
    with reading_below(readings if is_kept else None, key) as kept:
        read = read_export(data, listed, formats, language, kept, progress)
        reading = taken(read, kept, numbers, progress)
        if reading.transcripts.too_many_unreadable:
            # The next run shows again how they begin.
            kept.discard()
    source = read.source
    reading.transcripts.refuse_unreadable(source.table.where, read.beginnings)
    refuse_unmatched(source.table.where, list(reading.labels), listed.records)
    reading.join(listed)
    return _prepared(source, reading, numbers)


def _listed(customers: Path | None, formats: Formats) -> CustomerTable:
    if customers is None:
        return CustomerTable({})
    export = formats.export
    apart = ExcludedColumns(export.due_date, export.paid_date, export.own)
    return read_customer_table(customers, formats.customer, apart)


def _prepared(source: ExportSource, reading: ExportReader, numbers: RecordNumbers) -> Prepared:
    path, export = source.table.where.path, source.export
    outcome = outcome_of(reading.labels, reading.payments, export.window_days, reading.newest)
    connected = components(path, outcome.labels, reading.links())
    found_columns = reading.columns(source.listed)
    moments, shares = reading.moments()
    columns = assign_roles(found_columns, source.declared, export)
    suggestions = suggest(columns.columns, found_columns, source.declared)
    if not source.has_calls:
        _refuse_undeclared(path, columns, suggestions)
    alarms = [
        *columns.alarms,
        duplicates_alarm(reading.duplicates, connected),
        texts_alarm(connected),
    ]
    return Prepared(
        source=path,
        rows=reading.rows,
        duplicate_calls=reading.duplicates,
        calls=tuple(reading.calls.values()),
        moments=moments,
        shares=shares,
        groups=_groups(reading, outcome.labels, connected.root),
        records=dict(source.listed.records),
        warnings=(
            *_warnings(reading, source, numbers),
            *outcome.warnings,
            *columns.warnings,
            *suggestions.warnings(),
        ),
        customer_ids=tuple(reading.labels),
        outcome=outcome.kind,
        post_call=columns.post_call,
        call_values=reading.values,
        left_out=columns.left_out,
        columns=tuple(columns.columns),
        alarms=tuple(alarm for alarm in alarms if alarm is not None),
        phones={customer: tuple(sorted(phones)) for customer, phones in reading.phones.items()},
        separate_texts=connected.separate_texts,
        declared=source.declared,
    )


def _groups(
    reading: ExportReader, labels: LabelsByCustomer, root: Mapping[str, str]
) -> tuple[Group, ...]:
    members: dict[str, list[str]] = defaultdict(list)
    for customer_id in labels:
        members[root[customer_id]].append(customer_id)
    months: dict[str, str] = {}
    for call in reading.calls.values():
        if call.contract_date is not None:
            months.setdefault(root[call.customer_id], f"{call.contract_date:%Y-%m}")
    return tuple(
        Group(tuple(ids), _label_of_group(labels, ids), months.get(key))
        for key, ids in members.items()
    )


def _label_of_group(labels: LabelsByCustomer, ids: Sequence[str]) -> bool | None:
    group_labels = set().union(*(known_labels(labels[customer_id]) for customer_id in ids))
    return group_labels.pop() if group_labels else None


def _warnings(reading: ExportReader, source: ExportSource, numbers: RecordNumbers) -> list[str]:
    cut = sum(call.transcript_cut for call in reading.calls.values())
    warnings = reading.transcripts.warnings(cut)
    unknown = [number for number in reading.labels if number not in source.listed.records]
    if source.listed.records and unknown:
        warnings.append(f"{len(unknown)} customers of the export are not in the customers table")
    notes = [*source.table.notes, *source.listed.notes, *numbers.warnings()]
    return [*notes, *warnings, *_absent(source)]


def _absent(source: ExportSource) -> list[str]:
    """Return warnings of expected columns that are missing, or that a live call cannot see."""
    here, listed = source.table.positions, source.listed.header
    optional = (source.export.contract_date, source.export.agent, source.export.duration)
    missing = [name for name in optional if source.has_calls and name not in ("", *here)]
    missing += [
        field.column for field in source.declared if field.column not in here.keys() | listed
    ]
    only_here = [field.column for field in source.further.fields] if source.has_calls else []
    warnings = []
    if missing:
        warnings.append(f"columns that stand nowhere: {', '.join(missing)}; taken as missing")
    if only_here:
        warnings.append(
            f"{', '.join(only_here)}: found in the call export only; during a call the value is "
            "unknown until the customers table has the column"
        )
    return warnings


def _refuse_undeclared(path: Path, columns: ColumnRoles, suggestions: Suggestions) -> None:
    if any(column.field is not None for column in columns.columns):
        return
    entries = suggestions.entries[:_MOST_ENTRIES]
    more = len(suggestions.entries) - len(entries)
    rest = f" and {more:,} more: python src/main.py --inspect {path}" if more else ""
    raise DataError(
        f"{path}: a table of customers without calls, and none of its columns is declared; put "
        f"what the model may learn from into CUSTOMER_FIELDS of config.py: "
        f"{' '.join(entries) or 'there is no column that it could learn from'}{rest} "
        "／ 学習に使う列を config.py の CUSTOMER_FIELDS に書いてください"
    )


def refuse_too_few(prepared: Prepared) -> None:
    """Raise DataError when there are too few labelled groups of a kind to learn from."""
    unpaid = sum(group.unpaid is True for group in prepared.groups)
    paid = sum(group.unpaid is False for group in prepared.groups)
    if min(unpaid, paid) < _FEWEST_OF_A_LABEL:
        raise DataError(
            f"{prepared.source}: {unpaid} unpaid and {paid} paid customers; "
            f"expected at least {_FEWEST_OF_A_LABEL} of each to learn from ／ 学習には"
            f"未払と支払済が {_FEWEST_OF_A_LABEL} 人以上ずつ必要です（未払 {unpaid} 人、"
            f"支払済 {paid} 人）"
        )
