"""A call and its customer: joined in time, later, by telephone, by the agent, or not at all."""

import time
from datetime import timedelta

import pytest

from callrisk.crm.request_count import RequestCount
from callrisk.domain.contact_events import ContactDetails
from callrisk.domain.language import packaged
from callrisk.domain.time import utc_now
from callrisk.settings import Settings
from callrisk.store.calls import NewCall
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.sending.request_counts import RequestsMade
from harness.kintone.crm_bench import (
    CUSTOMERS,
    TARO,
    WEBHOOK,
    Desk,
    client_of,
    stand_in,
    start_server,
)


def missing(desk: Desk, call_id: str) -> list[str]:
    """What the score of a call does without."""
    found: list[str] = desk.call(call_id)["assessment"]["quality"]["missing"]
    return found


def begin(desk: Desk, call_id: str, customer_id: str | None = "1001") -> dict:  # type: ignore[type-arg]
    """Start a call over REST."""
    return desk.post("start_call", call_id=call_id, customer_id=customer_id, agent_id="agent-1")


def test_a_call_begins_with_its_customer(desk: Desk) -> None:
    """The card is there, the score knows the record, and Kintone was asked once."""
    begun = begin(desk, "c-1")
    assert begun["customer_data"]["name"] == "仮名 太郎"
    assert begun["customer_search"]["state"] == "found"
    assert "customer_record" not in begun["assessment"]["quality"]["missing"]
    begin(desk, "c-2")
    assert desk.kintone.count("records.json", app=CUSTOMERS) == 1


def test_an_unknown_customer_is_said_to_be_unknown(desk: Desk) -> None:
    """The call goes on from the base."""
    begun = begin(desk, "c-1", "9999")
    assert begun["customer_data"] is None
    assert begun["customer_search"]["state"] == "not_found"


def test_a_slow_kintone_holds_no_call_up_and_the_card_follows(desk: Desk) -> None:
    """Three seconds at most; the record comes by itself when Kintone is itself again."""
    desk.kintone.faults.set("latency", seconds=30, path="records.json")
    began = time.monotonic()
    begun = begin(desk, "c-1")
    assert time.monotonic() - began < 4.5
    assert begun["customer_data"] is None
    desk.until(lambda: desk.call("c-1")["customer_search"]["state"] == "unreachable")
    assert desk.call("c-1")["customer_search"]["since"]
    check = desk.client.get("/api/health").get_json()["checks"]["kintone"]
    assert not check["ok"]
    assert "Kintone not reachable since" in check["message_en"]

    desk.kintone.faults.clear()
    desk.until(lambda: desk.call("c-1")["customer_data"] is not None, 60)
    desk.until(
        lambda: "customer_record" not in desk.call("c-1")["assessment"]["quality"]["missing"]
    )
    assert desk.client.get("/api/health").get_json()["checks"]["kintone"]["ok"]


def test_a_caller_is_joined_by_telephone(desk: Desk) -> None:
    """The telephony tells the number, nobody the customer."""
    begin(desk, "c-phone", None)
    phoned(desk, "c-phone", "+815000001002")
    desk.until(lambda: desk.call("c-phone")["customer_id"] == "1002")
    assert desk.call("c-phone")["customer_data"]["name"] == "見本 花子"


def test_of_several_records_the_agent_chooses(desk: Desk) -> None:
    """One number, two customers: nobody guesses."""
    desk.kintone.apps[CUSTOMERS].add(
        {"レコード番号": "1003", "氏名": "仮名 次郎", "電話番号": "050-0000-1001"}
    )
    begin(desk, "c-1", None)
    phoned(desk, "c-1", "05000001001")
    desk.until(lambda: desk.call("c-1")["customer_search"]["state"] == "several")
    call = desk.call("c-1")
    assert call["customer_id"] is None
    choices = {one["customer_id"]: one for one in call["customer_search"]["candidates"]}
    assert set(choices) == {"1001", "1003"}

    chosen = choices["1003"]
    answer = desk.post(
        "calls/c-1/customer", customer_id="1003", record_id=chosen["record_id"], agent_id="agent-1"
    )
    assert answer["customer_data"]["name"] == "仮名 次郎"
    assert answer["assessment"]["customer_id"] == "1003"


def test_of_records_with_one_id_the_chosen_one_is_kept(untabled: Settings) -> None:
    """Where ids are not unique the record decides."""
    with stand_in(unique=False) as kintone:
        second = kintone.apps[CUSTOMERS].add({"レコード番号": "1001", "氏名": "別名 太郎"})
        server = start_server(untabled, kintone, "twins")
        desk = Desk(server, kintone, server.app.test_client())
        assert begin(desk, "c-1")["customer_search"]["state"] == "several"
        answer = desk.post(
            "calls/c-1/customer", customer_id="1001", record_id=second, agent_id="agent-1"
        )
        assert answer["customer_data"]["name"] == "別名 太郎"
        # A change of the other record does not put it in place of the chosen one.
        kintone.apps[CUSTOMERS].update(1, {"過去の延滞回数": "9"})
        asked = kintone.count("records.json", app=CUSTOMERS)
        hint(desk, 1)
        desk.until(lambda: kintone.count("records.json", app=CUSTOMERS) >= asked + 1)
        time.sleep(0.5)
        assert desk.call("c-1")["customer_data"]["name"] == "別名 太郎"
        # Another call of the customer is nobody's guess either, and may be about another record.
        assert begin(desk, "c-2")["customer_search"]["state"] == "several"
        answer = desk.post(
            "calls/c-2/customer", customer_id="1001", record_id=1, agent_id="agent-2"
        )
        assert answer["customer_data"]["name"] == "仮名 太郎"
        assert desk.call("c-1")["customer_data"]["name"] == "別名 太郎"
        # The choice outlives a restart of the server.
        server.stop()
        server = start_server(untabled, kintone, "twins")
        desk = Desk(server, kintone, server.app.test_client())
        desk.until(lambda: (desk.call("c-1")["customer_data"] or {}).get("name") == "別名 太郎")
        server.stop()


def test_an_agent_corrects_the_customer(desk: Desk) -> None:
    """The call is assessed again with the other record; after its end it stays as it is."""
    begin(desk, "c-1", "1001")
    answer = desk.post("calls/c-1/customer", customer_id="1002", agent_id="agent-1")
    assert answer["customer_data"]["name"] == "見本 花子"
    assert answer["assessment"]["customer_id"] == "1002"
    nobody = desk.post("calls/c-1/customer", customer_id=None, agent_id="agent-1")
    assert nobody["customer_data"] is None
    assert nobody["customer_search"]["state"] == "nobody"
    desk.post("end_call", call_id="c-1")
    late = desk.client.post(
        "/api/calls/c-1/customer", json={"customer_id": "1001", "agent_id": "a"}
    )
    assert late.status_code == 409


def test_a_change_in_kintone_reaches_the_card(desk: Desk) -> None:
    """The notification is a hint: its record is read once, and the call's customer again."""
    begin(desk, "c-1", "1001")
    told = {"id": "n-1", "type": "UPDATE_RECORD", "record": {"$id": {"value": "1"}}}
    desk.kintone.apps[CUSTOMERS].update(1, {"過去の延滞回数": "5", "氏名": "改名 太郎"})
    asked = desk.kintone.count("records.json", app=CUSTOMERS)
    for _ in range(3):
        assert desk.client.post(f"/api/webhooks/kintone/{WEBHOOK}", json=told).status_code == 204
    desk.until(lambda: desk.call("c-1")["customer_data"]["name"] == "改名 太郎")
    assert desk.kintone.count("records.json", app=CUSTOMERS) == asked + 2


def phoned(desk: Desk, call_id: str, phone: str, customer_id: str | None = None) -> None:
    """The telephony tells who calls."""
    contacts = Contacts(desk.server.state.store.engine, packaged())
    details = ContactDetails(call_id, utc_now(), phone=phone, customer_id=customer_id)
    contacts.take(Delivery([details], utc_now()))


def test_a_record_without_an_id_is_nobody(desk: Desk) -> None:
    """Two strangers without an id would share one record and one history."""
    desk.kintone.apps[CUSTOMERS].add({"氏名": "番号 なし", "電話番号": "050-0000-7001"})
    begin(desk, "c-1", None)
    phoned(desk, "c-1", "+815000007001")
    desk.until(lambda: desk.call("c-1")["customer_search"]["state"] == "not_found")
    assert desk.call("c-1")["customer_id"] is None


def test_nobody_stays_nobody(desk: Desk) -> None:
    """What the agent says is not undone by the telephone number, nor by what is told later."""
    begin(desk, "c-1", None)
    phoned(desk, "c-1", "+815000001002")
    desk.until(lambda: desk.call("c-1")["customer_id"] == "1002")
    desk.post("calls/c-1/customer", customer_id=None, agent_id="agent-1")
    phoned(desk, "c-1", "+815000001002", customer_id="1002")
    hint(desk, 2)
    time.sleep(0.5)
    call = desk.call("c-1")
    assert call["customer_id"] is None
    assert call["customer_search"]["state"] == "nobody"


def test_an_id_in_full_width_is_the_customer_with_their_history(desk: Desk) -> None:
    """Typed with a Japanese keyboard, told by the telephony: one spelling is stored."""
    assert begin(desk, "c-1", "１００１")["customer_data"]["name"] == "仮名 太郎"
    assert desk.call("c-1")["customer_id"] == "1001"
    desk.post("calls/c-1/customer", customer_id="１００２", agent_id="agent-1")
    assert desk.call("c-1")["customer_id"] == "1002"
    begin(desk, "c-2", None)
    phoned(desk, "c-2", "05000009999", customer_id="１００１")
    desk.until(lambda: desk.call("c-2")["customer_id"] == "1001")


def test_a_card_that_is_looked_for_says_so(desk: Desk) -> None:
    """Neither found nor missing before there was an answer; then unreachable, at once."""
    desk.kintone.faults.set("latency", seconds=2, path="records.json")
    desk.server.state.intake.start(NewCall("c-1", "1001", "a", "rest", False, utc_now()))
    desk.until(lambda: desk.call("c-1")["customer_search"]["state"] == "searching", 2)
    desk.kintone.faults.clear()
    desk.until(lambda: desk.call("c-1")["customer_search"]["state"] == "found")
    desk.kintone.faults.set("maintenance")
    assert begin(desk, "c-2", "1002")["customer_search"]["state"] == "unreachable"


def test_an_id_that_is_nobodys_is_no_sign_of_life(desk: Desk) -> None:
    """It needs no answer of Kintone, so it says nothing about it."""
    desk.kintone.faults.set("maintenance")
    begin(desk, "c-1", "1001")
    began = desk.call("c-1")["customer_search"]["since"]
    assert begin(desk, "c-2", "x" * 100)["customer_search"]["state"] == "not_found"
    check = desk.client.get("/api/health").get_json()["checks"]["kintone"]
    assert "not reachable since" in check["message_en"]
    assert desk.call("c-1")["customer_search"]["since"] == began


@pytest.mark.parametrize("is_demo", [True, False])
def test_generated_and_real_customers_stand_in_for_each_other_never(
    untabled: Settings, is_demo: bool
) -> None:
    """A table of the other kind lies about, and Kintone is away."""
    path = untabled.raw_dir / ("顧客_Kintone.csv" if is_demo else "顧客_DEMO.csv")
    path.write_text("レコード番号,氏名\n1001,他人 太郎\n", encoding="utf-8")
    try:
        with stand_in() as kintone:
            kintone.faults.set("maintenance")
            server = start_server(untabled, kintone, f"kind-{is_demo}", is_demo=is_demo)
            desk = Desk(server, kintone, server.app.test_client())
            assert begin(desk, "c-1", "1001")["customer_data"] is None
            server.stop()
    finally:
        path.unlink()


def hint(desk: Desk, record_id: int) -> None:
    """Say that a record changed."""
    told = {"id": f"n-{time.monotonic()}", "record": {"$id": {"value": str(record_id)}}}
    assert desk.client.post(f"/api/webhooks/kintone/{WEBHOOK}", json=told).status_code == 204


def test_a_change_told_while_kintone_is_away_is_not_forgotten(desk: Desk) -> None:
    """The hint is kept until the record could be read."""
    begin(desk, "c-1", "1001")
    desk.kintone.apps[CUSTOMERS].update(1, {"氏名": "改名 太郎"})
    desk.kintone.faults.set("maintenance")
    hint(desk, 1)
    desk.until(lambda: not desk.client.get("/api/health").get_json()["checks"]["kintone"]["ok"])
    assert desk.call("c-1")["customer_data"]["name"] == "仮名 太郎"
    desk.kintone.faults.clear()
    desk.until(lambda: desk.call("c-1")["customer_data"]["name"] == "改名 太郎", 60)


def test_a_customer_who_is_added_while_they_speak_is_found(desk: Desk) -> None:
    """By id and by telephone, and nobody else is asked for again."""
    begin(desk, "c-id", "1003")
    begin(desk, "c-other", "1002")
    begin(desk, "c-phone", None)
    phoned(desk, "c-phone", "05000001003")
    desk.until(lambda: desk.call("c-phone")["customer_search"]["state"] == "not_found")
    asked = desk.kintone.count("records.json", app=CUSTOMERS)
    added = desk.kintone.apps[CUSTOMERS].add(
        {"レコード番号": "1003", "氏名": "仮名 次郎", "電話番号": "050-0000-1003"}
    )
    hint(desk, added)
    for call_id in ("c-id", "c-phone"):
        desk.until(lambda call_id=call_id: desk.call(call_id)["customer_data"] is not None)  # type: ignore[misc]
        assert desk.call(call_id)["customer_data"]["name"] == "仮名 次郎"
    # The record, and each of the two calls; the one by telephone may be asked by id, too.
    assert asked + 2 <= desk.kintone.count("records.json", app=CUSTOMERS) <= asked + 4


def test_every_call_of_a_customer_is_told_of_a_change(desk: Desk) -> None:
    """Two calls of one customer share the record."""
    begin(desk, "c-1", "1001")
    begin(desk, "c-2", "1001")
    seen = desk.server.state.queries.last_seq()
    desk.kintone.apps[CUSTOMERS].update(1, {"氏名": "改名 太郎"})
    hint(desk, 1)

    def told() -> set[str]:
        events = desk.server.state.queries.events_after(seq=seen, limit=100)
        return {one.call_id for one in events if one.type == "customer_changed"}

    desk.until(lambda: told() == {"c-1", "c-2"})


def test_kintone_is_well_again_though_nobody_speaks(desk: Desk) -> None:
    """The last call ended while it was away: what is shown does not stay wrong for ever."""
    desk.kintone.faults.set("maintenance", path="records.json")
    begin(desk, "c-1", "1001")
    desk.post("end_call", call_id="c-1")
    assert not desk.client.get("/api/health").get_json()["checks"]["kintone"]["ok"]
    desk.kintone.faults.clear()
    desk.until(lambda: desk.client.get("/api/health").get_json()["checks"]["kintone"]["ok"], 60)


def test_a_renamed_field_is_named_where_people_look(desk: Desk) -> None:
    """The card keeps its other fields; what is missing is said, and gone when it is mended."""
    desk.kintone.rename(CUSTOMERS, "契約金額", "月額")
    begin(desk, "c-1", "1001")
    assert desk.call("c-1")["customer_data"]["name"] == "仮名 太郎"

    def check() -> dict:  # type: ignore[type-arg]
        found: dict = desk.client.get("/api/health").get_json()["checks"]["kintone"]  # type: ignore[type-arg]
        return found

    desk.until(lambda: 'no field "契約金額"' in check().get("message_en", ""))
    assert "契約金額" in check()["message"]
    desk.kintone.rename(CUSTOMERS, "月額", "契約金額")
    desk.until(lambda: check()["ok"])


def test_a_record_that_is_gone_leaves_the_card(desk: Desk) -> None:
    """Deleted in Kintone while the customer speaks: the score goes on without it, and says so."""
    begin(desk, "c-1", "1001")
    desk.kintone.apps[CUSTOMERS].remove(1)
    told = {"id": "n-gone", "type": "DELETE_RECORD", "recordId": "1"}
    assert desk.client.post(f"/api/webhooks/kintone/{WEBHOOK}", json=told).status_code == 204
    desk.until(lambda: desk.call("c-1")["customer_search"]["state"] == "not_found")
    assert desk.call("c-1")["customer_data"] is None
    desk.until(lambda: "customer_record" in missing(desk, "c-1"))


def test_a_webhook_without_the_token_does_not_exist(desk: Desk) -> None:
    """And nonsense behind the right one changes nothing."""
    assert desk.client.post("/api/webhooks/kintone/guess", json={}).status_code == 404
    for body in ({}, [], None, {"record": 5}, {"record": {"$id": {"value": "1 or 2"}}}):
        answer = desk.client.post(f"/api/webhooks/kintone/{WEBHOOK}", json=body)
        assert answer.status_code == 204
    assert desk.kintone.count("records.json", app=CUSTOMERS) == 0


def test_what_the_demo_shows_is_what_production_runs(desk: Desk) -> None:
    """Usage is counted and told."""
    begin(desk, "c-1")
    check = desk.client.get("/api/health").get_json()["checks"]["kintone"]
    assert check["ok"]
    assert check["requests_today"] >= 1
    assert check["requests_a_day"] == 10_000
    assert TARO["レコード番号"] == "1001"


def test_a_restart_forgets_no_request(desk: Desk) -> None:
    """Kintone's day goes on while a server starts anew."""
    for number in range(3):
        begin(desk, f"c-{number}", f"900{number}")
    made, today = RequestsMade(desk.server.state.store.engine), utc_now().date()
    counted = desk.client.get("/api/health").get_json()["checks"]["kintone"]["requests_today"]
    assert counted >= 3
    desk.until(lambda: made.on(today).get(CUSTOMERS, 0) >= counted, 20)

    client = client_of(desk.kintone)
    usage = RequestCount(client, made)
    assert usage.step() == 0
    assert usage.today() == (made.on(today)[CUSTOMERS], 10_000)
    client.form_fields(CUSTOMERS)
    assert (usage.step(), usage.step()) == (1, 0)
    # Another program counts into the same day, such as a pull of all records.
    made.add(today, {CUSTOMERS: 200})
    usage.step()
    assert usage.today()[0] == made.on(today)[CUSTOMERS] > 200
    tomorrow = today + timedelta(days=1)
    made.add(tomorrow, {CUSTOMERS: 1})
    assert (made.on(today), made.on(tomorrow)) == ({}, {CUSTOMERS: 1})
