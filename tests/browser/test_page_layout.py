"""Where things stand on the live page: the conversation comes first, and nothing jumps."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from harness.live_server import LiveServer
from harness.spoken_calls import at, hear, say

pytestmark = pytest.mark.browser

OPEN = Callable[..., Page]
DESKS = [(1280, 720), (1366, 768), (1440, 900), (1920, 1080), (2560, 1440)]
# The zoomed one is a screen of 1280 by 720 at 200 %.
SMALLER = [(360, 780), (390, 844), (640, 360), (768, 1024), (1024, 768)]

SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      const where = sources.map(({ node }) => node?.id || node?.className || node?.nodeName);
      window.shifts.push([value, where.join()]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
BOXES = """() => [...document.querySelectorAll(".card, .calls, .next-line")]
  .filter((one) => one.checkVisibility() && one.clientHeight > 0)
  .map((one) => { const { left, top, right, bottom } = one.getBoundingClientRect();
    return [one.id || one.className, left, top, right, bottom]; })"""


def size(width: int, height: int) -> ViewportSize:
    """A size of the browser's window."""
    return ViewportSize(width=width, height=height)


def box(page: Page, part: str) -> Any:
    """Where a part of the page stands."""
    return page.locator(part).bounding_box()


@pytest.mark.parametrize(("width", "height"), DESKS)
def test_the_conversation_is_the_largest_thing_on_a_desk(
    open_page: OPEN, server: LiveServer, call: str, width: int, height: int
) -> None:
    """It takes 55 % of the height, and is wider than the calls and the reasons beside it."""
    server.post(f"calls/{call}/notes", {"agent_id": "agent-07", "text": "折り返し希望"})
    page = open_page(at(server, call), size(width, height))
    expect(page.get_by_test_id("note-line")).to_be_visible()
    talk, calls, why = (box(page, part) for part in (".transcript", ".calls", ".insight"))

    assert talk["height"] >= 0.55 * height
    assert talk["width"] > max(calls["width"], why["width"])
    assert calls["x"] < talk["x"] < why["x"]
    assert page.evaluate("document.documentElement.scrollHeight") <= height


@pytest.mark.parametrize(("width", "height"), [*SMALLER, *DESKS])
def test_nothing_lies_over_anything_else(
    open_page: OPEN, server: LiveServer, call: str, width: int, height: int
) -> None:
    """No two parts overlap, and nobody has to scroll sideways."""
    hear(server, call, "worry", "今月は払えないんです。", 1)
    page = open_page(at(server, call), size(width, height))
    expect(page.locator("[data-segment-id=worry]")).to_be_attached()
    tabs = ["tab-talk", "tab-why", "tab-record"] if width < 700 else [None]
    for tab in tabs:
        if tab:
            page.get_by_test_id(tab).click()
        boxes = [tuple(one) for one in page.evaluate(BOXES)]
        assert len(boxes) > 1
        over = [(a[0], b[0]) for a, b in itertools.combinations(boxes, 2) if overlap(a, b)]
        assert over == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def overlap(one: Any, other: Any) -> bool:
    """Whether two boxes share more than a line."""
    _, left, top, right, bottom = one
    _, left2, top2, right2, bottom2 = other
    return min(right, right2) - max(left, left2) > 1 and min(bottom, bottom2) - max(top, top2) > 1


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (768, 1024), (390, 844)])
def test_the_page_does_not_jump_as_it_starts_and_as_people_talk(
    browser: Browser, server: LiveServer, call: str, width: int, height: int
) -> None:
    """The sum of all layout shifts stays under 0.05, from the first paint on."""
    hear(server, call, "worry", "今月は払えないんです。", 1)
    context = browser.new_context(viewport=size(width, height), locale="ja-JP")
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.goto(at(server, call))
    expect(page.locator("[data-segment-id=worry]")).to_be_visible()
    for number in range(2, 5):
        hear(server, call, f"later-{number}", "来月には必ず払います。", number)
        expect(page.locator(f"[data-segment-id=later-{number}]")).to_be_visible()
    page.wait_for_timeout(300)
    shifts = page.evaluate("window.shifts")
    context.close()

    assert sum(value for value, _ in shifts) < 0.05, shifts


def test_a_phone_has_three_tabs_and_reasons_lead_to_the_conversation(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """The conversation first; a statement heard leads from the reasons to its turn."""
    hear(server, call, "worry", "今月は払えないんです。", 1)
    page = open_page(at(server, call), size(360, 780))
    transcript, heard = page.get_by_test_id("transcript"), page.get_by_test_id("heard-list")
    expect(transcript).to_be_visible()
    expect(page.get_by_test_id("score")).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("next-line")).to_be_in_viewport(ratio=1)
    expect(heard).to_be_hidden()

    page.get_by_test_id("tab-why").click()
    expect(transcript).to_be_hidden()
    heard.get_by_test_id("heard-item").first.click()
    expect(page.locator("[data-segment-id=worry]")).to_be_in_viewport()
    page.get_by_test_id("tab-record").click()
    expect(page.get_by_test_id("end-call")).to_be_visible()
    expect(page.get_by_test_id("call-title")).to_be_visible()


def test_the_card_of_the_customer_unfolds_and_stays_so(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """One line names what is known; unfolded it shows every field, also after a reload."""
    page = open_page(at(server, call))
    line, fields = page.get_by_test_id("customer-line"), page.locator("#customer-fields")
    expect(line).to_contain_text("1001")
    expect(fields).to_be_hidden()
    line.click()
    expect(fields).to_be_visible()
    page.reload()
    expect(fields).to_be_visible()


def test_the_language_changes_while_the_server_is_away(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """Nothing is asked of the server for it."""
    page = open_page(at(server, call))
    say(server, call, "more", "はい。", 5000)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("[data-language=en]").click()

    expect(page.locator("#transcript-title")).to_have_text("Conversation")
    expect(page.get_by_test_id("hearing")).to_contain_text("Server lost for")


def test_a_refused_action_is_told_in_the_language_of_the_page(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """Never in the words of the server, and with the number of the request."""
    page = open_page(at(server, call))
    page.get_by_test_id("start-call").click()
    dialog = page.get_by_test_id("start-dialog")
    dialog.locator("[name=agent_id]").fill("agent-07")
    dialog.locator("[name=call_id]").fill(call)
    dialog.locator("[name=customer_id]").fill("1002")
    dialog.get_by_test_id("start-confirm").click()

    error = dialog.locator(".field-error:not(:empty)")
    expect(error).to_contain_text("ほかの操作と競合した")
    expect(error).to_contain_text("お問い合わせ番号")
