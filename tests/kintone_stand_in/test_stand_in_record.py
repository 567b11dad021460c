"""record.json: one record is read, added and updated as the wire has it."""

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
    answer = wire.post(
        "record.json", app="1", record={"氏名": {"value": "見本"}, "x": {"value": 1}}
    )

    assert answer.json() == {"id": "1", "revision": "1"}
    assert customers.record(1)["氏名"] == "見本"


def test_update_keeps_what_was_not_sent(wire, customers, clock):
    """PUT changes what it names and the time of the update, and raises the revision."""
    customers.add({"レコード番号": "1001", "氏名": "見本 花子"})
    clock.now = clock.now.replace(hour=10)

    answer = wire.put("record.json", app=1, id=1, record={"契約金額": {"value": "5"}})

    assert answer.json() == {"revision": "2"}
    record = customers.record(1)
    assert (record["氏名"], record["契約金額"]) == ("見本 花子", "5")
    assert record["作成日時"] == "2026-04-01T09:30:00Z"
    assert record["更新日時"] == "2026-04-01T10:30:00Z"


@pytest.mark.parametrize("revision", [None, -1, "-1", 1, "1"])
def test_update_with_fitting_revision(wire, customers, revision):
    """The current revision is taken, and -1 or none at all means any."""
    customers.add({})

    assert wire.put("record.json", app=1, id=1, revision=revision).json() == {"revision": "2"}


def test_stale_revision_changes_nothing(wire, customers):
    """A revision that is not the latest is a conflict."""
    customers.add({"氏名": "元"})
    customers.update(1, {"氏名": "次"})

    answer = wire.put("record.json", app=1, id=1, revision=1, record={"氏名": {"value": "後"}})
    assert told(answer) == (409, "GAIA_CO02")
    assert customers.record(1)["氏名"] == "次"


def test_revision_below_minus_one_is_refused(wire, customers):
    """There is no revision before -1."""
    customers.add({})

    assert "revision" in wrong(wire.put("record.json", app=1, id=1, revision=-2))


def test_missing_record_is_not_found(wire):
    """Reading and updating a record that is not there is 404, with its number in the message."""
    for answer in (wire.get("record.json", app=1, id=7), wire.put("record.json", app=1, id=7)):
        assert told(answer) == (404, "GAIA_RE01")
        assert "7" in answer.json()["message"]


def test_update_by_key(wire, customers):
    """A unique field finds the record; numbers are the same however they are written."""
    customers.add({"レコード番号": "1001", "会員番号": "70"})
    for key in ({"field": "レコード番号", "value": "1001"}, {"field": "会員番号", "value": "7e1"}):
        answer = wire.put("record.json", app=1, updateKey=key, record={"氏名": {"value": "鍵"}})
        assert answer.status_code == 200

    assert customers.record(1)["$revision"] == "3"


def test_key_that_finds_nothing(wire):
    """No record of this key is 404 with a code of its own."""
    key = {"field": "レコード番号", "value": "1001"}

    assert told(wire.put("record.json", app=1, updateKey=key)) == (404, "GAIA_RE20")


@pytest.mark.parametrize("field", ["氏名", "契約日"])
def test_key_must_forbid_duplicates(wire, field):
    """A field that may hold a value twice is no key."""
    key = {"field": field, "value": "2026-01-01"}

    assert told(wire.put("record.json", app=1, updateKey=key)) == (400, "GAIA_IQ27")


def test_key_of_unknown_field(wire):
    """A key must be a field of the form."""
    key = {"field": "ない", "value": "1"}

    assert told(wire.put("record.json", app=1, updateKey=key)) == (400, "GAIA_FC01")


def test_key_may_not_stand_in_the_record(wire, customers):
    """The field of the key is not written at the same time."""
    customers.add({"レコード番号": "1001"})
    key = {"field": "レコード番号", "value": "1001"}

    answer = wire.put("record.json", app=1, updateKey=key, record={"レコード番号": {"value": "2"}})
    assert list(wrong(answer)) == ["record.レコード番号.value"]


def test_number_and_key_exclude_each_other(wire, customers):
    """One of the two is needed, and only one."""
    customers.add({"レコード番号": "1001"})
    key = {"field": "レコード番号", "value": "1001"}

    assert list(wrong(wire.put("record.json", app=1, id=1, updateKey=key))) == ["id"]
    assert list(wrong(wire.put("record.json", app=1))) == ["id"]
    assert list(wrong(wire.put("record.json", app=1, updateKey={"value": "1"}))) == [
        "updateKey.field"
    ]


def test_system_fields_are_not_written(wire, customers):
    """Who and when is Kintone's business."""
    customers.add({})
    record = {"作成日時": {"value": "2026-01-01T00:00:00Z"}}

    assert told(wire.post("record.json", app=1, record=record)) == (403, "GAIA_BF02")
    assert told(wire.put("record.json", app=1, id=1, record=record)) == (400, "GAIA_UN10")


def test_refusal_has_an_id_of_twenty_characters(wire):
    """Support asks for this id."""
    answer = wire.get("record.json", app=1, id=7)

    assert re.fullmatch("[A-Za-z0-9]{20}", answer.json()["id"])
    assert answer.headers["X-Cybozu-Error"] == "GAIA_RE01"


@pytest.mark.parametrize(
    ("language", "message"),
    [
        (None, "必須です。"),
        ("*", "必須です。"),
        ("ja", "必須です。"),
        ("en-US,ja;q=0.5", "Required field."),
    ],
)
def test_language_of_messages(wire, language, message):
    """Japanese unless English is asked first."""
    headers = {"Accept-Language": language} if language else {"Accept-Language": ""}

    answer = wire.send("GET", "record.json", params={"app": 1}, headers=headers)
    assert wrong(answer)["id"]["messages"] == [message]
