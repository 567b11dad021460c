"""What is read of Kintone, and what of it the client refuses to believe."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from traceback import format_exception
from typing import Any

import pytest

from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.form_fields import FormField
from callrisk.integrations.kintone.query_builder import Query, equals
from harness.kintone.client_settings import Hands, settings_for
from harness.kintone.scripted_server import ScriptedServer, told


def wire(record_id: int, **cells: tuple[str, Any]) -> dict[str, Any]:
    """A record as Kintone sends it."""
    own = {"$id": ("__ID__", str(record_id)), "$revision": ("__REVISION__", "3")}
    return {code: {"type": kind, "value": value} for code, (kind, value) in (own | cells).items()}


def page(first: int, last: int) -> dict[str, Any]:
    """An answer with the records of these numbers."""
    return {"records": [wire(one) for one in range(first, last + 1)], "totalCount": None}


def test_values_become_those_of_python(kintone: ScriptedServer, client: KintoneClient) -> None:
    """Numbers are exact, times aware, blank is None, lists and users stay as they are."""
    user = [{"code": "sato", "name": "佐藤"}]
    cells = {
        "金額": ("NUMBER", "1500.10"), "空": ("NUMBER", ""), "無": ("NUMBER", None),
        "日": ("DATE", "2026-01-02"), "日無": ("DATE", None), "時": ("DATETIME", ""),
        "作成日時": ("CREATED_TIME", "2026-04-23T06:31:00Z"), "名": ("SINGLE_LINE_TEXT", "山田"),
        "名無": ("SINGLE_LINE_TEXT", ""), "区分": ("DROP_DOWN", None), "計": ("CALC", "12:30"),
        "印": ("CHECK_BOX", ["A"]), "担当": ("USER_SELECT", user), "新": ("A_NEW_TYPE", {"x": 1}),
    }  # fmt: skip
    kintone.script = [told({"record": wire(12, **cells)})]

    assert client.record(1, 12) == {
        "$id": 12, "$revision": 3, "金額": Decimal("1500.10"), "空": None, "無": None,
        "日": date(2026, 1, 2), "日無": None, "時": None,
        "作成日時": datetime(2026, 4, 23, 6, 31, tzinfo=UTC), "名": "山田", "名無": None,
        "区分": None, "計": "12:30", "印": ["A"], "担当": user, "新": {"x": 1},
    }  # fmt: skip
    [asked] = kintone.asked
    assert (asked.method, asked.path) == ("GET", "/k/v1/record.json")
    assert asked.query == {"app": "1", "id": "12"}


def test_a_get_has_no_content_type(kintone: ScriptedServer, client: KintoneClient) -> None:
    """Kintone refuses a GET that has one but no body."""
    kintone.script = [told({"properties": {}})]

    assert client.form_fields(2) == {}
    [asked] = kintone.asked
    assert asked.query == {"app": "2"}
    assert asked.headers["X-Cybozu-API-Token"] == "secretTwo"
    assert not {"Content-Type", "Authorization", "Cookie"} & set(asked.headers)


def test_a_guest_space_has_a_path_of_its_own(kintone: ScriptedServer, hands: Hands) -> None:
    """And a prefix of the base URL stays before it."""
    settings = settings_for(f"{kintone.url}/proxy/", guest_space_id=7)
    kintone.script = [told({"properties": {}})]
    KintoneClient(settings, hands.clock()).form_fields(1)

    assert kintone.asked[0].path == "/proxy/k/guest/7/v1/app/form/fields.json"


def test_fields_are_numbered_and_always_name_the_record(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """Arrays in a URL have an index for each entry."""
    kintone.script = [told(page(1, 2))]
    query = Query(equals("番号", 'a"b'), limit=2)

    assert [one["$id"] for one in client.records(1, query, ["番号", "名"])] == [1, 2]
    assert kintone.asked[0].query == {
        "app": "1", "query": '番号 = "a\\"b" limit 2',
        "fields[0]": "番号", "fields[1]": "名", "fields[2]": "$id", "fields[3]": "$revision",
    }  # fmt: skip


def test_what_is_too_long_for_a_url_goes_in_a_body(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """A long query, and more than a hundred fields, are POSTed as a GET."""
    kintone.script = [told(page(1, 1))] * 4
    client.records(1, Query(equals("a", "x" * 3900)))
    client.records(1, Query(equals("a", "顧" * 450)))
    client.records(1, Query(), [f"f{one}" for one in range(98)])
    client.records(1, Query(), [f"f{one}" for one in range(99)])

    assert [one.method for one in kintone.asked] == ["GET", "POST", "GET", "POST"]
    longer, more = kintone.asked[1], kintone.asked[3]
    assert longer.headers["X-HTTP-Method-Override"] == "GET"
    assert longer.headers["Content-Type"] == "application/json"
    assert longer.content == {"app": 1, "query": f'a = "{"顧" * 450}" limit 500'}
    assert len(more.content["fields"]) == 101


def test_every_record_goes_on_behind_the_last(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """Pages by rising number until one is not full; a written condition is bracketed."""
    kintone.script = [told(page(11, 510)), told(page(600, 1099)), told(page(2000, 2000))]
    found = client.every_record(1, 'a = "1" or b = "2"', ["a"], after=10)

    assert [one["$id"] for some in found for one in some] == [
        *range(11, 511), *range(600, 1100), 2000,
    ]  # fmt: skip
    assert [one.query["query"] for one in kintone.asked] == [
        f'(a = "1" or b = "2") and $id > {last} order by $id asc limit 500'
        for last in (10, 510, 1099)
    ]


def test_an_app_without_records_has_no_pages(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """Nothing is yielded, and one request is made."""
    kintone.script = [told(page(1, 0))]

    assert list(client.every_record(1, equals("a", "1"))) == []
    assert kintone.asked[0].query["query"] == '(a = "1") and $id > 0 order by $id asc limit 500'


def test_pages_that_do_not_rise_end_in_an_error(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """A server that ignores the query would be asked for the same page for ever."""
    kintone.otherwise = told(page(1, 500))
    pages = client.every_record(1)

    assert len(next(pages)) == 500
    with pytest.raises(KintoneError, match="cannot be read"):
        next(pages)


def test_the_form_tells_types_and_options(kintone: ScriptedServer, client: KintoneClient) -> None:
    """Options in their order; a table is a field, what is inside it is not."""
    properties = {
        "番号": {"type": "SINGLE_LINE_TEXT", "code": "番号", "label": "顧客番号", "unique": True,
                 "required": True},
        "区分": {"type": "DROP_DOWN", "code": "区分", "label": "区分", "required": False,
                 "options": {"乙": {"label": "乙", "index": "10"},
                             "甲": {"label": "甲", "index": "2"}}},
        "表": {"type": "SUBTABLE", "code": "表", "label": "", "fields": {"内": {"type": "NUMBER"}}},
    }  # fmt: skip
    kintone.script = [told({"properties": properties, "revision": "12"})]

    assert client.form_fields(1) == {
        "番号": FormField("番号", "SINGLE_LINE_TEXT", "顧客番号", True, True, ()),
        "区分": FormField("区分", "DROP_DOWN", "区分", False, False, ("甲", "乙")),
        "表": FormField("表", "SUBTABLE", "表", False, False, (), inner=("内",)),
    }


ASKING: dict[str, Callable[[KintoneClient], object]] = {
    "record": lambda client: client.record(1, 5),
    "records": lambda client: client.records(1, Query()),
    "form_fields": lambda client: client.form_fields(1),
}


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize(
    "content",
    [
        [], {}, "x", None, {"record": [], "records": {}, "properties": []},
        {"record": None, "records": None, "properties": None},
        {"record": wire(1, a=("NUMBER", "secretValue")), "records": ["x"], "properties": {"a": 5}},
        {"record": wire(1, a=("NUMBER", True)), "records": [{}], "properties": {"a": {}}},
        {"record": wire(1, a=("DATE", "secretValue")), "records": [{"$id": 5}]},
        {"record": wire(1, a=("DATETIME", 5)), "records": [wire(1, a=("LINK", []))]},
        {"record": wire(1, a=("NUMBER", "Infinity")), "records": [{"a": wire(1)["$id"]}]},
        {"record": {"$id": {"type": "__ID__", "value": "-1"}}, "records": "secretValue"},
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_not_believed(
    kintone: ScriptedServer, client: KintoneClient, asking: str, content: object
) -> None:
    """It is asked for again, and is an error in the end that quotes nothing of it."""
    kintone.otherwise = told(content)
    with pytest.raises(KintoneError, match="cannot be read") as raised:
        ASKING[asking](client)

    assert (raised.value.permanent, raised.value.status) == (False, 200)
    assert len(kintone.asked) == 5
    assert "secretValue" not in "".join(format_exception(raised.value))
