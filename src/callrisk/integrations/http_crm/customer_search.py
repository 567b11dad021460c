"""Customers of a CRM over HTTP: found by id, by telephone or by record, as our Customer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from callrisk.domain.customer import CustomerRecord, RecordChange, normal_id
from callrisk.domain.phone import domestic_digits, international_form, national_form
from callrisk.domain.wording import Text
from callrisk.integrations.http.request_verdicts import REFUSED
from callrisk.integrations.http_crm.crm_client import HttpCrmClient
from callrisk.integrations.http_crm.crm_errors import HttpCrmError
from callrisk.integrations.http_crm.customer_requests import CustomerRequests
from callrisk.integrations.http_crm.escaping import UnfitValueError
from callrisk.integrations.http_crm.json_paths import value_at, values_at
from callrisk.integrations.http_crm.record_mapping import RecordMap, plain, read_record
from callrisk.integrations.http_crm.record_pages import first_records
from callrisk.integrations.http_crm.request_templates import RequestTemplate
from callrisk.integrations.http_crm.sample_records import missing_everywhere, missing_text

# A number that more records share than this is nobody's own.
_MOST_HITS = 20
_LONGEST_PROBE_S = 10.0
# An id that is looked for where any answer will do.
_ANY_ID = "0"


class HttpCrmDirectory:
    """The customer directory of a CRM over HTTP; HttpCrmError when it does not answer in time."""

    key = "http_crm"

    def __init__(self, client: HttpCrmClient, requests: CustomerRequests, paths: RecordMap) -> None:
        self._client = client
        self._requests = requests
        self._paths = paths
        self._lacking: frozenset[str] = frozenset()
        self.name = Text(client.name, client.name)
        self.answers = 0
        self.doubts = 0

    def by_id(self, customer_id: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with exactly this id: several where ids are not unique."""
        wanted = normal_id(customer_id)
        if wanted is None:
            return []
        found = self._search(self._requests.by_id, {"customer_id": wanted}, within_s)
        return [one for one in found if one.customer.customer_id == wanted][:_MOST_HITS]

    def by_phone(self, phone: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with this telephone number of Japan, of those that the CRM finds."""
        wanted = domestic_digits(phone)
        if wanted is None or self._requests.by_phone is None:
            return []
        values = {
            "phone": wanted, "phone_national": national_form(wanted),
            "phone_e164": international_form(wanted),
        }  # fmt: skip
        found = self._search(self._requests.by_phone, values, within_s)
        return [one for one in found if one.customer.calls_from(wanted)][:_MOST_HITS]

    def by_record(self, record_id: str, within_s: float) -> CustomerRecord | None:
        """Return the record with this id; None when there is none, or no request for it."""
        if self._requests.by_record is None or normal_id(record_id) != record_id:
            return None
        found = self._search(self._requests.by_record, {"record_id": record_id}, within_s)
        return next((one for one in found if one.record_id == record_id), None)

    def changed_record(self, notification: Mapping[str, Any]) -> RecordChange | None:
        """Return the record that a notification says has changed, or None."""
        path = self._requests.changed_record_id
        record_id = normal_id(plain(value_at(notification, path)) or "") if path else None
        return None if record_id is None else RecordChange(record_id)

    def probe(self, within_s: float) -> None:
        """Look for an id, to see whether records can be read."""
        self._search(self._requests.by_id, {"customer_id": _ANY_ID}, within_s)

    def problems(self) -> list[Text]:
        """Return the mapped fields that no record of a first page has, one sentence each."""
        every, name = self._requests.every, self._client.name
        if every is None:
            self.probe(_LONGEST_PROBE_S)
            return [missing_text(name, path, 1) for path in sorted(self._lacking)]
        sample = first_records(self._client, every)
        self.answers += 1
        return missing_everywhere(name, sample, self._paths)

    def _search(
        self, template: RequestTemplate, values: Mapping[str, str], within_s: float
    ) -> list[CustomerRecord]:
        """Return the records that the CRM finds; none for a value that can be nobody's."""
        at = datetime.now(UTC)
        try:
            records = self._client.ask(
                template, values, lambda answer: _records(answer, template.records),
                within_s=within_s, may_be_absent=template.names_record,
            )  # fmt: skip
        except UnfitValueError:
            return []
        self.answers += 1
        if records:
            self._note_lacking(self._paths.lacking(records[0]))
        found = [self._read(template, record, at) for record in records]
        # Whoever has no id is nobody whom a call could be joined with.
        return [one for one in found if one.customer.customer_id]

    def _read(self, template: RequestTemplate, record: Any, at: datetime) -> CustomerRecord:
        lacking = self._paths.lacking(record) & {self._paths.customer_id, self._paths.record_id}
        if lacking:
            raise self._no_id(template, next(iter(lacking)))
        try:
            return read_record(record, self._paths, at)
        except ValueError:
            raise self._no_id(template, self._paths.record_id) from None

    def _no_id(self, template: RequestTemplate, path: str) -> HttpCrmError:
        where = self._client.where(template)
        text = Text(
            f"レコードに「{path}」がありません（{where}）。config.py の HTTP_CRM の fields か "
            "record_id、または検索で返す項目に加えてください",
            f'a record lacks "{path}" ({where}): correct fields or record_id of HTTP_CRM in '
            "config.py, or have the search return it",
        )
        return HttpCrmError(text.en, REFUSED, text, status=200)

    def _note_lacking(self, lacking: frozenset[str]) -> None:
        """Note mapped fields that records lack; those that nobody knows of are a doubt."""
        if lacking != self._lacking:
            self._lacking = lacking
            self.doubts += 1


def _records(answer: Any, path: str) -> list[Any]:
    return [] if answer is None else values_at(answer, path)
