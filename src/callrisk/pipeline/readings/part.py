"""A part of an export after it was read: typed rows, and what transcripts told, without words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from callrisk.integrations.spreadsheet.call_export import (
    ExportedCall,
    ExportFormat,
    FurtherColumns,
)
from callrisk.integrations.spreadsheet.cell_columns import CellColumns, EncodedCells
from callrisk.integrations.spreadsheet.transcripts import looks_cut
from callrisk.integrations.spreadsheet.written_numbers import Decimals
from callrisk.pipeline.call_moments import MomentTable
from callrisk.pipeline.dataset import END
from callrisk.pipeline.preparation.snapshots import TranscriptSnapshots, snapshots_of, text_key
from callrisk.pipeline.preparation.transcript_reader import TranscriptReader


@dataclass(frozen=True, slots=True)
class TranscriptFacts:
    """Facts of a transcript beside its totals; `length` is 0 for a blank one."""

    length: int
    is_cut: bool
    # No turn of it says who speaks.
    is_strange: bool
    text_key: bytes | None


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of an export in their order; all members have one entry a row.

    The calls are without transcript and cells, which are encoded by column.
    """

    calls: Sequence[ExportedCall]
    transcripts: Sequence[TranscriptFacts]
    moments: MomentTable
    shares: MomentTable
    cells: tuple[EncodedCells, ...]


@dataclass(frozen=True, slots=True)
class PartFormat:
    """The names and rules by which the rows of a part are read."""

    export: ExportFormat
    further: FurtherColumns
    decimals: Decimals


class PartReader:
    """A reader of parts, which remembers turns that come again."""

    def __init__(self, form: PartFormat, transcripts: TranscriptReader) -> None:
        self._form = form
        self._transcripts = transcripts

    def read(self, calls: Sequence[ExportedCall]) -> Part:
        """Return these rows with what their transcripts told."""
        read = [self._read(call) for call in calls]
        return Part(
            [replace(call, transcript="", cells=()) for call in calls],
            [facts for facts, _ in read],
            MomentTable.of(
                [
                    found.snapshots if call.began_at else ((END, found.totals),)
                    for call, (_, found) in zip(calls, read, strict=True)
                ]
            ),
            MomentTable.of([found.shares for _, found in read]),
            self._cells(calls),
        )

    def _read(self, call: ExportedCall) -> tuple[TranscriptFacts, TranscriptSnapshots]:
        transcript = call.transcript
        spoken = self._form.export.speakers.turns(transcript)
        is_filled = bool(transcript.strip())
        facts = TranscriptFacts(
            len(transcript) if is_filled else 0,
            looks_cut(transcript),
            is_filled and self._form.export.speakers.strange_tag(transcript) is not None,
            text_key(transcript, len(spoken)),
        )
        return facts, snapshots_of(spoken, self._transcripts)

    def _cells(self, calls: Sequence[ExportedCall]) -> tuple[EncodedCells, ...]:
        form, export = self._form, self._form.export
        columns = CellColumns(
            form.further.columns, export.cells, form.decimals, export.zero_is_missing
        )
        for call in calls:
            columns.take(call.cells)
        return columns.encoded()
