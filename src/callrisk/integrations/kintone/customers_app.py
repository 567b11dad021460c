"""The customers app of Kintone: records found by id or by phone, as our Customer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from callrisk.domain.customer import (
    JST,
    Customer,
    CustomerField,
    FieldKind,
    FieldValue,
    normal_id,
    written_number,
)
from callrisk.domain.phone import domestic_digits
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import REFUSED, KintoneError
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
# The number of a record, which the app may show with its code: APP-12.
OWN_ID = "$id"
_TO_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
# A number that more records share than this is nobody's own.
_MOST_HITS = 20


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The codes of the fields in the app; `fields` are the declared ones, `column` their code."""

    customer_id: str
    name: str
    phone: str
    fields: tuple[CustomerField, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that is read, with the number of the record."""
        declared = (one.column for one in self.fields)
        named = (one for one in (self.customer_id, self.name, self.phone) if one)
        return tuple(dict.fromkeys((*named, *declared, OWN_ID, "$revision")))


@dataclass(frozen=True, slots=True)
class Found:
    """A customer with the record that it was read from."""

    customer: Customer
    record_id: int
    revision: int
    # What the customer is called by: the id, and the number of the record with the app's code.
    ids: frozenset[str] = frozenset()


class CustomersApp:
    """Reads customers; every method raises KintoneError when Kintone does not answer in time."""

    def __init__(self, client: KintoneClient, app: int, columns: FieldMap) -> None:
        self._client = client
        self._app = app
        self._columns = columns
        self._form: Mapping[str, FormField] | None = None
        self.answers = 0
        # What a table of these records is a table of.
        self.source = f"{client.base_url} app {app}"

    def by_id(self, customer_id: str, within_s: float) -> list[Found]:
        """Records with exactly this customer id: none, one, or several where ids are not unique."""
        wanted = normal_id(customer_id)
        if wanted is None:
            return []
        condition = self._with_id(wanted, within_s)
        if condition is None:
            return []
        found = self._read(Query(condition, limit=_MOST_HITS), within_s)
        return [one for one in found if wanted in one.ids]

    def by_phone(self, phone: str, within_s: float) -> list[Found]:
        """Records with this telephone number of Japan, as people write them."""
        wanted = domestic_digits(phone)
        if wanted is None or not self._columns.phone:
            return []
        query = Query(one_of(self._columns.phone, ways_to_write(wanted)), limit=_MOST_HITS)
        found = self._read(query, within_s)
        return [one for one in found if domestic_digits(one.customer.phone) == wanted]

    def by_record(self, record_id: int, within_s: float) -> Found | None:
        """The record of this number; None when there is none."""
        query = Query(equals("$id", record_id), limit=1)
        return next(iter(self._read(query, within_s)), None)

    def look(self, within_s: float) -> None:
        """Read any record, to see whether they can be read and hold what is mapped."""
        self._read(Query(limit=1), within_s)

    def problems(self) -> list[str]:
        """What in the field map does not fit the app, one sentence each; empty when all is well."""
        self._form = form = self._client.form_fields(self._app)
        columns = self._columns
        found = [
            _unfit(form, code, fitting, "CUSTOMER_COLUMNS", name)
            for name, code, fitting in (
                ("customer_id", columns.customer_id, _EXACT | _NUMERIC),
                ("name", columns.name, _EXACT | _NUMERIC),
                ("phone", columns.phone, _EXACT),
            )
            if code and code != OWN_ID
        ]
        found += [
            _unfit(form, one.column, _FITTING[one.kind], "CUSTOMER_FIELDS", one.name)
            for one in columns.fields
        ]
        return [f"app {self._app}: {one}" for one in found if one]

    def pages(self, codes: Sequence[str], after: int = 0) -> Iterator[list[KintoneRecord]]:
        """These fields of every record in the order of their numbers, from a number on.

        A customer id that is the number of the record is told as it is without the app's code.
        """
        own_id = {self._columns.customer_id} if self._is_numbered(None) else set[str]()
        for page in self._client.every_record(self._app, fields=codes, after=after):
            yield [{**one, **dict.fromkeys(own_id, str(one[OWN_ID]))} for one in page]

    def codes(self) -> tuple[str, ...]:
        """The codes of all fields that hold one plain value, in the order of the form."""
        plain = _EXACT.union(_NUMERIC, *_FITTING.values())
        form = self._client.form_fields(self._app)
        own_id = (OWN_ID,) if self._columns.customer_id == OWN_ID else ()
        codes = (*own_id, *(code for code, one in form.items() if one.type in plain))
        # What is switched off stands in the form and in no record.
        some = next(iter(self._client.records(self._app, Query(limit=1))), None)
        return codes if some is None else tuple(one for one in codes if one in some)

    def _with_id(self, wanted: str, within_s: float) -> Condition | None:
        """What finds an id, in the words of the field's type; None where it can be nobody's."""
        if self._is_numbered(within_s):
            digits = wanted.rpartition("-")[2]  # the app may put its code before the number
            return equals(OWN_ID, int(digits)) if _is_number(digits) else None
        code = self._columns.customer_id
        if self._kind_of(code, within_s) in _NUMERIC:
            return one_of(code, [wanted]) if _is_number(wanted) else None
        return one_of(code, sorted({wanted, wanted.translate(_TO_FULL_WIDTH)}))

    def _is_numbered(self, within_s: float | None) -> bool:
        """Whether the number of the record is the id of the customer."""
        code = self._columns.customer_id
        return code == OWN_ID or self._kind_of(code, within_s) == "RECORD_NUMBER"

    def _kind_of(self, code: str, within_s: float | None) -> str | None:
        """The type of a field, by the form, which is read once."""
        if self._form is None:
            self._form = self._client.form_fields(self._app, within_s)
        field = self._form.get(code)
        return None if field is None else field.type

    def _read(self, query: Query, within_s: float) -> list[Found]:
        at, is_numbered = datetime.now(UTC), self._is_numbered(within_s)
        records = self._client.records(self._app, query, self._columns.codes, within_s=within_s)
        found = [found_in(one, self._columns, at, is_numbered) for one in records]
        self.answers += 1
        # Whoever has no id is nobody whom a call could be joined with.
        return [one for one in found if one.customer.customer_id]


def ways_to_write(digits: str) -> list[str]:
    """A domestic number as people write it: plain, hyphens, blanks, full width, international."""
    splits = {
        11: ((3, 4), (4, 3)),
        10: ((2, 4), (3, 3), (4, 2), (4, 3), (5, 1)),
    }.get(len(digits), ())
    parts = [(digits[:a], digits[a : a + b], digits[a + b :]) for a, b in splits]
    hyphens = ["-".join(one) for one in parts]
    brackets = [f"{area}({city}){rest}" for area, city, rest in parts]
    blanks = [" ".join(one) for one in parts]
    domestic = [digits, *hyphens]
    wide = [one.translate(_TO_FULL_WIDTH) for one in domestic]
    abroad = [f"+81{digits[1:]}", *(f"+81-{one[1:]}" for one in hyphens)]
    return [*domestic, *brackets, *blanks, *wide, *abroad]


def found_in(
    record: KintoneRecord, columns: FieldMap, at: datetime, is_numbered: bool = False
) -> Found:
    """A record as a customer, whose id may be the number of the record.

    The id is empty where it can be nobody's; KintoneError when a mapped field is not in the record.
    """
    lacking = [code for code in columns.codes if code not in record]
    if lacking:
        raise KintoneError(
            f"the customers app has no field {', '.join(lacking)} any more; "
            "write its new code into field_codes of KINTONE in config.py",
            REFUSED,
        )
    written = normal_id(plain(record[columns.customer_id]) or "") or ""
    customer_id = str(record[OWN_ID]) if is_numbered else written
    customer = Customer(
        customer_id=customer_id,
        name=plain(record[columns.name]) if columns.name else None,
        phone=plain(record[columns.phone]) if columns.phone else None,
        values={one.name: value_of(record[one.column], one) for one in columns.fields},
        as_of=at,
    )
    ids = frozenset({customer_id, written})
    return Found(customer, int(record[OWN_ID]), int(record["$revision"]), ids)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def value_of(value: Any, field: CustomerField) -> FieldValue:
    """A value of the record as the field is declared; what does not fit is missing."""
    if field.kind is FieldKind.NUMBER:
        return _number(value)
    if field.kind is FieldKind.DATE:
        if isinstance(value, datetime):
            return value.astimezone(JST).date()
        return value if isinstance(value, date) else None
    return plain(value)


def plain(value: Any) -> str | None:
    """A value as text, without blanks around it; None when blank."""
    if isinstance(value, Decimal):
        value = format(value.normalize(), "f") if value == value.to_integral() else str(value)
    text = "" if value is None else str(value).strip()
    return text or None


def _number(value: Any) -> float | None:
    """A number, which comes as text from calculated fields; one beyond all bounds is none."""
    return None if value is None else written_number(str(value))


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
