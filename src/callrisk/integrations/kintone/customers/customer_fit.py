"""What of the field map does not fit the customers app, a sentence each in both languages."""

from collections.abc import Collection, Iterator, Mapping

from callrisk.domain.customer import FieldKind
from callrisk.domain.wording import Text
from callrisk.integrations.kintone.customers.customer_mapping import OWN_ID, FieldMap
from callrisk.integrations.kintone.form_fields import SPANS, FormField

# Kinds of fields that can hold what is declared.
FITTING = {
    FieldKind.NUMBER: frozenset({"NUMBER", "CALC", *(f"CALC:{span}" for span in SPANS)}),
    FieldKind.CHOICE: frozenset({"DROP_DOWN", "RADIO_BUTTON", "SINGLE_LINE_TEXT", "STATUS"}),
    FieldKind.DATE: frozenset(
        {"DATE", "DATETIME", "CREATED_TIME", "UPDATED_TIME", "CALC:DATE", "CALC:DATETIME"}
    ),
}
EXACT = frozenset({"SINGLE_LINE_TEXT", "LINK"})
WRITTEN = frozenset({"MULTI_LINE_TEXT"})
NUMERIC = frozenset({"NUMBER", "RECORD_NUMBER", "CALC"})
# Every kind whose value is one plain cell of a table.
PLAIN = EXACT.union(NUMERIC, *FITTING.values())
_MOST_NEAR = 12


def misfits(form: Mapping[str, FormField], columns: FieldMap) -> list[Text]:
    """Return what in the field map does not fit the form."""
    mapped = _mapped(columns)
    return [
        problem for code, kinds, where in mapped if (problem := _misfit(form, code, kinds, where))
    ]


def unseen(codes: Collection[str]) -> list[Text]:
    """Return that fields of the form are missing in the records, if any are."""
    if not codes:
        return []
    names = ", ".join(sorted(codes))
    return [
        Text(
            f"フィールド「{names}」はフォームにありますが、レコードに含まれません。API トークンで"
            "見られないか、無効になっています",
            f"the fields {names} stand in the form and in no record: the token may not see them, "
            "or they are switched off",
        )
    ]


def _mapped(columns: FieldMap) -> Iterator[tuple[str, frozenset[str], str]]:
    named = (
        (columns.customer_id, EXACT | NUMERIC, 'CUSTOMER_COLUMNS "customer_id"'),
        (columns.name, EXACT | NUMERIC, 'CUSTOMER_COLUMNS "name"'),
        (columns.phone, EXACT, 'CUSTOMER_COLUMNS "phone"'),
        (columns.kana, EXACT, 'CUSTOMER_COLUMNS "kana"'),
        (columns.address, EXACT | WRITTEN, 'CUSTOMER_COLUMNS "address"'),
        *((code, EXACT, 'KINTONE "phone_fields"') for code in columns.further_phones),
    )
    yield from (entry for entry in named if entry[0] and entry[0] != OWN_ID)
    for field in columns.fields:
        yield field.column, FITTING[field.kind], f'CUSTOMER_FIELDS "{field.name}"'


def _misfit(
    form: Mapping[str, FormField], code: str, fitting: frozenset[str], where: str
) -> Text | None:
    field = form.get(code)
    if field is None:
        return _absent(form, code, fitting, where)
    if field.kind in fitting:
        return None
    kinds = " / ".join(sorted(fitting))
    return Text(
        f"{where}: フィールド「{code}」の種類は {field.kind} です。使えるのは {kinds} です",
        f'{where}: field "{code}" is {field.kind}, not {" or ".join(sorted(fitting))}',
    )


def _absent(form: Mapping[str, FormField], code: str, fitting: frozenset[str], where: str) -> Text:
    table = next((one.code for one in form.values() if code in one.inner), None)
    if table is not None:
        return Text(
            f"{where}: フィールド「{code}」はテーブル「{table}」の中にあります。テーブルの外の"
            "フィールドだけ使えます",
            f'{where}: field "{code}" stands in the table "{table}"; only fields outside of tables '
            "can be read",
        )
    near = [one for one, its in form.items() if its.kind in fitting][:_MOST_NEAR]
    return Text(
        f"{where}: フィールド「{code}」がアプリにありません。同じ種類のフィールドは "
        f"{', '.join(near)} です。config.py の field_codes に新しいコードを書いてください",
        f'{where}: there is no field "{code}"; of its kind there are {", ".join(near)}; write its '
        "code into field_codes of KINTONE in config.py",
    )
