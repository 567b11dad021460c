"""All records of the customers app as a table in data/raw: resumable, and whole or not at all."""

import csv
import io
import json
import os
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from callrisk.background.replacing import replace_when_free
from callrisk.domain.customer import JST
from callrisk.integrations.kintone.customers.customer_mapping import plain
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.integrations.kintone.errors import REFUSED, KintoneError
from callrisk.integrations.kintone.values import KintoneRecord

# What was read longer ago than this is read again rather than resumed, in seconds.
_STALE_S = 86_400.0
# File systems keep times as coarsely as this.
_COARSE_S = 2.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a pull: the last record, rows so far, and the bytes that hold them.

    It goes on only with the same columns of the same app.
    """

    source: str
    header: tuple[str, ...]
    last: int = 0
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
    app: CustomersApp, path: Path, mapped: Mapping[str, str],
    told: Callable[[int], object] = lambda _rows: None,
) -> int:  # fmt: skip
    """Write every record to `path`, in place of its old content; return how many.

    `mapped` are the codes of the fields of columns, as in `columns_of`.

    What a pull has read that was interrupted within a day is not read again. KintoneError when
    Kintone does not answer, OSError when the file cannot be written; `path` is as before then.
    """
    part, note = path.with_suffix(".part"), path.with_suffix(".progress")
    columns = columns_of(app.codes(), mapped)
    header, codes = tuple(heading for heading, _ in columns), [code for _, code in columns]
    progress = _resumed(part, note, Progress(app.source, header))
    with part.open("r+b" if part.exists() else "w+b") as file:
        file.truncate(progress.size)
        file.seek(progress.size)
        if progress.size == 0:
            file.write(_rows([progress.header], bom=True))
        for page in app.pages(list(dict.fromkeys(codes)), progress.last):
            file.write(_rows([_row(record, codes) for record in page]))
            file.flush()
            os.fsync(file.fileno())
            last, rows = int(page[-1]["$id"]), progress.rows + len(page)
            progress = replace(progress, last=last, rows=rows, size=file.tell())
            _keep(note, progress)
            told(progress.rows)
    replace_when_free(part, path)
    note.unlink(missing_ok=True)
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


def _keep(note: Path, progress: Progress) -> None:
    written = note.with_suffix(".progress-new")
    written.write_text(json.dumps(asdict(progress), ensure_ascii=False), encoding="utf-8")
    replace_when_free(written, note)


def _row(record: KintoneRecord, codes: Sequence[str]) -> list[str]:
    missing = [code for code in codes if code not in record]
    if missing:
        raise KintoneError(
            f"the customers app has lost its field {', '.join(missing)} meanwhile; pull again",
            REFUSED,
        )
    return [_cell(record[code]) for code in codes]


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(JST).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return plain(value) or ""


def _rows(rows: Sequence[Sequence[str]], bom: bool = False) -> bytes:
    # With a byte order mark Excel takes the file for what it is.
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _folded(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip()
