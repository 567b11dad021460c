"""The formats of the files as the settings describe them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callrisk.integrations.spreadsheet.call_export import ExportFormat
from callrisk.integrations.spreadsheet.cell_rules import CellRules, ColumnRules
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat
from callrisk.integrations.spreadsheet.transcripts import SpeakerTags
from callrisk.settings import Settings


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of a call export and of its customers table."""

    export: ExportFormat
    customer: CustomerFormat


def formats_of(settings: Settings) -> Formats:
    """Return the formats of both files."""
    return Formats(export_format(settings), customer_format(settings))


def readings_of(settings: Settings) -> Path:
    """Return the folder below which readings of exports are kept."""
    return settings.processed_dir / "readings"


def cell_rules(settings: Settings) -> CellRules:
    """Return the rules by which cells are read, of CELLS in config.py."""
    columns: Mapping[str, Any] = settings.cells.columns
    return CellRules(
        missing=settings.cells.missing,
        decimal=settings.cells.decimal,
        date_order=settings.cells.date_order,
        columns={name: ColumnRules(**dict(rules)) for name, rules in columns.items()},
    )


def export_format(settings: Settings) -> ExportFormat:
    """Return the format of a call export."""
    return ExportFormat(
        **dict(settings.export_columns),
        **dict(settings.labels),
        **dict(settings.payment_columns),
        window_days=settings.outcome_window_days,
        speakers=SpeakerTags(**dict(settings.speakers)),
        cells=cell_rules(settings),
        post_call=settings.post_call_columns,
        ignored=settings.ignored_columns,
        zero_is_missing=settings.zero_is_missing,
    )


def customer_format(settings: Settings) -> CustomerFormat:
    """Return the format of a customers table."""
    return CustomerFormat(
        **dict(settings.customer_columns),
        fields=settings.customer_fields,
        cells=cell_rules(settings),
    )
