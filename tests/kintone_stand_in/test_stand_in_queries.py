"""The query language over the wire: operators by type, precedence, literals, order."""

import pytest

from harness.kintone.kintone_apps import CUSTOMER_FIELDS, Clock
from harness.kintone.kintone_wire import TOKENS, Wire
from kintone_stand_in import App, StandIn


@pytest.fixture(scope="module")
def people():
    """Four customers that differ in everything."""
    customers = App(1, "顧客 DEMO", CUSTOMER_FIELDS, TOKENS[1], now=Clock())
    customers.add({
        "レコード番号": "1001", "氏名": "佐藤 花子", "契約金額": "9", "支払方法": "口座振替",
        "連絡": ["電話"], "契約日": "2026-01-31", "最終通話": "2026-03-01T09:00:00Z",
        "メモ": "長い 話", "会員番号": 10,
    })  # fmt: skip
    customers.add({
        "レコード番号": "1002", "氏名": "Suzuki Ichiro", "契約金額": "100", "支払方法": "銀行振込",
        "連絡": ["電話", "手紙"], "契約日": "2026-02-01", "最終通話": "2026-03-02T00:00:00+09:00",
        "区分": "法人", "会員番号": 20,
    })  # fmt: skip
    customers.add(
        {"レコード番号": "1003", "氏名": 'O"Hara \\ Co', "契約金額": "-1.5", "メモ": " \n"}
    )
    customers.add({})
    return customers


@pytest.fixture(scope="module")
def wire(people):
    """Whoever asks for them; nothing that the tests of this file do stays."""
    with StandIn([people]) as stand_in:
        yield Wire(stand_in.url)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [4, 3, 2, 1]),
        ("limit 2", [4, 3]),
        ("order by $id asc", [1, 2, 3, 4]),
        ("ORDER BY $id ASC LIMIT 1", [1]),
        ("$id > 2", [4, 3]),
        ("$id >= 2 and $id < 4 order by $id asc", [2, 3]),
        ("$id in (1, 3, 99)", [3, 1]),
        ("$id not in (1, 3)", [4, 2]),
        ("$id != 1", [4, 3, 2]),
        ("Record_number = 2", [2]),
        ("契約金額 > 9", [2]),
        ('契約金額 >= "9"', [2, 1]),
        ("契約金額 < 9", [3]),
        ("契約金額 <= -1.5", [3]),
        ("契約金額 = 100.0", [2]),
        ('契約金額 = ""', [4]),
        ('契約金額 != ""', [3, 2, 1]),
        ("契約金額 != 9", [4, 3, 2]),
        ("契約金額 in (9, 100)", [2, 1]),
        ('契約金額 > ""', []),
        ("会員番号 = 10.0", [1]),
        ('氏名 = "佐藤 花子"', [1]),
        ('氏名 = "suzuki ichiro"', []),
        ('氏名 != "佐藤 花子"', [4, 3, 2]),
        ('氏名 in ("佐藤 花子", "Suzuki Ichiro")', [2, 1]),
        ('氏名 not in ("佐藤 花子")', [4, 3, 2]),
        ('氏名 like "suzuki"', [2]),
        ('氏名 not like "suzuki"', [4, 3, 1]),
        ('氏名 = ""', [4]),
        ('レコード番号 = "1002"', [2]),
        ('レコード番号 in ("1002", "1001", "7")', [2, 1]),
        ('レコード番号 = "1002" or レコード番号 = "1003"', [3, 2]),
        ('レコード番号 in ("1002", "")', [4, 2]),
        ('支払方法 in ("口座振替")', [1]),
        ('支払方法 in ("")', [4, 3]),
        ('支払方法 not in ("口座振替")', [4, 3, 2]),
        ('区分 in ("法人")', [2]),
        ('連絡 in ("手紙", "訪問")', [2]),
        ('連絡 not in ("手紙")', [4, 3, 1]),
        ('連絡 in ("")', [4, 3]),
        ('契約日 = "2026-01-31"', [1]),
        ('契約日 > "2026-01-31"', [2]),
        ('契約日 = ""', [4, 3]),
        ('最終通話 = "2026-03-01T15:00:00Z"', [2]),
        ('最終通話 >= "2026-03-01T18:00:00+09:00"', [2, 1]),
        ('作成日時 = "2026-04-01T09:30:00Z" limit 1', [4]),
        ('更新日時 > "2026-04-01T09:30:00Z"', []),
        ('作成者 in ("Administrator") and $id < 2', [1]),
        ("メモ is empty", [4, 3, 2]),
        ("メモ is not empty", [1]),
        ('メモ like "話"', [1]),
        ("order by 契約金額 asc", [4, 3, 1, 2]),
        ("order by 契約金額 desc", [2, 1, 3, 4]),
        ("order by 区分 desc, $id asc", [2, 1, 3, 4]),
        ("order by 区分 asc, 契約金額 desc", [1, 3, 4, 2]),
    ],
)
def test_query_finds(wire, people, query, found):
    """Each operator finds what it means for its type, in the order that was wished."""
    assert wire.found(query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("$id = 1 or $id = 2 and $id = 3", [1]),
        ("($id = 1 or $id = 2) and $id = 2", [2]),
        ("(($id=1)or($id=2))and($id!=2)", [1]),
        ("　$id　=\t1\r\nor $id = 2", [2, 1]),
        ("$id = 1 OR $id = 3", [3, 1]),
    ],
)
def test_and_binds_tighter_than_or(wire, people, query, found):
    """Parentheses bind tightest; any white space separates, the full-width one too."""
    assert wire.found(query) == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('支払方法 = "口座振替"', "GAIA_IQ03"),
        ('連絡 = "電話"', "GAIA_IQ03"),
        ('メモ = "x"', "GAIA_IQ03"),
        ("氏名 is empty", "GAIA_IQ03"),
        ('氏名 > "a"', "GAIA_IQ03"),
        ('契約金額 like "1"', "GAIA_IQ03"),
        ('契約日 in ("2026-01-01")', "GAIA_IQ03"),
        ("ない = 1", "GAIA_IQ11"),
        ("$revision = 1", "GAIA_IQ11"),
        ("order by ない asc", "GAIA_IQ11"),
        ('支払方法 in ("現金")', "GAIA_IQ10"),
        ('契約日 = "2026-02-30"', "GAIA_IQ23"),
        ('最終通話 > "きのう"', "GAIA_IQ23"),
        ('作成者 in ("だれか")', "GAIA_IL26"),
    ],
)
def test_query_that_does_not_fit_the_form(wire, people, query, code):
    """Unknown fields, operators and options are errors, each with its code."""
    assert wire.query_code(query) == (400, code)


@pytest.mark.parametrize(
    "query",
    [
        "$id", "$id =", "= 1", "$id = 1 and", "and $id = 1", "($id = 1", "$id = 1)", "()",
        "$id == 1", "$id <> 1", "$id = 1 $id = 2", "$id in 1", "$id in ()", "$id in (1,)",
        "$id not 1", "$id not = 1", "$id is null", "$id = abc", '$id = "abc"', "$id = 1abc",
        "$id = 1.", "$id = 1.2.3", "契約日 = TODAY()", "作成日時 > NOW()",
        "作成者 in (LOGINUSER())",
        "limit", "limit ten", 'limit "10"', "limit 10 limit 10", "offset 1 limit 1",
        "limit 1 order by $id", "order $id", "order by", "order by $id up", "order by $id,",
        "$id = 1; drop", "氏名 = '佐藤'", '氏名 = "佐藤', '氏名 = "佐藤\\', '氏名 = "\\x"',
        "a-b = 1",
        '氏名 = "a\tb"', '氏名 = "a\nb"', '氏名 = "a\rb"',
        '氏名 = "a\x00b"', "not $id = 1", "1 = $id",
        "(" * 4000, "(" * 3000 + "$id = 1" + ")" * 3000, "$id = -", "$id = 1e5",
    ],
)  # fmt: skip
def test_query_that_is_none(wire, people, query):
    """Whatever the language does not know is a syntax error, never an answer."""
    answer = wire.send("GET", "records.json", json={"app": 1, "query": query})

    assert answer.status_code == 400
    assert answer.json()["code"] == "CB_VA01"
    assert answer.json()["errors"] == {"query": {"messages": ["クエリ記法が間違っています。"]}}


HOSTILE = [
    'x" or レコード番号 != "',
    '" or $id > 0 or 氏名 = "',
    "\\",
    '\\"',
    'a\\" or $id > 0 or 氏名 = \\"',
    "tab\there",
    "line\nbreak",
    "carriage\rreturn",
    "'; --",
    "limit 1",
    "%22 or %22",
    "𠮷野家😀",
    "a=b(c),d",
]


def escaped(text):
    for raw, safe in (("\\", "\\\\"), ('"', '\\"'), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(raw, safe)
    return f'"{text}"'


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_literal_means_itself(wire, people, text):
    """An escaped text finds exactly the record that holds it, whatever it says."""
    held = people.add({"レコード番号": text})
    found = wire.found(f"レコード番号 = {escaped(text)}")
    others = wire.found(f"レコード番号 = {escaped('他' + text)}")
    people.remove(held)

    assert (found, others) == ([held], [])


def test_unescaped_literal_breaks_out(wire, people):
    """The stand-in is as trusting as Kintone: who does not escape gets everybody."""
    assert wire.found(f'レコード番号 = "{HOSTILE[0]}"') == [3, 2, 1]


def test_long_conditions_are_fine(wire, people):
    """A list of 900 values and 500 parts of an `or` are no trouble."""
    several = ", ".join(f'"{number}"' for number in range(900, 1800))
    parts = " or ".join(f"$id = {number}" for number in range(2, 502))

    assert wire.found(f"レコード番号 in ({several})") == [3, 2, 1]
    assert wire.found(parts) == [4, 3, 2]
