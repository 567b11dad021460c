"""All parts of an export written, as far as they are not there yet."""

from collections.abc import Iterable, Iterator

from callrisk.integrations.spreadsheet.call_export import ExportedCall
from callrisk.pipeline.dataset import Progress
from callrisk.pipeline.readings.kept_reading import KeptReading
from callrisk.pipeline.readings.part_files import is_part
from callrisk.pipeline.readings.part_processes import Beginnings, Reading, Task, write_parts

# A part takes seconds, so that little is lost by an interruption. Part of what a key stands for.
_MOST_ROWS, _MOST_CHARS = 2_000, 2_000_000


class PartsWriting:
    """The writing of the parts of an export; `count` tells how many there are."""

    def __init__(self, kept: KeptReading) -> None:
        self._kept = kept
        self.count = 0
        self._rows = 0
        self.beginnings: Beginnings = {}

    def write(self, calls: Iterable[ExportedCall], reading: Reading, progress: Progress) -> None:
        """Read these calls; what is there already is passed over."""
        for beginnings in write_parts(self._missing(calls), reading):
            self.beginnings |= beginnings
            # How many rows are left is unknown while streaming; the bar nears its end instead.
            progress(1 - 1 / (1 + self._rows / 10_000))

    def _missing(self, calls: Iterable[ExportedCall]) -> Iterator[Task]:
        for chunk in _chunks(calls):
            path = self._kept.part(self.count)
            self.count += 1
            self._rows += len(chunk)
            if not is_part(path):
                yield chunk, path


def _chunks(calls: Iterable[ExportedCall]) -> Iterator[list[ExportedCall]]:
    chunk: list[ExportedCall] = []
    chars = 0
    for call in calls:
        chunk.append(call)
        chars += len(call.transcript)
        if len(chunk) == _MOST_ROWS or chars >= _MOST_CHARS:
            yield chunk
            chunk, chars = [], 0
    if chunk:
        yield chunk
