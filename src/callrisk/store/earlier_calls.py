"""The calls of the export that live calls look back on: their CSV file, and its import."""

import csv
import hashlib
import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select

from callrisk.domain.call import TRANSCRIPT_FIELDS, CallTotals
from callrisk.store import tables
from callrisk.store.transaction import writing

logger = logging.getLogger(__name__)

_COLUMNS = ("customer_id", "call_id", "began_at", "contract_date", *TRANSCRIPT_FIELDS)
# The name under which the hash of the imported file is kept.
_IMPORT = "earlier_calls"


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call of the export, which is history to later calls of the same customer."""

    customer_id: str
    call_id: str
    began_at: datetime
    contract_date: date | None
    totals: CallTotals


def earlier_calls_csv(calls: Iterable[PastCall]) -> str:
    """Return the calls as CSV text, one row a call."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for call in calls:
        totals = [getattr(call.totals, name) for name in TRANSCRIPT_FIELDS]
        contract = "" if call.contract_date is None else call.contract_date.isoformat()
        writer.writerow(
            [call.customer_id, call.call_id, call.began_at.isoformat(), contract, *totals]
        )
    return text.getvalue()


def read_earlier_calls(path: Path) -> Iterator[PastCall]:
    """Yield the calls of a file that `earlier_calls_csv` wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            contract = row["contract_date"]
            yield PastCall(
                row["customer_id"],
                row["call_id"],
                datetime.fromisoformat(row["began_at"]),
                date.fromisoformat(contract) if contract else None,
                CallTotals(**{name: int(row.get(name) or 0) for name in TRANSCRIPT_FIELDS}),
            )


def import_earlier_calls(engine: Engine, path: Path) -> None:
    """Replace the earlier calls by those of a file; nothing happens if it is imported already."""
    if not path.is_file():
        return
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if _imported_sha256(engine) != sha256:
        replace_earlier_calls(engine, sha256, read_earlier_calls(path))
        logger.info("imported the earlier calls of %s", path.name)


def replace_earlier_calls(engine: Engine, sha256: str, calls: Iterable[PastCall]) -> None:
    """Replace all earlier calls, and keep the hash of their file, in one transaction."""
    with writing(engine) as connection:
        connection.execute(delete(tables.earlier_calls))
        rows = [asdict(call) for call in calls]
        if rows:
            connection.execute(insert(tables.earlier_calls), rows)
        connection.execute(delete(tables.imports).where(tables.imports.c.name == _IMPORT))
        connection.execute(insert(tables.imports).values(name=_IMPORT, sha256=sha256))


def _imported_sha256(engine: Engine) -> str | None:
    c = tables.imports.c
    with engine.connect() as connection:
        statement = select(c.sha256).where(c.name == _IMPORT)
        return connection.execute(statement).scalar_one_or_none()
