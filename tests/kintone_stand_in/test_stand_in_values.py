"""What fields take and what they refuse, by type and with the place of the error."""

import pytest

from harness.kintone.kintone_wire import told, wrong
from kintone_stand_in import RefusedError

BAD_MOMENT = "日時を正しく指定してください。"


@pytest.mark.parametrize(
    ("code", "sent", "held"),
    [
        ("契約金額", 1500, "1500"),
        ("契約金額", " 1500 ", "1500"),
        ("契約金額", "1.5e1", "15"),
        ("契約金額", "1.50", "1.50"),
        ("契約金額", 0.1, "0.1"),
        ("契約金額", "+7", "7"),
        ("契約金額", "-0", "0"),
        ("契約金額", "", ""),
        ("契約金額", None, ""),
        ("氏名", None, ""),
        ("氏名", 12, "12"),
        ("メモ", "一行\n二行", "一行\n二行"),
        ("支払方法", "口座振替", "口座振替"),
        ("支払方法", "", None),
        ("連絡", ["手紙", "電話", "手紙"], ["手紙", "電話"]),
        ("連絡", None, []),
        ("契約日", "2026-01-02", "2026-01-02"),
        ("契約日", "2026-1", "2026-01-01"),
        ("契約日", "2026", "2026-01-01"),
        ("契約日", "", None),
        ("最終通話", "2026-01-02T03:04:59Z", "2026-01-02T03:04:00Z"),
        ("最終通話", "2026-01-02T03:04:00+09:00", "2026-01-01T18:04:00Z"),
        ("最終通話", "2026-01-02T03:04", "2026-01-02T03:04:00Z"),
        ("最終通話", "", ""),
        ("頁", "https://example.com/", "https://example.com/"),
    ],
)
def test_value_is_held_as_kintone_holds_it(wire, customers, code, sent, held):
    """Values are brought into one shape; nothing is held as its type has it."""
    assert wire.add(**{code: sent}).status_code == 200
    assert customers.record(1)[code] == held


@pytest.mark.parametrize(
    ("code", "sent", "place", "message"),
    [
        ("契約金額", "１５", "records[0][契約金額].value", "数字でなければなりません。"),
        ("契約金額", "1_000", "records[0][契約金額].value", "数字でなければなりません。"),
        ("契約金額", "NaN", "records[0][契約金額].value", "数字でなければなりません。"),
        ("契約金額", "1e999999999", "records[0][契約金額].value", "数字でなければなりません。"),
        ("契約金額", 1_000_001, "records[0].契約金額.value", "1000000以下である必要があります。"),
        ("契約金額", -11, "records[0].契約金額.value", "最小でも-10以上です。"),
        ("氏名", "あ" * 21, "records[0].氏名.value", "21文字より短くなければなりません。"),
        ("頁", "1" * 65, "records[0].頁.value", "65文字より短くなければなりません。"),
        ("支払方法", "現金", "records[0].支払方法.value", '"現金"は選択肢にありません。'),
        ("区分", "他", "records[0].区分.value", '"他"は選択肢にありません。'),
        ("連絡", ["電話", "鳩"], "records[0].連絡.values[1].value", '"鳩"は選択肢にありません。'),
        ("契約日", "2026-02-30", "records[0].契約日.value", "日付を正しく指定してください。"),
        ("契約日", "2026-1-1-1", "records[0].契約日.value", "日付を正しく指定してください。"),
        ("契約日", "きょう", "records[0].契約日.value", "日付を正しく指定してください。"),
        ("最終通話", "2026-01-02", "records[0].最終通話.value", BAD_MOMENT),
        ("最終通話", "0001-01-01T00:00+14:00", "records[0].最終通話.value", BAD_MOMENT),
    ],
)  # fmt: skip
def test_unfit_value_is_refused_at_its_place(wire, customers, code, sent, place, message):
    """The error names the field in the way of its type; nothing is kept."""
    assert wrong(wire.add(**{code: sent})) == {place: {"messages": [message]}}
    assert len(customers) == 0


@pytest.mark.parametrize(
    "record",
    [
        {"氏名": {"value": ["a"]}},
        {"氏名": {"value": {"a": 1}}},
        {"氏名": {"value": True}},
        {"連絡": {"value": "電話"}},
        {"氏名": "見本"},
        ["氏名"],
    ],
)
def test_wrong_shape_is_bad_json(wire, record):
    """A list for a text, a text for a list, a value without its wrapper."""
    assert told(wire.post("records.json", app=1, records=[record])) == (400, "CB_IJ01")


def test_required_field(wire, results):
    """A required field is wanted on adding, and on every update of the merged record."""
    assert wrong(wire.add(app=2)) == {"records[0].event_key.value": {"messages": ["必須です。"]}}
    wire.add(app=2, event_key="k")
    with pytest.raises(RefusedError, match=r"record\.event_key\.value"):
        results.update(1, {"event_key": ""})
    assert wire.upsert("event_key", "k", app=2).status_code == 200


def test_duplicate_of_a_unique_value(wire, customers):
    """Two records may not share it, but any number may hold nothing, and each may keep its own."""
    customers.add({"レコード番号": "1001", "会員番号": "10"})
    customers.add({})

    assert wire.add().status_code == 200
    assert wrong(wire.add(レコード番号="1001")) == {
        "records[0].レコード番号.value": {"messages": ["値がほかのレコードと重複しています。"]}
    }
    assert list(wrong(wire.add(会員番号="10.0"))) == ["records[0].会員番号.value"]
    customers.update(1, {"レコード番号": "1001"})


def test_freed_value_may_be_taken(wire, customers):
    """A unique value is free again once its record holds another one, or is gone."""
    customers.add({"レコード番号": "1001"})
    customers.add({"レコード番号": "1002"})
    customers.update(1, {"レコード番号": "1003"})
    customers.remove(2)

    assert wire.add(レコード番号="1001").status_code == 200
    assert wire.add(レコード番号="1002").json()["ids"] == ["4"]


def test_several_wrong_places_come_together(wire):
    """One answer tells all that is wrong."""
    answer = wire.add(支払方法="Z", 契約金額="x")
    assert wrong(answer) == {
        "records[0].支払方法.value": {"messages": ['"Z"は選択肢にありません。']},
        "records[0][契約金額].value": {"messages": ["数字でなければなりません。"]},
    }
    assert answer.json()["message"] == "入力内容が正しくありません。"
