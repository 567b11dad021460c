"""Alerts on the live page: one place, seen or put off, and told elsewhere only to who wants it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from harness import ROOT
from harness.live_server import LiveServer, SmallSample
from harness.page_states import Stage

pytestmark = pytest.mark.browser

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
VIOLATIONS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary: why }) => [id, target, why]))"""
# The desktop's notifications, kept instead of shown; and nobody looks at the page.
AWAY = """() => {
  window.shown = [];
  window.Notification = class {
    static permission = "granted";
    static requestPermission() { return Promise.resolve("granted"); }
    constructor(title, { body }) { window.shown.push(`${title}: ${body}`); }
  };
  document.hasFocus = () => false;
}"""


def test_an_alert_waits_in_its_place_until_it_is_seen(
    open_page: Callable[..., Page],
    server: LiveServer,
    small_sample: SmallSample,
    call: str,
    tmp_path: Path,
) -> None:
    """Counted in the tab's title; the desktop is told without a name, and only once wanted."""
    page = open_page(f"{server.url}#call={call}")
    page.evaluate(AWAY)
    page.get_by_test_id("alerts-open").click()
    page.locator("#alerts-desktop").check()
    page.keyboard.press("Escape")
    high = Stage(server, small_sample, tmp_path).call_of("high")

    button, items = page.get_by_test_id("alerts-open"), page.get_by_test_id("alert-item")
    expect(button).not_to_have_attribute("data-open", "0")
    expect(page).to_have_title(re.compile(r"^\(\d+\) callrisk$"))
    expect(page.locator(".toast")).to_have_count(0)
    shown = page.evaluate("() => window.shown")
    assert shown and all(high not in one and "10" not in one for one in shown)
    assert page.url.endswith(f"#call={call}")

    button.click()
    expect(items).to_have_count(1)
    page.evaluate(AXE)
    assert page.evaluate(VIOLATIONS) == []
    page.get_by_test_id("alert-snooze").click()
    expect(items).to_have_count(0)
    expect(page).to_have_title("callrisk")

    server.post(f"calls/{high}/escalate", {"agent_id": "agent-07", "reason": "見てください"})
    expect(items).to_have_attribute("data-severity", "urgent")
    page.get_by_test_id("alert-show").click()
    expect(page.get_by_test_id("alerts-panel")).to_be_hidden()
    expect(page).to_have_url(re.compile(f"#call={high}$"))
    expect(page).to_have_title("callrisk")
    server.post("end_call", {"call_id": high})
