"""The customer's card in a real browser: found, corrected, and while Kintone is away."""

import itertools
import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from harness.live_server import LiveServer

pytestmark = pytest.mark.browser

PATIENCE_MS = 40_000
call_ids = (f"card-{number}" for number in itertools.count(1))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose scripts must not fail."""
    faults: list[str] = []
    context = browser.new_context(locale="ja-JP")
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def started(server: LiveServer, customer_id: str) -> str:
    """A call with this customer; where it is shown."""
    call_id = next(call_ids)
    body = {"call_id": call_id, "customer_id": customer_id, "agent_id": "agent-07"}
    server.post("start_call", body)
    return f"{server.url}#call={call_id}"


def stand_in(server: LiveServer) -> str:
    """Where the Kintone of this server is, as it says in its log."""
    log = (server.root / "server.log").read_text(encoding="utf-8")
    return re.findall(r"stand-in for Kintone \(DEMO\) at (\S+)", log)[-1]


def test_an_agent_corrects_the_customer(page: Page, server: LiveServer) -> None:
    """The other record is on the card, and the title names the other customer."""
    page.goto(started(server, "1001"))
    card = page.get_by_test_id("customer-card")
    expect(card).to_contain_text("1001")
    before = page.get_by_test_id("call-title").inner_text()
    page.get_by_test_id("assign").click()
    dialog = page.get_by_test_id("assign-dialog")
    dialog.locator("[name=customer_id]").fill("1002")
    dialog.locator("[name=agent_id]").fill("agent-07")
    page.get_by_test_id("assign-confirm").click()

    expect(card).to_contain_text("1002")
    expect(page.get_by_test_id("call-title")).not_to_have_text(before)
    expect(dialog).not_to_be_visible()


def test_a_kintone_that_is_away_is_said_with_the_time(page: Page, server: LiveServer) -> None:
    """The call goes on; when Kintone is back the card says what it knows."""
    faults = f"{stand_in(server)}/stand-in/faults"
    requests.post(faults, json={"kind": "maintenance"}, timeout=5).raise_for_status()
    try:
        page.goto(started(server, "9999"))
        away = page.get_by_test_id("customer-away")
        expect(away).to_contain_text(re.compile(r"Kintone に \d\d:\d\d\sから接続できません"))
        expect(page.get_by_test_id("score")).to_have_text(re.compile(r"^\d+$"))
    finally:
        requests.delete(faults, timeout=5).raise_for_status()

    expect(away).to_be_hidden(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("customer-missing")).to_contain_text("9999")


def test_an_agent_sees_the_number_for_a_moment(page: Page, server: LiveServer) -> None:
    """By the keyboard; it is masked again when another call is opened, and after half a minute."""
    page.clock.install()
    first, second = started(server, "1001"), started(server, "1002")
    page.goto(first)
    card, button = page.get_by_test_id("customer-card"), page.get_by_test_id("reveal-phone")
    expect(card).to_contain_text("•••-••••-1001")
    page.get_by_test_id("customer-line").click()
    button.focus()
    page.keyboard.press("Enter")
    expect(card).to_contain_text("000-0000-1001")
    expect(button).to_be_focused()
    expect(button).to_have_accessible_name("電話番号を隠す")
    page.goto(second)
    expect(card).to_contain_text("•••-••••-1002")
    page.goto(first)
    expect(card).to_contain_text("•••-••••-1001")

    button.click()
    expect(card).to_contain_text("000-0000-1001")
    page.clock.run_for(31_000)
    expect(card).to_contain_text("•••-••••-1001")
    expect(button).to_have_text("表示")
