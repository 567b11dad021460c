"""The customers app of Kintone: records found by id or by phone, as our Customer."""

from collections.abc import Iterator, Mapping
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
    domestic_digits,
    normal_id,
    written_number,
)
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import REFUSED, KintoneError
from callrisk.integrations.kintone.queries import Query, equals, one_of
from callrisk.integrations.kintone.values import FormField, Record

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
        return tuple(dict.fromkeys((*named, *declared, "$id", "$revision")))


@dataclass(frozen=True, slots=True)
class Found:
    """A customer with the record that it was read from."""

    customer: Customer
    record_id: int
    revision: int


class CustomersApp:
    """Reads customers; every method raises KintoneError when Kintone does not answer in time."""

    def __init__(self, client: KintoneClient, app: int, columns: FieldMap) -> None:
        self._client = client
        self._app = app
        self._columns = columns
        self._form: Mapping[str, FormField] | None = None

    def by_id(self, customer_id: str, within_s: float) -> list[Found]:
        """Records with exactly this customer id: none, one, or several where ids are not unique."""
        wanted = normal_id(customer_id)
        if wanted is None:
            return []
        code = self._columns.customer_id
        if self._is_numeric(code) and not (wanted.isascii() and wanted.isdigit()):
            return []
        query = Query(one_of(code, sorted({wanted, customer_id.strip()})), limit=_MOST_HITS)
        found = self._read(query, within_s)
        return [one for one in found if normal_id(one.customer.customer_id) == wanted]

    def by_phone(self, phone: str, within_s: float) -> list[Found]:
        """Records with this telephone number, however it is written there."""
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
        form = self._client.form_fields(self._app)
        self._form = form
        columns = self._columns
        found = [
            _unfit(form, code, _EXACT | _NUMERIC, "CUSTOMER_COLUMNS", name)
            for name, code in (("customer_id", columns.customer_id), ("name", columns.name),
                               ("phone", columns.phone))
            if code
        ]  # fmt: skip
        found += [
            _unfit(form, one.column, _FITTING[one.kind], "CUSTOMER_FIELDS", one.name)
            for one in columns.fields
        ]
        return [f"app {self._app}: {one}" for one in found if one]

    def pages(self, after: int = 0) -> Iterator[list[Record]]:
        """Every record in the order of their numbers, page by page, from a number on."""
        return self._client.every_record(self._app, after=after)

    def codes(self) -> tuple[str, ...]:
        """The codes of all fields that hold one plain value, in the order of the form."""
        plain = _EXACT.union(_NUMERIC, *_FITTING.values())
        form = self._client.form_fields(self._app)
        return tuple(code for code, one in form.items() if one.type in plain)

    def _is_numeric(self, code: str) -> bool:
        """By the form, once it was looked at: numbers are asked for in quotes, too."""
        field = (self._form or {}).get(code)
        return field is not None and field.type in _NUMERIC

    def _read(self, query: Query, within_s: float) -> list[Found]:
        at = datetime.now(UTC)
        records = self._client.records(self._app, query, self._columns.codes, within_s=within_s)
        return [found_in(one, self._columns, at) for one in records]


def ways_to_write(digits: str) -> list[str]:
    """A domestic number as people write it: plain, with hyphens, international."""
    splits = {
        11: ((3, 4), (4, 3)),
        10: ((2, 4), (3, 3), (4, 2), (4, 3), (5, 1)),
    }.get(len(digits), ())
    hyphens = [f"{digits[:a]}-{digits[a : a + b]}-{digits[a + b :]}" for a, b in splits]
    brackets = [f"{digits[:a]}({digits[a : a + b]}){digits[a + b :]}" for a, b in splits]
    abroad = [f"+81{digits[1:]}", *(f"+81-{one[1:]}" for one in hyphens)]
    return [digits, *hyphens, *brackets, *abroad]


def found_in(record: Record, columns: FieldMap, at: datetime) -> Found:
    """A record as a customer; KintoneError when a mapped field is not in it any more."""
    lacking = [code for code in columns.codes if code not in record]
    if lacking:
        raise KintoneError(
            f"the customers app has no field {', '.join(lacking)} any more; "
            "write its new code into field_codes of KINTONE in config.py",
            REFUSED,
        )
    customer = Customer(
        customer_id=plain(record[columns.customer_id]) or "",
        name=plain(record[columns.name]) if columns.name else None,
        phone=plain(record[columns.phone]) if columns.phone else None,
        values={one.name: value_of(record[one.column], one) for one in columns.fields},
        as_of=at,
    )
    return Found(customer, int(record["$id"]), int(record["$revision"]))


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
