"""One record is read, added and updated as the wire has it."""

import re

import pytest

from harness.kintone.kintone_wire import told, wrong


def test_record_comes_with_types_and_strings(wire, customers):
    """Every field comes with its type, numbers as strings, system fields to the minute."""
    customers.add({"レコード番号": "1001", "契約金額": 52_300, "連絡": ["電話"]})

    record = wire.get("record.json", app=1, id=1).json()["record"]
    assert record["$id"] == {"type": "__ID__", "value": "1"}
    assert record["$revision"] == {"type": "__REVISION__", "value": "1"}
    assert record["契約金額"] == {"type": "NUMBER", "value": "52300"}
    assert record["連絡"] == {"type": "CHECK_BOX", "value": ["電話"]}
    assert record["Record_number"] == {"type": "RECORD_NUMBER", "value": "1"}
    assert record["作成日時"] == {"type": "CREATED_TIME", "value": "2026-04-01T09:30:00Z"}
    assert record["更新者"]["value"] == {"code": "Administrator", "name": "Administrator"}


def test_empty_fields_come_as_their_type_has_it(wire, customers):
    """Text and numbers are "", dates and drop-downs null, check boxes an empty list."""
    customers.add({})

    record = wire.get("record.json", app=1, id=1).json()["record"]
    values = {code: field["value"] for code, field in record.items()}
    assert values["氏名"] == values["契約金額"] == values["最終通話"] == values["メモ"] == ""
    assert values["契約日"] is values["支払方法"] is None
    assert values["連絡"] == []
    assert values["区分"] == "個人"


def test_added_record_has_number_and_revision_as_strings(wire, customers):
    """POST answers with id and revision; a code that the form lacks is ignored."""
    answer = wire.add(app="1", 氏名="見本", x=1)

    assert answer.json() == {"ids": ["1"], "revisions": ["1"]}
    assert customers.record(1)["氏名"] == "見本"


def test_update_keeps_what_was_not_sent(wire, customers, clock):
    """PUT changes what it names and the time of the update, and raises the revision."""
    customers.add({"レコード番号": "1001", "氏名": "見本 花子"})
    clock.now = clock.now.replace(hour=10)

    answer = wire.upsert("レコード番号", "1001", 契約金額="5")

    assert answer.json()["records"][0]["revision"] == "2"
    record = customers.record(1)
    assert (record["氏名"], record["契約金額"]) == ("見本 花子", "5")
    assert record["作成日時"] == "2026-04-01T09:30:00Z"
    assert record["更新日時"] == "2026-04-01T10:30:00Z"


def test_missing_record_is_not_found(wire):
    """Reading a record that is not there is 404, with its number in the message."""
    answer = wire.get("record.json", app=1, id=7)

    assert told(answer) == (404, "GAIA_RE01")
    assert "7" in answer.json()["message"]


def test_update_by_key(wire, customers):
    """A unique field finds the record; numbers are the same however they are written."""
    customers.add({"レコード番号": "1001", "会員番号": "70"})
    for field, key in (("レコード番号", "1001"), ("会員番号", "7e1")):
        assert wire.upsert(field, key, 氏名="鍵").status_code == 200

    assert customers.record(1)["$revision"] == "3"


@pytest.mark.parametrize("field", ["氏名", "契約日"])
def test_key_must_forbid_duplicates(wire, field):
    """A field that may hold a value twice is no key."""
    assert told(wire.upsert(field, "2026-01-01")) == (400, "GAIA_IQ27")


def test_key_of_unknown_field(wire):
    """A key must be a field of the form."""
    assert told(wire.upsert("ない", "1")) == (400, "GAIA_FC01")


def test_key_may_not_stand_in_the_record(wire, customers):
    """The field of the key is not written at the same time."""
    customers.add({"レコード番号": "1001"})

    answer = wire.upsert("レコード番号", "1001", レコード番号="2")
    assert list(wrong(answer)) == ["records[0].レコード番号.value"]


def test_system_fields_are_not_written(wire, customers):
    """Who and when is Kintone's business."""
    customers.add({"レコード番号": "1001"})
    began = "2026-01-01T00:00:00Z"

    assert told(wire.add(作成日時=began)) == (403, "GAIA_BF02")
    assert told(wire.upsert("レコード番号", "1001", 作成日時=began)) == (400, "GAIA_UN10")


def test_refusal_has_an_id_of_twenty_characters(wire):
    """Support asks for this id."""
    answer = wire.get("record.json", app=1, id=7)

    assert re.fullmatch("[A-Za-z0-9]{20}", answer.json()["id"])
    assert answer.headers["X-Cybozu-Error"] == "GAIA_RE01"
