"""The Kintone client: records, forms and names of apps, as far as the product needs them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

from callrisk.background.breaker import CircuitBreaker
from callrisk.background.clock import Clock
from callrisk.background.retry import RETRIES, RetryTable
from callrisk.integrations.http.counting_client import CountingClient
from callrisk.integrations.http.request_budget import Budget
from callrisk.integrations.http.request_caller import Caller
from callrisk.integrations.kintone.connection import KintoneSettings
from callrisk.integrations.kintone.errors import NO_RIGHT, KintoneError, key_is_taken
from callrisk.integrations.kintone.form_fields import FormField, fields_from
from callrisk.integrations.kintone.query_builder import (
    MOST_RECORDS,
    Condition,
    Query,
    after_record,
    as_written,
    field_code,
)
from callrisk.integrations.kintone.transport import Request, Transport
from callrisk.integrations.kintone.values import (
    KintoneRecord,
    Written,
    chunks,
    key_of,
    record_from,
    update_of,
    whole_number,
    wire_record,
)

__all__ = ["KintoneClient", "KintoneRecord", "KintoneSettings", "Written"]

T = TypeVar("T")


class KintoneClient(CountingClient):
    """One Kintone domain; any number of threads may share it.

    Every call raises a KintoneError when Kintone does not do it, and ends within `within_s`.
    """

    def __init__(
        self, settings: KintoneSettings, clock: Clock | None = None, retries: RetryTable = RETRIES
    ) -> None:
        clock = clock or Clock()
        self.base_url = settings.base_url
        self._patience_s = settings.patience_s
        super().__init__(
            Budget("kintone", settings.daily_budget, clock.now),
            CircuitBreaker("Kintone", clock, retries.crm_pause),
        )
        transport = Transport(settings, clock, self._requests.note)
        self._caller = Caller(transport, self._breaker, clock, retries.crm_request)

    def call(
        self, request: Request, read: Callable[[dict[str, Any]], T], within_s: float | None = None
    ) -> T:
        """Return what `read` makes of the answer to a request."""
        return self._caller.call(request, read, self._patience_s if within_s is None else within_s)

    def record(self, app: int, record_id: int, within_s: float | None = None) -> KintoneRecord:
        """Return one record by its number."""
        request = Request("GET", "record.json", app, {"app": app, "id": record_id})
        return self.call(request, lambda answer: record_from(answer["record"]), within_s)

    def records(
        self, app: int, query: Query | Condition | str, fields: Sequence[str] = (),
        within_s: float | None = None,
    ) -> list[KintoneRecord]:  # fmt: skip
        """Return at most 500 records of a query, with all their fields where none are named."""
        text = str(Query(query) if isinstance(query, Condition) else query)
        return self.call(_search(app, text, fields), _records, within_s)

    def every_record(
        self, app: int, condition: Condition | str | None = None, fields: Sequence[str] = (),
        after: int = 0,
    ) -> Iterator[list[KintoneRecord]]:  # fmt: skip
        """Yield pages of all records by rising number, from behind the number `after`."""
        chosen = as_written(condition) if isinstance(condition, str) else condition
        while True:
            query = str(Query(after_record(chosen, after), ["$id asc"]))
            page = self.call(_search(app, query, fields), partial(_page, after=after))
            if page:
                after = page[-1]["$id"]
                yield page
            if len(page) < MOST_RECORDS:
                return

    def add(self, app: int, rows: Iterable[Mapping[str, Any]]) -> list[Written]:
        """Add rows. Where it stays unknown whether Kintone took some, they are not sent again."""
        wire_rows = [wire_record(row) for row in rows]
        return _write(chunks(wire_rows), lambda chunk: self._add(app, chunk))

    def upsert(self, app: int, key_field: str, rows: Iterable[Mapping[str, Any]]) -> list[Written]:
        """Add rows, or update the records that have their keys; doing it twice is once."""
        updates = [update_of(row, field_code(key_field)) for row in rows]
        return _write(chunks(updates, key_of), lambda chunk: self._upsert(app, key_field, chunk))

    def form_fields(self, app: int, within_s: float | None = None) -> Mapping[str, FormField]:
        """Return the fields of an app's form by code, without those inside tables."""
        request = Request("GET", "app/form/fields.json", app, {"app": app})
        return self.call(request, lambda answer: fields_from(answer["properties"]), within_s)

    def check_write(self, app: int) -> None:
        """Add and update no record at all; a KintoneError where the token may not."""
        for method in ("POST", "PUT"):
            content = {"app": app, "records": []} | ({"upsert": True} if method == "PUT" else {})
            request = Request(method, "records.json", app, content)
            try:
                self.call(request, dict)
            except KintoneError as error:
                # Without a record there may be something to say about that, too.
                if error.code in NO_RIGHT:
                    raise

    def _add(self, app: int, rows: list[dict[str, Any]]) -> list[Written]:
        content = {"app": app, "records": rows}
        request = Request("POST", "records.json", app, content, idempotent=False)
        return self.call(request, lambda answer: _added(answer, len(rows)))

    def _upsert(self, app: int, key_field: str, rows: list[dict[str, Any]]) -> list[Written]:
        content = {"app": app, "upsert": True, "records": rows}
        request = Request("PUT", "records.json", app, content)
        try:
            return self.call(request, lambda answer: _upserted(answer, len(rows)))
        except KintoneError as error:
            if not key_is_taken(error, key_field):
                raise
        # Somebody else has just added that key; this time it will be found.
        return self.call(request, lambda answer: _upserted(answer, len(rows)))


def _search(app: int, query: str, fields: Sequence[str]) -> Request:
    content: dict[str, Any] = {"app": app, "query": query}
    if fields:
        content["fields"] = list(dict.fromkeys((*map(field_code, fields), "$id", "$revision")))
    return Request("GET", "records.json", app, content)


def _records(answer: Mapping[str, Any]) -> list[KintoneRecord]:
    return [record_from(row) for row in _list(answer["records"])]


def _page(answer: Mapping[str, Any], after: int) -> list[KintoneRecord]:
    """Return records of rising number; pages that do not rise would never end."""
    page = _records(answer)
    if any(later <= earlier for earlier, later in pairwise([after, *(row["$id"] for row in page)])):
        raise ValueError("records are not in the order that was asked for")
    return page


def _write(
    many: Iterable[list[dict[str, Any]]], send: Callable[[list[dict[str, Any]]], list[Written]]
) -> list[Written]:
    """Send chunk after chunk; an error names the rows that were written before it."""
    written: list[Written] = []
    for chunk in many:
        try:
            written += send(chunk)
        except KintoneError as error:
            error.written = tuple(written)
            raise
    return written


def _added(answer: Mapping[str, Any], expected: int) -> list[Written]:
    pairs = zip(_list(answer["ids"]), _list(answer["revisions"]), strict=True)
    written = [
        Written(whole_number(record_id), whole_number(revision), "INSERT")
        for record_id, revision in pairs
    ]
    return _all_of_them(written, expected)


def _upserted(answer: Mapping[str, Any], expected: int) -> list[Written]:
    written = [
        Written(whole_number(row["id"]), whole_number(row["revision"]), _name(row["operation"]))
        for row in _list(answer["records"])
    ]
    return _all_of_them(written, expected)


def _all_of_them(written: list[Written], expected: int) -> list[Written]:
    if len(written) != expected:
        raise ValueError("an answer about other rows")
    return written


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list that is none")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a name that is none")
    return value
