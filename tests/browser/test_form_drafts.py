"""What is typed into the forms of a call stays with it until the server has it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from callrisk.domain.customer import JST
from harness.live_server import LiveServer
from harness.spoken_calls import at, call_ids

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
CALL_BACK_AT = (datetime.now(JST) + timedelta(days=3)).strftime("%Y-%m-%dT10:30")
KEPT = """() => new Promise((resolve) => {
  indexedDB.open("callrisk").onsuccess = ({ target }) => {
    const all = target.result.transaction("drafts").objectStore("drafts").getAll();
    all.onsuccess = () => resolve(all.result.map(({ sealed }) => new TextDecoder().decode(sealed)));
  };
})"""


def typed(page: Page) -> str:
    """Fill in all three forms, and send none; return the day of the promise."""
    page.get_by_test_id("after-call-open").click()
    page.locator("[data-day=month_end]").click()
    page.get_by_test_id("promise-amount").fill("34,300")
    page.get_by_test_id("call-back-at").fill(CALL_BACK_AT)
    page.get_by_test_id("escalate").click()
    page.locator("#escalate-form [name=reason]").fill("分割の回数を増やせますか。")
    page.keyboard.press("Escape")
    page.wait_for_function(f"async () => (await ({KEPT})()).length === 3")
    return page.get_by_test_id("promise-day").input_value()


def test_forms_are_there_again_with_their_call_and_gone_once_sent(
    open_page: Open, server: LiveServer, call: str
) -> None:
    """Promise, call-back and escalation, also over a reload; nothing readable is kept."""
    other = next(call_ids)
    server.post("start_call", {"call_id": other, "customer_id": "1002", "agent_id": "agent-07"})
    page = open_page(at(server, call))
    reason = page.locator("#escalate-form [name=reason]")
    due = typed(page)

    page.locator(f"#active-calls [data-call-id='{other}']").click()
    expect(page.get_by_test_id("promise-amount")).to_have_value("")
    page.get_by_test_id("escalate").click()
    expect(reason).to_have_value("")
    page.keyboard.press("Escape")
    kept = page.evaluate(KEPT)
    page.locator(f"#active-calls [data-call-id='{call}']").click()
    expect(page.get_by_test_id("promise-amount")).to_have_value("34,300")
    page.reload()
    expect(page.get_by_test_id("promise-amount")).to_have_value("34,300")
    expect(page.get_by_test_id("promise-day")).to_have_value(due)
    expect(page.get_by_test_id("call-back-at")).to_have_value(CALL_BACK_AT)

    page.get_by_test_id("promise-save").click()
    expect(page.get_by_test_id("promise-amount")).to_have_value("")
    page.get_by_test_id("call-back-save").click()
    expect(page.get_by_test_id("call-back-at")).to_have_value("")
    page.get_by_test_id("escalate").click()
    expect(reason).to_have_value("分割の回数を増やせますか。")
    page.get_by_test_id("escalate-confirm").click()
    expect(page.get_by_test_id("escalate-dialog")).to_be_hidden()
    page.wait_for_function(f"async () => (await ({KEPT})()).length === 0")
    server.post("end_call", {"call_id": other})

    noted = [note["kind"] for note in server.get(f"calls/{call}")["notes"]]
    assert noted == ["promise", "call_back", "escalation"]
    assert len(kept) == 3
    assert not any("分割" in one or "34,300" in one for one in kept)
