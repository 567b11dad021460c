"""Records of the customers app as cells of a table."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from callrisk.domain.customer import JST
from callrisk.integrations.http.request_verdicts import REFUSED
from callrisk.integrations.kintone.customers.customer_mapping import plain
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.values import KintoneRecord


def cells_of(record: KintoneRecord, codes: Sequence[str]) -> list[str]:
    """Return the cells of these fields; KintoneError when a field is gone meanwhile."""
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
