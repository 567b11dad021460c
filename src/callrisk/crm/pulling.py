"""All records of a CRM as a table in data/raw: resumable, and whole or not at all."""

import csv
import io
import json
import os
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from callrisk.background.replacing import replace_when_free
from callrisk.domain.customer import PulledPage
from callrisk.domain.outside import OutsideError

# What was read longer ago than this is read again rather than resumed, in seconds.
_STALE_S = 86_400.0
# File systems keep times as coarsely as this.
_COARSE_S = 2.0


class PulledCrm(Protocol):
    """A CRM whose records are all read; OutsideError when there is no answer.

    `source` is the origin that a table of its records is named by.
    """

    source: str

    def codes(self) -> tuple[str, ...]:
        """Return the names of all fields that hold one plain value, in the CRM's words."""

    def table_pages(self, codes: Sequence[str], place: str) -> Iterator[PulledPage]:
        """Yield these fields of every record from a place on, page by page."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a pull: where the next page begins, rows so far, and the bytes of them.

    It goes on only with the same columns of the same origin.
    """

    source: str
    header: tuple[str, ...]
    place: str = ""
    rows: int = 0
    size: int = 0


def columns_of(codes: Sequence[str], mapped: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the columns of the table, each as its heading and the code of its field.

    `mapped` are the columns whose field config.py names. A field that is called like one of them,
    and is another, is left out: a heading that stood twice would be read from the wrong field.
    """
    taken = {_folded(column) for column in mapped}
    columns: list[tuple[str, str]] = []
    for code in codes:
        own = [column for column, its in mapped.items() if its == code]
        headings = own or ([] if _folded(code) in taken else [code])
        columns += [(heading, code) for heading in headings]
    return tuple(columns)


def pull(
    crm: PulledCrm, path: Path, mapped: Mapping[str, str],
    told: Callable[[int], object] = lambda _rows: None,
) -> int:  # fmt: skip
    """Write every record to `path`, in place of its old content; return how many.

    `mapped` are the codes of the fields of columns, as in `columns_of`.

    What a pull has read that was interrupted within a day is not read again, unless the CRM no
    longer knows the place. OutsideError when the CRM does not answer, OSError when the file cannot
    be written; `path` is as before then.
    """
    part, note = path.with_suffix(".part"), path.with_suffix(".progress")
    columns = columns_of(crm.codes(), mapped)
    header = tuple(heading for heading, _ in columns)
    fresh = Progress(crm.source, header)
    progress = _resumed(part, note, fresh)
    try:
        rows = _read_on(crm, part, columns, progress, told)
    except OutsideError as error:
        if not (error.permanent and progress.place and _place_of(note) == progress.place):
            raise
        # Places are kept by the CRM for a while only.
        rows = _read_on(crm, part, columns, fresh, told)
    replace_when_free(part, path)
    note.unlink(missing_ok=True)
    return rows


def _read_on(
    crm: PulledCrm, part: Path, columns: Sequence[tuple[str, str]], progress: Progress,
    told: Callable[[int], object],
) -> int:  # fmt: skip
    """Write the pages from where `progress` stands; return the rows of the whole table."""
    codes = [code for _, code in columns]
    asked = list(dict.fromkeys(codes))
    places = [asked.index(code) for code in codes]
    with part.open("r+b" if part.exists() else "w+b") as file:
        file.truncate(progress.size)
        file.seek(progress.size)
        if progress.size == 0:
            file.write(_rows([progress.header], bom=True))
        for page in crm.table_pages(asked, progress.place):
            file.write(_rows([[row[place] for place in places] for row in page.rows]))
            file.flush()
            os.fsync(file.fileno())
            rows = progress.rows + len(page.rows)
            progress = replace(progress, place=page.place, rows=rows, size=file.tell())
            _keep(part.with_suffix(".progress"), progress)
            told(progress.rows)
    return progress.rows


def _resumed(part: Path, note: Path, fresh: Progress) -> Progress:
    """Return the progress of an interrupted pull; `fresh` when it is old or of other columns."""
    try:
        # A time that is still to come is that of a clock that was set back since.
        if not 0 <= time.time() - note.stat().st_mtime + _COARSE_S <= _STALE_S:
            return fresh
        saved = json.loads(note.read_text(encoding="utf-8"))
        progress = Progress(**saved | {"header": tuple(saved["header"])})
        held = part.stat().st_size
    except (OSError, ValueError, KeyError, TypeError):
        return fresh
    is_same = (progress.source, progress.header) == (fresh.source, fresh.header)
    return progress if is_same and held >= progress.size else fresh


def _place_of(note: Path) -> str:
    """Return the place that was noted last, empty for none."""
    try:
        return str(json.loads(note.read_text(encoding="utf-8")).get("place", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _keep(note: Path, progress: Progress) -> None:
    written = note.with_suffix(".progress-new")
    written.write_text(json.dumps(asdict(progress), ensure_ascii=False), encoding="utf-8")
    replace_when_free(written, note)


def _rows(rows: Sequence[Sequence[str]], bom: bool = False) -> bytes:
    # With a byte order mark Excel takes the file for what it is.
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _folded(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip()
