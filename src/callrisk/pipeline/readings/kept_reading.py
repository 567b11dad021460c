"""A reading on the disk: a folder with a file for each part, and a head once all are there.

Every file appears whole or not at all. A reading without a head was interrupted: the parts that are
there are taken, the others are read. Parts begin at the same rows each time, because the content of
the export and the sizes of parts are in the key.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from callrisk.artifacts.files import write_file
from callrisk.domain.customer import CustomerField
from callrisk.integrations.spreadsheet.rows import OpenedTable, Where
from callrisk.integrations.spreadsheet.written_numbers import Decimals
from callrisk.pipeline.readings.part import Part
from callrisk.pipeline.readings.part_files import read_part

_HEAD = "reading.json"
_NAME = re.compile("[0-9a-f]{32}")
# Readings that are kept, the latest used: of this month's export and of some before it.
_KEPT = 4
# The size of a part that is not there.
_ABSENT = -1


@dataclass(frozen=True, slots=True)
class ReadingHead:
    """The table that was read, as it is known once all rows are, and the sizes of its parts."""

    sheet: str | None
    positions: dict[str, int]
    header_row: int
    decimals: Decimals
    notes: list[str]
    sizes: list[int]

    def table(self, path: Path) -> OpenedTable:
        """Return the table without its lines."""
        return OpenedTable(
            Where(path, self.sheet), self.positions, iter(()), self.header_row, self.decimals,
            [*self.notes],
        )  # fmt: skip


class KeptReading:
    """The reading of an export in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def part(self, number: int) -> Path:
        """Return the file of a part, from 0 on."""
        return self._folder / f"part-{number:06d}.parquet"

    def head(self) -> ReadingHead | None:
        """Return the head of a reading that is complete, or None."""
        try:
            written: dict[str, Any] = json.loads((self._folder / _HEAD).read_text(encoding="utf-8"))
            head = ReadingHead(**written)
        except (OSError, ValueError, TypeError):
            return None
        found = [self._size(number) for number in range(len(head.sizes))]
        return head if found == head.sizes and _ABSENT not in found else None

    def finish(self, table: OpenedTable, parts: int) -> None:
        """Write the head of a reading with so many parts."""
        sizes = [self._size(number) for number in range(parts)]
        head = ReadingHead(
            table.where.sheet, table.positions, table.header_row, table.decimals, table.notes, sizes
        )
        write_file(self._folder / _HEAD, json.dumps(asdict(head)))

    def parts(self, count: int, fields: Sequence[CustomerField]) -> Iterator[Part]:
        """Yield the parts in the order of the export."""
        return (read_part(self.part(number), fields) for number in range(count))

    def discard(self) -> None:
        """Delete the reading."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _size(self, number: int) -> int:
        path = self.part(number)
        return path.stat().st_size if path.is_file() else _ABSENT


@contextmanager
def reading_below(readings: Path | None, key: str) -> Iterator[KeptReading]:
    """Yield the reading of this key below a folder; without one a reading that is not kept."""
    if readings is None:
        with tempfile.TemporaryDirectory(prefix="callrisk-") as folder:
            yield KeptReading(Path(folder))
        return
    yield KeptReading(readings / key)
    if (readings / key).is_dir():
        os.utime(readings / key)
        _keep_latest(readings)


def _keep_latest(readings: Path) -> None:
    folders = [folder for folder in readings.iterdir() if _NAME.fullmatch(folder.name)]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
