"""All customers of a CRM as rows of a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callrisk.domain.customer import PulledPage
from callrisk.integrations.http.request_verdicts import REFUSED
from callrisk.integrations.http_crm.crm_client import HttpCrmClient
from callrisk.integrations.http_crm.crm_errors import HttpCrmError
from callrisk.integrations.http_crm.customer_requests import EveryRecord
from callrisk.integrations.http_crm.json_paths import MISSING, value_at
from callrisk.integrations.http_crm.record_mapping import plain
from callrisk.integrations.http_crm.record_pages import record_pages
from callrisk.integrations.http_crm.sample_records import missing_text

# Of so many records at least one has a value that all records before it had.
_ENOUGH = 20


class PulledRecords:
    """The records as they are pulled; `columns` are the paths of our columns."""

    def __init__(
        self, client: HttpCrmClient, every: EveryRecord, columns: Mapping[str, str],
        record_id: str,
    ) -> None:  # fmt: skip
        self._client = client
        self._every = every
        self._columns = columns
        self._record_id = record_id
        self.source = f"{client.base_url} {every.template.path}"

    def codes(self) -> tuple[str, ...]:
        """Return the paths of all columns."""
        return tuple(dict.fromkeys(self._columns.values()))

    def table_pages(self, codes: Sequence[str], place: str) -> Iterator[PulledPage]:
        """Yield these paths of every record as rows, from a place on.

        HttpCrmError when a field is gone that all records before it had.
        """
        always: set[str] | None = None
        for records, behind in record_pages(self._client, self._every, self._record_id, place):
            rows = [[value_at(record, path) for path in codes] for record in records]
            if always is not None and len(rows) >= _ENOUGH:
                self._check(rows, codes, always)
            full = _full(rows, codes)
            always = full if always is None else always & full
            yield PulledPage([[plain(value) or "" for value in row] for row in rows], behind)

    def _check(self, rows: Sequence[Sequence[Any]], codes: Sequence[str], always: set[str]) -> None:
        for place, path in enumerate(codes):
            if path in always and all(row[place] is MISSING for row in rows):
                text = missing_text(self._client.name, path, len(rows))
                raise HttpCrmError(text.en, REFUSED, text, status=200)


def _full(rows: Sequence[Sequence[Any]], codes: Sequence[str]) -> set[str]:
    return {
        path for place, path in enumerate(codes)
        if all(row[place] is not MISSING for row in rows)
    }  # fmt: skip
