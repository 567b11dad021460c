"""A customer is one, however the number of the record or of the telephone is written."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callrisk.integrations.kintone.customers.customer_mapping import FieldMap
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.settings import Settings
from harness.kintone.crm_bench import CUSTOMERS, FORM, TARO, Desk, client_of, start_server
from harness.small_world import World
from kintone_stand_in import App, Field, StandIn

PATIENCE_S = 5.0
OWN_FORM = {code: field for code, field in FORM.items() if code != "レコード番号"}


@pytest.fixture
def numbered(untabled: Settings, tmp_path: Path) -> Iterator[Desk]:
    """A server of an app that shows the numbers of its records with its code."""
    app = App(CUSTOMERS, "顧客 DEMO", OWN_FORM, "token-of-customers", code="APP")
    for name in ("仮名 一郎", "仮名 二郎"):
        app.add({"氏名": name, "過去の延滞回数": "3"})
    results = App(
        2, "結果", {"event_key": Field("SINGLE_LINE_TEXT", unique=True)}, "token-of-results"
    )
    with StandIn([app, results]) as kintone:
        server = start_server(untabled, kintone, tmp_path.name)
        yield Desk(server, kintone, server.app.test_client())
        server.stop()
        server.state.store.engine.dispose()


@pytest.mark.parametrize("written", ["APP-2", "app-2", "ＡＰＰ－２", "2"])
def test_a_record_number_is_one_id_with_or_without_the_code(numbered: Desk, written: str) -> None:
    """The call has the card and the facts, and is kept under the plain number."""
    start = {"call_id": f"c-{len(written)}-{ord(written[0])}", "agent_id": "agent-1"}
    begun = numbered.post("start_call", **start, customer_id=written)
    assert begun["customer_data"]["name"] == "仮名 二郎"
    assert "customer_record" not in begun["assessment"]["quality"]["missing"]
    call = numbered.call(start["call_id"])
    assert call["customer_id"] == "2"
    assert call["customer_search"]["state"] == "found"
    # Begun once more with the words of the first time it is the same call.
    assert numbered.post("start_call", **start, customer_id=written)["status"] == "success"


def test_an_agent_may_write_the_code_too(numbered: Desk) -> None:
    """The corrected call is that of the record, and its history with it."""
    numbered.post("start_call", call_id="c-0", customer_id="2", agent_id="agent-1")
    numbered.post("end_call", call_id="c-0")
    numbered.post("start_call", call_id="c-1", customer_id="APP-1", agent_id="agent-1")
    answer = numbered.post("calls/c-1/customer", customer_id="APP-2", agent_id="agent-1")
    assert answer["customer_data"]["name"] == "仮名 二郎"
    assert answer["customer_data"]["earlier_calls"]
    assert numbered.call("c-1")["customer_id"] == "2"


@pytest.mark.parametrize("code", ["$id", "レコード番号"])
def test_no_other_code_finds_a_record(world: World, code: str) -> None:
    """Another app's number is nobody's here, whichever field gives the id."""
    app = App(CUSTOMERS, "顧客", OWN_FORM, "token-of-customers", code="APP")
    app.add({"氏名": "仮名"})
    columns = replace(FieldMap(**world.settings.kintone_columns), customer_id=code)
    with StandIn([app]) as kintone:
        desk = CustomersApp(client_of(kintone), CUSTOMERS, columns)
        for wanted in ("APP-1", "app-1", "1"):
            assert [one.customer.customer_id for one in desk.by_id(wanted, PATIENCE_S)] == ["1"]
        for wanted in ("B-1", "APP-01", "APP1", "APP-", "-1"):
            assert desk.by_id(wanted, PATIENCE_S) == []


@pytest.mark.parametrize(
    ("written", "calling"),
    [
        ("(06) 6123-4567", "+81661234567"), ("+81 90 8888 7777", "09088887777"),
        ("03（3333）2222", "+81333332222"), ("0333332222 ", "0333332222"),
        ("０３－３３３３－２２２２", "+81-3-3333-2222"),
        ("（０３）３３３３－２２２２", "0333332222"),
        ("TEL 03 3333 2222 (代表)", "0333332222"), ("03.3333.2222", "0333332222"),
        ("+81(0)3-3333-2222", "0333332222"), ("8190-8888-7777", "09088887777"),
        ("03-1111-1111 / 090-8888-7777", "09088887777"), ("0333332222（代）", "0333332222"),
        ("０９０８８８８７７７７　", "09088887777"), ("03 ‐ 3333 ‐ 2222", "0333332222"),
    ],
)  # fmt: skip
def test_a_caller_is_found_however_the_record_is_written(
    world: World, written: str, calling: str
) -> None:
    """And nobody whose number ends alike."""
    app = App(CUSTOMERS, "顧客", FORM, "token-of-customers")
    app.add(TARO | {"電話番号": written})
    for number, other in enumerate(("06-9999-4567", "090-0000-7777", "03-0000-2222", "")):
        app.add({"レコード番号": f"2{number}", "電話番号": other})
    with StandIn([app]) as kintone:
        customers = CustomersApp(
            client_of(kintone), CUSTOMERS, FieldMap(**world.settings.kintone_columns)
        )
        found = customers.by_phone(calling, PATIENCE_S)
    assert [one.customer.customer_id for one in found] == ["1001"]


def test_a_number_is_found_among_many_that_end_alike(world: World) -> None:
    """More records than one answer holds share the last digits."""
    app = App(CUSTOMERS, "顧客", FORM, "token-of-customers")
    app.add(TARO | {"電話番号": "03-3333-2222"})
    for number in range(520):
        app.add({"レコード番号": f"5{number}", "電話番号": f"090-{number:04d}-2222"})
    with StandIn([app]) as kintone:
        customers = CustomersApp(
            client_of(kintone), CUSTOMERS, FieldMap(**world.settings.kintone_columns)
        )
        found = customers.by_phone("0333332222", PATIENCE_S)
    assert [one.customer.customer_id for one in found] == ["1001"]


def test_a_second_field_may_hold_the_number(world: World) -> None:
    """The card shows the first; both belong to the customer, and shared ones to nobody alone."""
    form = FORM | {"携帯": Field("SINGLE_LINE_TEXT"), "勤務先": Field("LINK")}
    app = App(CUSTOMERS, "顧客", form, "token-of-customers")
    app.add(TARO | {"携帯": "090-8888-7777", "勤務先": "03-3333-2222"})
    app.add({"レコード番号": "1002", "電話番号": "0333332222"})
    columns = replace(FieldMap(**world.settings.kintone_columns), further_phones=("携帯", "勤務先"))
    with StandIn([app]) as kintone:
        desk = CustomersApp(client_of(kintone), CUSTOMERS, columns)
        assert desk.problems() == []
        (mobile,) = desk.by_phone("09088887777", PATIENCE_S)
        assert mobile.customer.phone == TARO["電話番号"]
        assert len(desk.by_phone("0333332222", PATIENCE_S)) == 2


def test_a_call_may_begin_with_the_telephone_number(desk: Desk) -> None:
    """Any telephony tells it in `start_call`; an id goes before it."""
    begun = desk.post("start_call", call_id="c-1", agent_id="a", phone="+81 50-0000-1002")
    assert begun["customer_data"]["name"] == "見本 花子"
    assert desk.call("c-1")["customer_id"] == "1002"
    again = desk.post("start_call", call_id="c-1", agent_id="a", phone="+81 50-0000-1002")
    assert again["customer_data"]["name"] == "見本 花子"
    both = desk.post(
        "start_call", call_id="c-2", agent_id="a", customer_id="1001", phone="05000001002"
    )
    assert both["customer_data"]["name"] == "仮名 太郎"
    later = desk.post("start_call", call_id="c-3", agent_id="a")
    assert later["customer_data"] is None
    desk.post("start_call", call_id="c-3", agent_id="a", phone="05000001001")
    desk.until(lambda: desk.call("c-3")["customer_id"] == "1001")
    for wrong in ("", "0" * 33, "\u0000", True):
        body = {"call_id": "c-9", "agent_id": "a", "phone": wrong}
        assert desk.client.post("/api/start_call", json=body).status_code == 422
