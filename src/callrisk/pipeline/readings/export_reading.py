"""The reading of an export: its parts written as far as they are missing, then taken together."""

from dataclasses import dataclass
from pathlib import Path

from callrisk.domain.language import Language
from callrisk.integrations.spreadsheet.customer_table import CustomerTable
from callrisk.integrations.spreadsheet.rows import open_table
from callrisk.pipeline.dataset import Progress
from callrisk.pipeline.file_formats import Formats
from callrisk.pipeline.preparation.export_source import ExportSource
from callrisk.pipeline.preparation.reading import ExportReader
from callrisk.pipeline.preparation.record_numbers import RecordNumbers
from callrisk.pipeline.readings.kept_reading import KeptReading
from callrisk.pipeline.readings.part import PartFormat
from callrisk.pipeline.readings.part_processes import Beginnings, Reading
from callrisk.pipeline.readings.reading_parts import PartsWriting

# Of the time of a reading that is not there yet, the share until all parts are written.
_WRITING = 0.9


@dataclass(frozen=True, slots=True)
class ReadExport:
    """An export whose parts are all written, and how unreadable transcripts begin, by row."""

    source: ExportSource
    parts: int
    beginnings: Beginnings


def read_export(
    data: Path, listed: CustomerTable, formats: Formats, language: Language, kept: KeptReading,
    progress: Progress,
) -> ReadExport:  # fmt: skip
    """Write the missing parts of an export; DataError for one that cannot be used."""
    head = kept.head()
    if head is not None:
        return ReadExport(ExportSource(head.table(data), listed, formats), len(head.sizes), {})
    named = (*formats.export.named, *formats.customer.named)
    table = open_table(data, named, formats.export.required)
    source, writing = ExportSource(table, listed, formats), PartsWriting(kept)
    form = PartFormat(formats.export, source.further, table.decimals)
    writing.write(source.rows(), Reading(form, language), lambda part: progress(_WRITING * part))
    kept.finish(table, writing.count)
    return ReadExport(source, writing.count, writing.beginnings)


def taken(
    read: ReadExport, kept: KeptReading, numbers: RecordNumbers, progress: Progress
) -> ExportReader:
    """Return the rows of all parts together."""
    source = read.source
    further = source.further
    reader = ExportReader(source.export, further, source.table.decimals)
    for number, part in enumerate(kept.parts(read.parts, further.fields), start=1):
        reader.take(part, numbers)
        progress(_WRITING + (1 - _WRITING) * number / read.parts)
    return reader
