"""Notifications of Kintone: what is asked because of them, and about which calls."""

import time
from uuid import uuid4

import pytest

from harness.kintone.crm_bench import CUSTOMERS, WEBHOOK, Desk


def begin(desk: Desk, call_id: str, **who: str) -> dict:  # type: ignore[type-arg]
    """Start a call over REST."""
    return desk.post("start_call", call_id=call_id, agent_id="agent-1", **who)


def noticed(desk: Desk, **notice: object) -> None:
    """A notification of the customers app, as Kintone words it."""
    told = {"id": uuid4().hex, "type": "UPDATE_RECORD", "app": {"id": str(CUSTOMERS)}, **notice}
    assert desk.client.post(f"/api/webhooks/kintone/{WEBHOOK}", json=told).status_code == 204


def record_of(number: int, customer_id: str, phone: str = "") -> dict:  # type: ignore[type-arg]
    """A record as a notification holds it."""
    return {
        "$id": {"type": "__ID__", "value": str(number)},
        "レコード番号": {"type": "SINGLE_LINE_TEXT", "value": customer_id},
        "電話番号": {"type": "SINGLE_LINE_TEXT", "value": phone},
    }


@pytest.mark.parametrize("customer_id", [None, "1002"])
def test_changes_that_concern_no_call_are_not_asked_about(
    desk: Desk, customer_id: str | None
) -> None:
    """A clerk imports hundreds of records; no call rests on one of them."""
    if customer_id is not None:
        begin(desk, "c-1", customer_id=customer_id)
    asked = desk.kintone.count("records.json", app=CUSTOMERS)
    for number in range(400):
        noticed(desk, record=record_of(100 + number, f"3{number}", "090-0000-0000"))
    time.sleep(1)
    assert desk.kintone.count("records.json", app=CUSTOMERS) == asked


def test_a_notice_of_another_app_or_of_a_comment_changes_nothing(desk: Desk) -> None:
    """Record 1 of another app is another record."""
    begin(desk, "c-1", customer_id="1001")
    asked = desk.kintone.count("records.json", app=CUSTOMERS)
    desk.kintone.apps[CUSTOMERS].update(1, {"氏名": "改名 太郎"})
    noticed(desk, app={"id": "77", "name": "日報"}, record=record_of(1, "1001"))
    noticed(desk, app={"id": "77"}, type="DELETE_RECORD", recordId="1")
    noticed(desk, type="ADD_RECORD_COMMENT", recordId="1", comment={"id": "1", "text": "x"})
    time.sleep(0.7)
    assert desk.kintone.count("records.json", app=CUSTOMERS) == asked
    noticed(desk, record=record_of(1, "1001"))
    desk.until(lambda: desk.call("c-1")["customer_data"]["name"] == "改名 太郎")


def test_a_record_that_takes_the_id_or_number_of_a_call_is_asked_about(desk: Desk) -> None:
    """Added while they speak: by id, by telephone, and beside one that was found already."""
    begin(desk, "c-id", customer_id="1003")
    begin(desk, "c-phone", phone="05000001003")
    desk.until(lambda: desk.call("c-phone")["customer_search"]["state"] == "not_found")
    added = desk.kintone.apps[CUSTOMERS].add(
        {"レコード番号": "1003", "氏名": "仮名 次郎", "電話番号": "(050) 0000-1003"}
    )
    noticed(desk, type="ADD_RECORD", record=record_of(added, "1003", "(050) 0000-1003"))
    for call_id in ("c-id", "c-phone"):
        desk.until(lambda call_id=call_id: desk.call(call_id)["customer_data"] is not None)  # type: ignore[misc]
    # One that nobody rested on is not believed to be fresh any more.
    desk.kintone.apps[CUSTOMERS].update(2, {"氏名": "改名 花子"})
    noticed(desk, record=record_of(2, "1002"))
    assert begin(desk, "c-2", customer_id="1002")["customer_data"]["name"] == "改名 花子"
