"""The customers app of Kintone: records found by id or by phone, as our Customer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import jaconv

from callrisk.domain.customer import (
    CustomerRecord,
    FieldKind,
    RecordChange,
    normal_id,
)
from callrisk.domain.phone import domestic_digits
from callrisk.domain.wording import Text
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.customer_mapping import (
    OWN_ID,
    FieldMap,
    KintoneCustomer,
    read_customer,
)
from callrisk.integrations.kintone.query_builder import Condition, Query, equals, one_of
from callrisk.integrations.kintone.values import FormField, KintoneRecord

# Kinds of fields that can hold what is declared.
_FITTING = {
    FieldKind.NUMBER: frozenset({"NUMBER", "CALC"}),
    FieldKind.CHOICE: frozenset({"DROP_DOWN", "RADIO_BUTTON", "SINGLE_LINE_TEXT", "STATUS"}),
    FieldKind.DATE: frozenset({"DATE", "DATETIME", "CREATED_TIME", "UPDATED_TIME"}),
}
_EXACT = frozenset({"SINGLE_LINE_TEXT", "LINK"})
_NUMERIC = frozenset({"NUMBER", "RECORD_NUMBER", "CALC"})
# A number that more records share than this is nobody's own.
_MOST_HITS = 20
_LONGEST_NUMBER = 15


class CustomersApp:
    """The customer directory of Kintone; KintoneError when it does not answer in time."""

    key = "kintone"
    name = Text("Kintone", "Kintone")

    def __init__(self, client: KintoneClient, app: int, columns: FieldMap) -> None:
        self._client = client
        self._app = app
        self._columns = columns
        self._form: Mapping[str, FormField] | None = None
        self.answers = 0
        # The origin that a table of these records is named by.
        self.source = f"{client.base_url} app {app}"

    def by_id(self, customer_id: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with exactly this id: several where ids are not unique."""
        wanted = normal_id(customer_id)
        if wanted is None:
            return []
        condition = self._with_id(wanted, within_s)
        if condition is None:
            return []
        customers = self._read(Query(condition, limit=_MOST_HITS), within_s)
        return [customer.record for customer in customers if wanted in customer.ids]

    def by_phone(self, phone: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with this telephone number of Japan, however it is written."""
        wanted = domestic_digits(phone)
        if wanted is None or not self._columns.phone:
            return []
        query = Query(one_of(self._columns.phone, ways_to_write(wanted)), limit=_MOST_HITS)
        records = [customer.record for customer in self._read(query, within_s)]
        return [record for record in records if domestic_digits(record.customer.phone) == wanted]

    def by_record(self, record_id: str, within_s: float) -> CustomerRecord | None:
        """Return the record of this number; None when there is none."""
        if not _is_number(record_id):
            return None
        query = Query(equals(OWN_ID, int(record_id)), limit=1)
        return next((customer.record for customer in self._read(query, within_s)), None)

    def changed_record(self, notification: Mapping[str, Any]) -> RecordChange | None:
        """Return the record that a webhook of Kintone says has changed; None for a comment."""
        record = notification.get("record")
        number = record.get(OWN_ID) if isinstance(record, dict) else None
        number = number.get("value") if isinstance(number, dict) else notification.get("recordId")
        record_id, notification_id = str(number), notification.get("id")
        if not _is_number(record_id) or len(record_id) > _LONGEST_NUMBER:
            return None
        its_id = notification_id if isinstance(notification_id, str) else None
        return RecordChange(str(int(record_id)), its_id)

    def probe(self, within_s: float) -> None:
        """Read any record, to see whether they can be read and hold what is mapped."""
        self._read(Query(limit=1), within_s)

    def problems(self) -> list[str]:
        """Return what in the field map does not fit the app, one sentence each."""
        self._form = form = self._client.form_fields(self._app)
        columns = self._columns
        problems = [
            _unfit(form, code, fitting, "CUSTOMER_COLUMNS", name)
            for name, code, fitting in (
                ("customer_id", columns.customer_id, _EXACT | _NUMERIC),
                ("name", columns.name, _EXACT | _NUMERIC),
                ("phone", columns.phone, _EXACT),
            )
            if code and code != OWN_ID
        ]
        problems += [
            _unfit(form, field.column, _FITTING[field.kind], "CUSTOMER_FIELDS", field.name)
            for field in columns.fields
        ]
        return [f"app {self._app}: {problem}" for problem in problems if problem]

    def pages(self, codes: Sequence[str], after: int = 0) -> Iterator[list[KintoneRecord]]:
        """Yield these fields of every record in the order of their numbers, from a number on.

        A customer id that is the number of the record is told as it is without the app's code.
        """
        own_id = {self._columns.customer_id} if self._is_numbered(None) else set[str]()
        for page in self._client.every_record(self._app, fields=codes, after=after):
            yield [{**row, **dict.fromkeys(own_id, str(row[OWN_ID]))} for row in page]

    def codes(self) -> tuple[str, ...]:
        """Return the codes of all fields that hold one plain value, in the order of the form."""
        plain = _EXACT.union(_NUMERIC, *_FITTING.values())
        form = self._client.form_fields(self._app)
        own_id = (OWN_ID,) if self._columns.customer_id == OWN_ID else ()
        codes = (*own_id, *(code for code, field in form.items() if field.type in plain))
        # What is switched off stands in the form and in no record.
        record = next(iter(self._client.records(self._app, Query(limit=1))), None)
        return codes if record is None else tuple(code for code in codes if code in record)

    def _with_id(self, wanted: str, within_s: float) -> Condition | None:
        """Return the condition for an id by the field's type; None where it can be nobody's."""
        if self._is_numbered(within_s):
            digits = wanted.rpartition("-")[2]  # the app may put its code before the number
            return equals(OWN_ID, int(digits)) if _is_number(digits) else None
        code = self._columns.customer_id
        if self._kind_of(code, within_s) in _NUMERIC:
            return one_of(code, [wanted]) if _is_number(wanted) else None
        return one_of(code, sorted({wanted, _full_width(wanted)}))

    def _is_numbered(self, within_s: float | None) -> bool:
        """Return whether the number of the record is the id of the customer."""
        code = self._columns.customer_id
        return code == OWN_ID or self._kind_of(code, within_s) == "RECORD_NUMBER"

    def _kind_of(self, code: str, within_s: float | None) -> str | None:
        """Return the type of a field, by the form, which is read once."""
        if self._form is None:
            self._form = self._client.form_fields(self._app, within_s)
        field = self._form.get(code)
        return None if field is None else field.type

    def _read(self, query: Query, within_s: float) -> list[KintoneCustomer]:
        at, is_numbered = datetime.now(UTC), self._is_numbered(within_s)
        records = self._client.records(self._app, query, self._columns.codes, within_s=within_s)
        customers = [read_customer(one, self._columns, at, is_numbered) for one in records]
        self.answers += 1
        # Whoever has no id is nobody whom a call could be joined with.
        return [found for found in customers if found.record.customer.customer_id]


def _full_width(text: str) -> str:
    """Return the text with its letters, digits and signs in full width, blanks as they are."""
    return jaconv.h2z(text, ignore=" ", kana=False, ascii=True, digit=True)


def ways_to_write(digits: str) -> list[str]:
    """Return a domestic number as people write it, from plain digits to the form from abroad."""
    splits = {
        11: ((3, 4), (4, 3)),
        10: ((2, 4), (3, 3), (4, 2), (4, 3), (5, 1)),
    }.get(len(digits), ())
    parts = [(digits[:a], digits[a : a + b], digits[a + b :]) for a, b in splits]
    hyphens = ["-".join(one) for one in parts]
    brackets = [f"{area}({city}){rest}" for area, city, rest in parts]
    blanks = [" ".join(one) for one in parts]
    domestic = [digits, *hyphens]
    wide = [_full_width(one) for one in domestic]
    abroad = [f"+81{digits[1:]}", *(f"+81-{one[1:]}" for one in hyphens)]
    return [*domestic, *brackets, *blanks, *wide, *abroad]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _unfit(
    form: Mapping[str, FormField], code: str, fitting: frozenset[str], table: str, name: str
) -> str:
    field = form.get(code)
    if field is None:
        near = ", ".join(one for one, its in form.items() if its.type in fitting)
        return f'{table} "{name}": there is no field "{code}"; of its kind there are {near}'
    if field.type not in fitting:
        return (
            f'{table} "{name}": field "{code}" is {field.type}, not {" or ".join(sorted(fitting))}'
        )
    return ""
