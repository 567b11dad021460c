"""All records of a CRM, page by page, by cursor, address or offset.

A place is where the next page begins, as text: `c:` and a cursor, `u:` and an address, `o:` and an
offset, `e:` behind the last page, empty before the first.
"""

from collections.abc import Iterator
from typing import Any

from callrisk.integrations.http.request_verdicts import REFUSED
from callrisk.integrations.http_crm.crm_causes import ENDLESS
from callrisk.integrations.http_crm.crm_client import HttpCrmClient
from callrisk.integrations.http_crm.crm_errors import error_at
from callrisk.integrations.http_crm.customer_requests import EveryRecord
from callrisk.integrations.http_crm.json_paths import MISSING, value_at, values_at

END = "e:"
_CURSOR, _ADDRESS, _OFFSET = "c:", "u:", "o:"


def record_pages(
    client: HttpCrmClient, every: EveryRecord, record_id: str, place: str = ""
) -> Iterator[tuple[list[Any], str]]:
    """Yield the records of each page from a place on, with the place behind them.

    HttpCrmError when there is no answer, and for a page that was there before: it would never end.
    """
    seen = {place}
    while place != END:
        records, place = _page(client, every, place)
        # Whoever takes no offset tells the first page for ever.
        first = f"{value_at(records[0], record_id)}" if records and not every.next else place
        if first in seen and place != END:
            raise error_at(client.where(every.template), REFUSED, ENDLESS)
        seen.add(first)
        if records:
            yield records, place


def first_records(client: HttpCrmClient, every: EveryRecord) -> list[Any]:
    """Return the records of the first page."""
    return _page(client, every, "")[0]


def _page(client: HttpCrmClient, every: EveryRecord, place: str) -> tuple[list[Any], str]:
    kind, told = place[:2], place[2:]
    offset = int(told) if kind == _OFFSET else 0

    def read(answer: Any) -> tuple[list[Any], str]:
        records = values_at(answer, every.template.records)
        return records, _place_behind(answer, every, records, offset)

    if kind == _ADDRESS:
        return client.ask_next(every.template, told, read)
    values = {
        "cursor": told if kind == _CURSOR else None, "offset": offset, "limit": every.limit,
    }  # fmt: skip
    return client.ask(every.template, values, read, may_quote=True)


def _place_behind(answer: Any, every: EveryRecord, records: list[Any], offset: int) -> str:
    if not every.next:
        # A page may be shorter than was asked for, and not be the last.
        return f"{_OFFSET}{offset + len(records)}" if records else END
    told = value_at(answer, every.next)
    if told is MISSING or told is None or told in ("", False):
        return END
    text = str(told)
    is_address = text.startswith(("/", "https://", "http://"))
    return f"{_ADDRESS if is_address else _CURSOR}{text}"
