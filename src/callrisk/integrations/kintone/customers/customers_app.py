"""The customers app of Kintone: records found by id or by phone, as our Customer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from callrisk.domain.customer import CustomerRecord, PulledPage, RecordChange, normal_id
from callrisk.domain.phone import domestic_digits
from callrisk.domain.wording import Text
from callrisk.integrations.http.request_verdicts import REFUSED
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.customers.customer_fit import NUMERIC, PLAIN, misfits, unseen
from callrisk.integrations.kintone.customers.customer_mapping import (
    OWN_ID,
    FieldMap,
    KintoneCustomer,
    read_customer,
)
from callrisk.integrations.kintone.customers.notification import changed_record
from callrisk.integrations.kintone.customers.phone_spelling import (
    bears_number,
    full_width,
    is_written,
)
from callrisk.integrations.kintone.customers.table_cells import cells_of
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.form_fields import FormField, typed
from callrisk.integrations.kintone.query_builder import (
    MOST_RECORDS,
    Condition,
    Query,
    equals,
    one_of,
)
from callrisk.integrations.kintone.values import KintoneRecord

# A number that more records share than this is nobody's own.
_MOST_HITS = 20
LONGEST_PROBE_S = 10.0
OWN_CODES = frozenset({OWN_ID, "$revision"})
# Types of fields that records have, beside those that are one plain cell of a table.
_OF_RECORDS = frozenset(
    {"SUBTABLE", "CHECK_BOX", "MULTI_SELECT", "CATEGORY", "MULTI_LINE_TEXT", "RICH_TEXT", "FILE",
     "USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT", "STATUS_ASSIGNEE", "TIME"}
)  # fmt: skip
# A field that the query names was renamed or deleted since the form was read.
_FORM_CHANGED = frozenset({"GAIA_IQ11", "GAIA_FC01"})


class CustomersApp:
    """The customer directory of Kintone; KintoneError when it does not answer in time."""

    key = "kintone"
    name = Text("Kintone", "Kintone")

    def __init__(self, client: KintoneClient, app: int, columns: FieldMap) -> None:
        self._client = client
        self._app = app
        self._columns = columns
        self._form: Mapping[str, FormField] | None = None
        self._lacking: frozenset[str] = frozenset()
        self.answers = 0
        self.doubts = 0
        # The origin that a table of these records is named by.
        self.source = f"{client.base_url} app {app}"

    def by_id(self, customer_id: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with exactly this id: several where ids are not unique."""
        wanted = normal_id(customer_id)
        if wanted is None:
            return []
        found = self._read(lambda: self._with_id(wanted, within_s), within_s)
        is_numbered = self._number_code(within_s) is not None
        # The code of an app has capitals alone, and people write it as they like.
        spelt = wanted.upper() if is_numbered else wanted
        return [customer.record for customer in found if spelt in customer.ids]

    def by_phone(self, phone: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with this telephone number of Japan, however it is written."""
        wanted = domestic_digits(phone)
        if wanted is None:
            return []

        def query(search: Callable[[list[str], str], Condition], limit: int) -> Query | None:
            codes = [code for code in self._columns.phones if code in self._known_form(within_s)]
            return Query(search(codes, wanted), limit=limit) if codes else None

        found = self._read(lambda: query(bears_number, MOST_RECORDS), within_s)
        if len(found) == MOST_RECORDS:
            # So many end in the same digits that the one who is meant may not be among them.
            found += self._read(lambda: query(is_written, _MOST_HITS), within_s)
        records = {one.record.record_id: one.record for one in found}.values()
        return [one for one in records if one.customer.calls_from(wanted)][:_MOST_HITS]

    def by_record(self, record_id: str, within_s: float) -> CustomerRecord | None:
        """Return the record of this number; None when there is none."""
        if not _is_number(record_id):
            return None
        query = Query(equals(OWN_ID, int(record_id)), limit=1)
        found = self._read(lambda: query, within_s)
        return next((customer.record for customer in found), None)

    def changed_record(self, notification: Mapping[str, Any]) -> RecordChange | None:
        """Return the record of this app that a webhook of Kintone says has changed, or None."""
        return changed_record(notification, self._app, self._columns)

    def probe(self, within_s: float) -> None:
        """Read any record, to see whether they can be read and hold what is mapped."""
        self._read(lambda: Query(limit=1), within_s)

    def problems(self) -> list[Text]:
        """Return what in the field map does not fit the app, one sentence each."""
        self._form = form = self._client.form_fields(self._app)
        if self._lacking & form.keys():
            self.probe(LONGEST_PROBE_S)
        lacking = self._lacking & form.keys()
        problems = [*misfits(form, self._columns), *unseen(lacking)]
        return [
            Text(f"アプリ {self._app}: {problem.ja}", f"app {self._app}: {problem.en}")
            for problem in problems
        ]

    def pages(self, codes: Sequence[str], after: int = 0) -> Iterator[list[KintoneRecord]]:
        """Yield these fields of every record in the order of their numbers, from a number on.

        A customer id that is the number of the record is told as it is without the app's code.
        """
        code = self._columns.customer_id
        own_id = set[str]() if self._number_code(None) is None else {code}
        form = self._known_form(None)
        for page in self._client.every_record(self._app, fields=codes, after=after):
            yield [_typed(row, form) | dict.fromkeys(own_id, str(row[OWN_ID])) for row in page]

    def table_pages(self, codes: Sequence[str], place: str) -> Iterator[PulledPage]:
        """Yield these fields of every record as rows; a place is the number of a record."""
        for page in self.pages(codes, int(place or 0)):
            yield PulledPage([cells_of(row, codes) for row in page], str(page[-1][OWN_ID]))

    def codes(self) -> tuple[str, ...]:
        """Return the codes of all fields that hold one plain value, in the order of the form."""
        self._form = form = self._client.form_fields(self._app)
        own_id = (OWN_ID,) if self._columns.customer_id == OWN_ID else ()
        codes = (*own_id, *(code for code, field in form.items() if field.kind in PLAIN))
        # What is switched off stands in the form and in no record.
        record = next(iter(self._client.records(self._app, Query(limit=1))), None)
        return codes if record is None else tuple(code for code in codes if code in record)

    def not_plain(self) -> dict[str, str]:
        """Return the fields that a table of records cannot hold, with their types."""
        form = self._known_form(None).values()
        return {one.code: one.type for one in form if one.type in _OF_RECORDS - PLAIN}

    def _with_id(self, wanted: str, within_s: float) -> Query | None:
        """Return the query for an id by the field's type; None where it can be nobody's."""
        condition = None
        code = self._columns.customer_id
        if self._number_code(within_s) is not None:
            digits = wanted.rpartition("-")[2]  # the app may put its code before the number
            condition = equals(OWN_ID, int(digits)) if _is_number(digits) else None
        elif self._known_form(within_s)[code].type in NUMERIC:
            condition = one_of(code, [wanted]) if _is_number(wanted) else None
        else:
            condition = one_of(code, sorted({wanted, full_width(wanted)}))
        return None if condition is None else Query(condition, limit=_MOST_HITS)

    def _number_code(self, within_s: float | None) -> str | None:
        """Return the field that shows the record's number where that is the customer's id."""
        form, code = self._known_form(within_s), self._columns.customer_id
        shown = [one.code for one in form.values() if one.type == "RECORD_NUMBER"]
        return next(iter(shown), code) if code == OWN_ID or code in shown else None

    def _known_form(self, within_s: float | None) -> Mapping[str, FormField]:
        """Return the form, which is read once."""
        if self._form is None:
            self._form = self._client.form_fields(self._app, within_s)
        return self._form

    def _read(self, query: Callable[[], Query | None], within_s: float) -> list[KintoneCustomer]:
        """Return the customers of a query; the form is read again if it has changed."""
        try:
            return self._read_once(query, within_s)
        except KintoneError as error:
            if error.code not in _FORM_CHANGED:
                raise
        self._form = None
        self.doubts += 1
        return self._read_once(query, within_s)

    def _read_once(
        self, query: Callable[[], Query | None], within_s: float
    ) -> list[KintoneCustomer]:
        at, number_code = datetime.now(UTC), self._number_code(within_s)
        form, code = self._known_form(within_s), self._columns.customer_id
        if number_code is None and code not in form:
            raise _no_id_field(code, self._app)
        wanted = query()
        if wanted is None:
            return []
        codes = [*self._columns.codes, *([] if number_code is None else [number_code])]
        codes = [code for code in codes if code in form or code in OWN_CODES]
        records = self._client.records(self._app, wanted, codes, within_s=within_s)
        if records:
            self._note_lacking(frozenset(self._columns.codes) - records[0].keys())
        if records and number_code is None and code not in records[0]:
            self._form = None
            raise _no_id_field(code, self._app)
        self.answers += 1
        customers = [
            read_customer(_typed(record, form), self._columns, at, number_code)
            for record in records
        ]
        # Whoever has no id is nobody whom a call could be joined with.
        return [found for found in customers if found.record.customer.customer_id]

    def _note_lacking(self, lacking: frozenset[str]) -> None:
        """Note mapped fields that records lack; those that nobody knows of are a doubt."""
        if lacking != self._lacking:
            self._lacking = lacking
            self.doubts += 1


def _typed(record: KintoneRecord, form: Mapping[str, FormField]) -> dict[str, Any]:
    return {code: typed(value, form.get(code)) for code, value in record.items()}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _no_id_field(code: str, app: int) -> KintoneError:
    text = Text(
        f"顧客番号のフィールド「{code}」がアプリ {app} にありません。config.py の field_codes に"
        "新しいフィールドコードを書いてください",
        f'app {app} has no field "{code}", where CUSTOMER_COLUMNS has the customer id from; write '
        "its code into field_codes of KINTONE in config.py",
    )
    return KintoneError(text.en, REFUSED, text=text)
