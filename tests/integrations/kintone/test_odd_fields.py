"""Fields of types that do not fit what is declared: told, typed where possible, never shown raw."""

from typing import Any

import pytest

from callrisk.crm.pulling import columns_of
from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.customers.customer_mapping import FieldMap, plain
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.integrations.kintone.form_fields import fields_from, typed
from callrisk.integrations.kintone.results_fit import obstacles
from harness.kintone.scripted_server import ScriptedServer, told

NAMES = ("event_key", "customer_id", "risk_score", "risk_category", "top_reasons", "scored_at")


def calc(shown: str) -> Any:
    """A calculated field, shown as this."""
    (field,) = fields_from({"計算": {"type": "CALC", "code": "計算", "format": shown}}).values()
    return field


@pytest.mark.parametrize(
    ("shown", "wire", "cell"),
    [
        ("NUMBER", "1500", "1500"), ("DATE", "2026-04-01", "2026-04-01"),
        ("DATETIME", "2026-03-31T15:30:00Z", "2026-03-31T15:30:00+00:00"),
        ("HOUR_MINUTE", "49:30", "49.5"), ("TIME", "09:15", "9.25"),
        ("HOUR_MINUTE", "-1:30", "-1.5"), ("DATE", "soon", "soon"), ("TIME", "x", "x"),
    ],
)  # fmt: skip
def test_a_calculated_value_is_what_its_field_shows(shown: str, wire: str, cell: str) -> None:
    """Dates are days, spans are hours, and what is neither stays text."""
    value = typed(wire, calc(shown))
    assert (value.isoformat() if hasattr(value, "isoformat") else str(value)) == cell
    assert typed(None, calc(shown)) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (["電話", "手紙"], "電話、手紙"), ([], None), ([{"code": "u1", "name": "山田"}], "山田"),
        ([{"fileKey": "k", "name": "a.pdf", "size": "1"}], "a.pdf"), ({"code": "u1"}, "u1"),
        ([{"id": "1", "value": {"内": {"type": "NUMBER", "value": "1"}}}], None), ("  ", None),
    ],
)  # fmt: skip
def test_lists_are_shown_as_words(value: Any, shown: str | None) -> None:
    """Several values with a comma, people and files by name, rows of a table not at all."""
    assert plain(value) == shown


FORM = {
    "番号": {"type": "SINGLE_LINE_TEXT", "code": "番号"},
    "氏名": {"type": "RICH_TEXT", "code": "氏名"},
    "連絡": {"type": "CHECK_BOX", "code": "連絡",
             "options": {"電話": {"label": "電話", "index": "0"}}},
    "期限": {"type": "CALC", "code": "期限", "format": "DATE"},
    "残り": {"type": "CALC", "code": "残り", "format": "DATETIME"},
    "契約": {"type": "SUBTABLE", "code": "契約", "fields": {"金額": {"type": "NUMBER"}}},
    "レコード番号": {"type": "RECORD_NUMBER", "code": "レコード番号"},
}  # fmt: skip
RECORD = {
    "番号": {"type": "SINGLE_LINE_TEXT", "value": "1001"},
    "氏名": {"type": "RICH_TEXT", "value": "<div>仮名&nbsp;<b>太郎</b></div><script>x</script>"},
    "連絡": {"type": "CHECK_BOX", "value": ["電話"]},
    "期限": {"type": "CALC", "value": "2026-04-01"},
    "残り": {"type": "CALC", "value": "2026-03-31T15:30:00Z"},
    "契約": {"type": "SUBTABLE", "value": []},
    "$id": {"type": "__ID__", "value": "1"}, "$revision": {"type": "__REVISION__", "value": "1"},
}  # fmt: skip


def field(name: str, column: str, kind: FieldKind, **more: Any) -> CustomerField:
    """A declared field."""
    return CustomerField(name, column, kind, name, name, **more)


def test_fields_of_other_types_are_told_and_shown_as_text(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """Which table a field stands in, which type it has, and what may be declared."""
    kintone.script = [told({"properties": FORM})]
    kintone.otherwise = told({"records": [RECORD], "totalCount": None})
    columns = FieldMap("番号", "氏名", "", (
        field("limit", "期限", FieldKind.DATE), field("left", "残り", FieldKind.DATE),
        field("amount", "金額", FieldKind.NUMBER), field("wrong", "期限", FieldKind.NUMBER),
        field("contact", "連絡", FieldKind.CHOICE, choices=("電話",)),
    ))  # fmt: skip
    customers = CustomersApp(client, 1, columns)
    problems = customers.problems()
    told_ja = " ".join(problem.ja for problem in problems)
    told_en = " ".join(problem.en for problem in problems)
    assert len(problems) == 4
    assert "テーブル「契約」の中" in told_ja
    assert 'stands in the table "契約"' in told_en
    for kind in ("RICH_TEXT", "CHECK_BOX", "CALC:DATE"):
        assert kind in told_ja
        assert kind in told_en
    (found,) = customers.by_id("1001", 5.0)
    assert found.customer.name == "仮名 太郎"
    values = {name: str(value) for name, value in found.customer.values.items()}
    assert values == {
        "limit": "2026-04-01", "left": "2026-04-01", "amount": "None", "wrong": "None",
        "contact": "電話",
    }  # fmt: skip


def test_a_table_of_records_holds_typed_cells_and_names_what_it_leaves_out(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """A moment is told in Japan's time; tables and lists of choices are no cell."""
    kintone.script = [
        told({"properties": FORM}), told({"records": [RECORD], "totalCount": None}),
        told({"records": [RECORD], "totalCount": None}),
    ]  # fmt: skip
    customers = CustomersApp(client, 1, FieldMap("番号", "", "", ()))
    codes = customers.codes()
    assert codes == ("番号", "期限", "残り")
    (page,) = customers.pages(codes)
    assert page[0]["残り"].isoformat() == "2026-03-31T15:30:00+00:00"
    assert customers.not_plain() == {
        "氏名": "RICH_TEXT", "連絡": "CHECK_BOX", "契約": "SUBTABLE",
    }  # fmt: skip
    assert columns_of(codes, {"レコード番号": "番号"})[0] == ("レコード番号", "番号")


TEXT = {"type": "SINGLE_LINE_TEXT"}
RESULTS = {
    "event_key": TEXT | {"unique": True}, "customer_id": TEXT, "risk_score": {"type": "NUMBER"},
    "risk_category": TEXT, "top_reasons": TEXT, "scored_at": {"type": "DATETIME"},
}  # fmt: skip
CHOICES = {name: {"label": name, "index": str(at)} for at, name in enumerate(("high", "low"))}
OBSTACLES: dict[str, tuple[dict[str, Any], str]] = {
    "required by others": ({"支店": TEXT | {"required": True}}, "支店"),
    "a file of others": ({"資料": {"type": "FILE", "required": True}}, "資料"),
    "a default that may stand once": ({"印": TEXT | {"unique": True, "defaultValue": "x"}}, "印"),
    "required and empty for some": ({"customer_id": TEXT | {"required": True}}, "customer_id"),
    "an option is gone": (
        {"risk_category": {"type": "DROP_DOWN", "options": CHOICES}}, "medium",
    ),
    "too short": ({"top_reasons": TEXT | {"maxLength": "10"}}, "top_reasons"),
    "a least length": ({"top_reasons": TEXT | {"minLength": "5"}}, "top_reasons"),
    "a lower limit": ({"risk_score": {"type": "NUMBER", "maxValue": "10"}}, "risk_score"),
    "an upper limit": ({"risk_score": {"type": "NUMBER", "minValue": "1"}}, "risk_score"),
    "no duplicates": ({"customer_id": TEXT | {"unique": True}}, "customer_id"),
    "a key with duplicates": ({"event_key": TEXT}, "event_key"),
    "a formula": ({"customer_id": TEXT | {"expression": "a & b"}}, "customer_id"),
    "a lookup's copy": (
        {"検索": TEXT | {"lookup": {"fieldMappings": [{"field": "top_reasons"}]}}}, "top_reasons",
    ),
    "another type": ({"scored_at": {"type": "DATE"}}, "scored_at"),
    "gone": ({"scored_at": None}, "scored_at"),
}  # fmt: skip


@pytest.mark.parametrize("name", OBSTACLES)
def test_what_keeps_results_back_is_seen_in_the_form(name: str) -> None:
    """Each by one sentence in both languages."""
    changes, named = OBSTACLES[name]
    form = {code: told for code, told in (RESULTS | changes).items() if told}
    (obstacle,) = obstacles(fields_from(form), {one: one for one in NAMES}, {})
    assert named in obstacle.ja
    assert named in obstacle.en


@pytest.mark.parametrize(
    "harmless",
    [
        {"支店": TEXT | {"required": True, "defaultValue": "本社"}},
        {"日": {"type": "DATE", "required": True, "defaultNowValue": True}},
        {"区分": {"type": "RADIO_BUTTON", "required": True, "options": CHOICES}},
        {"計": {"type": "CALC", "required": True}},
        {"表": {"type": "SUBTABLE", "fields": {"内": TEXT | {"required": True}}}},
        {"risk_score": {"type": "NUMBER", "minValue": "0", "maxValue": "100"}},
        {"event_key": TEXT | {"unique": True, "required": True, "maxLength": "64"}},
    ],
)
def test_what_keeps_nothing_back_is_no_obstacle(harmless: dict[str, Any]) -> None:
    """Filled by Kintone, or wide enough."""
    form = {code: told for code, told in (RESULTS | harmless).items() if told}
    assert obstacles(fields_from(form), {one: one for one in NAMES}, {}) == []
