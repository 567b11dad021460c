"""How the live page tells a score: its two parts, why it moved, and what to do about it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.live_server import LiveServer
from harness.spoken_calls import at, call_ids, hear, say

pytestmark = pytest.mark.browser
OPEN = Callable[..., Page]
POINTS = re.compile(r"[+−][1-9]\d*")

# The points of the lines, of the parts, and of all rows together.
SUMS = """() => {
  const points = (node) => Number(node.dataset.points);
  const sum = (nodes) => [...nodes].reduce((total, node) => total + points(node), 0);
  const parts = [...document.querySelectorAll("[data-testid=reason-part]")];
  const lines = (node) => node.querySelectorAll("[data-testid=reason-line]");
  const top = document.querySelectorAll("#reason-lines > li");
  return {
    score: Number(document.querySelector("[data-testid=score]").textContent),
    lines: sum(lines(document)), rows: sum(top),
    apart: parts.filter((part) => points(part) !== sum(lines(part))).length,
  };
}"""


def seen_points(text: str) -> int:
    """The number that signed points stand for."""
    return int(text.replace("−", "-").replace("±", ""))


def worried(server: LiveServer, call_id: str, page: Page) -> None:
    """Let a worry be heard and answered, each with a score of its own."""
    hear(server, call_id, "worry", "今月は払えないです。", 1)
    expect(page.locator("[data-feature='said.inability']")).to_be_visible()
    hear(server, call_id, "promise", "来月には必ず払います。", 2)
    expect(page.locator("[data-segment-id=promise] .statement-name")).to_have_text(POINTS)


def test_without_a_model_advice_follows_what_is_said(
    browser: Browser, untrained_server: LiveServer
) -> None:
    """It comes with its cause, also after a reload; what was done leaves and is remembered."""
    server, call_id = untrained_server, next(call_ids)
    assert server.served_version() is None
    server.post("start_call", {"call_id": call_id, "customer_id": None, "agent_id": "agent-07"})
    page = browser.new_page(locale="ja-JP")
    page.goto(at(server, call_id))
    expect(page.get_by_test_id("advice")).to_contain_text("お客様のお話に応じて")
    hear(server, call_id, "worry", "今月は払えないです。", 1)
    advice = page.locator("[data-testid=advice-item][data-action=inability]")
    expect(advice).to_contain_text("支払えないとのお話です")

    page.reload()
    expect(advice.get_by_test_id("advice-cause")).to_have_text("01:00「今月は払えないです。」")
    advice.get_by_test_id("advice-cause").click()
    expect(page.locator("[data-segment-id=worry]")).to_be_focused()
    advice.get_by_test_id("advice-done").click()
    expect(advice).to_have_count(0)
    settled = page.get_by_test_id("advice-settled").locator("[data-action=inability]")
    expect(settled).to_contain_text("実施した")
    server.post("end_call", {"call_id": call_id})
    page.close()


def test_the_two_parts_of_a_score_add_up_and_lead_to_what_was_said(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """Lines sum to their part, parts to the score; a line of a statement leads to its turn."""
    page = open_page(at(server, call))
    worried(server, call, page)

    sums = page.evaluate(SUMS)
    assert sums["lines"] == sums["rows"] == sums["score"]
    assert sums["apart"] == 0
    parts = page.get_by_test_id("reason-part")
    expect(parts.nth(0)).to_contain_text("通話前に分かっていたこと")
    expect(parts.nth(1)).to_contain_text("この通話で話されたこと")
    line = page.locator("[data-feature='said.inability']")
    expect(line).to_contain_text("払えない：「払えない」")
    line.get_by_role("button").press("Enter")
    expect(page.locator("[data-segment-id=worry] .statement-name")).to_be_focused()
    expect(page.get_by_test_id("score-scale")).to_have_text(
        re.compile(r"^支払い注意：高＝平均的なお客様の[\d.]+倍以上の見込み$")
    )


def test_a_caller_without_a_record_is_judged_by_what_is_said(
    open_page: OPEN, server: LiveServer
) -> None:
    """The known part says so in a sentence without a bar, and is worth nothing."""
    call_id = next(call_ids)
    server.post("start_call", {"call_id": call_id, "customer_id": None, "agent_id": "agent-07"})
    page = open_page(at(server, call_id))

    known = page.get_by_test_id("reason-part").first
    expect(known).to_have_attribute("data-points", "0")
    expect(known.get_by_test_id("reason-notes")).to_contain_text("発言だけで判断しています")
    expect(known.get_by_test_id("reason-line")).to_have_count(0)
    server.post("end_call", {"call_id": call_id})


def test_statements_show_their_points_and_whether_they_were_answered(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """In the list and in the turn; a promise has points and is neither open nor answered."""
    page = open_page(at(server, call))
    hear(server, call, "worry", "今月は払えないです。", 1)
    item = page.get_by_test_id("heard-list").locator("li", has_text="「払えない」")
    expect(item).to_contain_text("未解消")
    expect(item.locator(".points")).to_have_text(POINTS)
    expect(page.locator("[data-segment-id=worry] .statement-name")).to_have_text(
        re.compile(r"^払えない \+\d+・未解消$")
    )

    hear(server, call, "promise", "来月には必ず払います。", 2)
    expect(item.locator(".concern")).to_have_text("解消")
    expect(page.locator("[data-segment-id=promise] .statement-name")).to_have_text(
        re.compile(r"^お支払いのお約束 −\d+$")
    )


def test_why_the_score_moved_is_told_since_any_moment(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """Since the call began, by keys since a moment, by the two lists between any two, and back."""
    page = open_page(at(server, call))
    worried(server, call, page)
    course, moved = page.get_by_test_id("trend"), page.get_by_test_id("moved")
    lines, back = page.get_by_test_id("moved-line"), page.get_by_test_id("moved-start")
    expect(moved).to_have_attribute("data-state", "shown")
    expect(lines).to_have_count(2)
    expect(back).to_be_hidden()
    total = seen_points(page.get_by_test_id("moved-points").inner_text())
    assert total == sum(seen_points(one) for one in lines.locator(".points").all_inner_texts())

    course.press("ArrowLeft")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text(["お支払いのお約束「必ず払います」"])
    lines.get_by_role("button").click()
    expect(page.locator("[data-segment-id=promise]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(lines.get_by_role("button")).to_be_focused()

    course.press("End")
    expect(page.get_by_test_id("moved-note")).to_contain_text("いちばん新しい時点")
    page.get_by_test_id("moved-to").select_option("now")
    page.get_by_test_id("moved-from").select_option(index=0)
    expect(page.get_by_test_id("moved-from").locator("option:checked")).to_have_text("通話開始から")
    expect(back).to_be_hidden()
    expect(lines).to_have_count(2)
    page.get_by_test_id("moved-from").select_option(index=1)
    back.click()
    expect(lines).to_have_count(2)
    expect(course).to_be_focused()
    course.click(position={"x": 2, "y": 20})
    expect(back).to_be_visible()
    course.press("Escape")
    expect(back).to_be_hidden()


def test_a_failed_reading_of_why_says_so_and_can_be_repeated(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """Until the answer comes the page says that it looks; after a failure it offers to go again."""
    page = open_page(at(server, call))
    worried(server, call, page)
    page.route("**/changes?*", lambda route: route.fulfill(status=500, json={}))
    page.get_by_test_id("trend").press("ArrowLeft")
    expect(page.get_by_test_id("moved-note")).to_have_text("動いた理由を読み込めませんでした。")
    expect(page.get_by_test_id("moved-points")).to_be_hidden()

    page.unroute("**/changes?*")
    page.get_by_test_id("moved-again").click()
    expect(page.get_by_test_id("moved-line")).to_have_count(1)
    expect(page.get_by_test_id("moved-again")).to_be_hidden()


def test_dismissed_advice_keeps_its_reason_and_comes_back_with_the_worry(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """One touch with a reason; the same worry heard again opens the advice again."""
    hear(server, call, "worry", "今月は払えないです。", 1)
    page = open_page(at(server, call))
    advice = page.locator("[data-testid=advice-item][data-action^=inability]").first
    expect(advice.get_by_test_id("advice-cause")).to_be_attached()
    action = advice.get_attribute("data-action") or ""
    chosen = page.locator(f"[data-testid=advice-item][data-action={action}]")
    if chosen.locator("summary").count():
        chosen.locator("summary").click()
    expect(chosen.get_by_test_id("advice-form")).to_be_hidden()
    chosen.get_by_test_id("advice-reason").click()
    chosen.get_by_test_id("advice-form").get_by_text("すでに伝えた").click()
    settled = page.get_by_test_id("advice-settled").locator(f"[data-action={action}]")
    expect(settled).to_contain_text("今回は使わない：すでに伝えた")
    say(server, call, "later", "そうですね。", 600_000)
    expect(page.locator("[data-segment-id=later]")).to_be_visible()
    expect(chosen).to_have_count(0)

    hear(server, call, "again", "やはり払えないです。", 15)
    expect(chosen).to_have_count(1)
    expect(settled).to_have_count(0)
