"""The search of ended calls: by key and by button, words and facts, hits that lead to turns."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from harness.live_server import LiveServer
from harness.spoken_calls import at, say

pytestmark = pytest.mark.browser

SAID = ("はい、そうです。", "実は滞納が続いていまして。", "来月で解約したいのですが。")


@pytest.fixture(scope="module")
def ended(server: LiveServer) -> str:
    """A call that is over and can be found."""
    ids = {"call_id": "search-1", "customer_id": "1001", "agent_id": "agent-77"}
    server.post("start_call", ids)
    for number, text in enumerate(SAID):
        say(server, "search-1", f"t{number}", text, 1_000 * number)
    server.post("end_call", {"call_id": "search-1"})
    server.wait_until(lambda: found(server, "解約"))
    return "search-1"


def found(server: LiveServer, words: str) -> bool:
    return bool(server.post("searches", {"words": words})["calls"])


def status(page: Page, wanted: str) -> None:
    expect(page.get_by_test_id("search-status")).to_have_attribute("data-status", wanted)


def ask(page: Page, words: str) -> None:
    page.get_by_test_id("search-words").fill(words)
    page.get_by_test_id("search-words").press("Enter")


def test_words_lead_to_the_turn_and_back(open_page: Callable[..., Page], ended: str) -> None:
    """By keys alone; the address has the id of the search, and Back shows its hits again."""
    page = open_page()
    page.locator("body").press("/")
    expect(page.get_by_test_id("search-words")).to_be_focused()
    ask(page, "解約")
    hit = page.get_by_test_id("search-hit").first
    expect(hit.locator("mark")).to_have_text("解約")
    assert "%E8" not in page.url
    assert "解約" not in page.url
    searched = page.url
    hit.press("Enter")

    expect(page.get_by_test_id("search-dialog")).to_be_hidden()
    expect(page.locator('[data-segment-id="t2"]')).to_be_focused()
    assert page.url.endswith(f"#call={ended}")
    expect(page).not_to_have_url(re.compile("find"))
    page.go_back()
    expect(page.get_by_test_id("search-dialog")).to_be_visible()
    assert page.url == searched
    expect(page.get_by_test_id("search-words")).to_have_value("解約")
    page.reload()
    expect(page.get_by_test_id("search-hit").first.locator("mark")).to_have_text("解約")
    expect(page.get_by_test_id("search-words")).to_have_value("解約")


def test_facts_stand_in_the_address(
    open_page: Callable[..., Page], server: LiveServer, ended: str
) -> None:
    """And come back from it; Esc closes the search and takes it out of the address."""
    page = open_page(at(server, ended))
    page.get_by_test_id("search-open").click()
    status(page, "found")
    page.get_by_test_id("search-agent").fill("agent-77")
    page.get_by_test_id("search-ask").click()
    expect(page.get_by_test_id("search-hit")).to_have_count(1)
    assert "agent=agent-77" in page.url
    page.reload()

    expect(page.get_by_test_id("search-agent")).to_have_value("agent-77")
    expect(page.get_by_test_id("search-hit")).to_have_count(1)
    page.get_by_test_id("search-agent").fill("nobody")
    page.get_by_test_id("search-agent").press("Enter")
    expect(page.get_by_test_id("search-hit")).to_have_count(0)
    page.go_back()
    expect(page.get_by_test_id("search-hit")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("search-dialog")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("find"))
    assert "agent-77" not in page.url


def test_what_is_too_short_says_so_and_composition_does_not_ask(
    open_page: Callable[..., Page], ended: str
) -> None:
    """Enter that takes over a composed word is none that searches."""
    page = open_page()
    page.get_by_test_id("search-open").click()
    status(page, "found")
    ask(page, "解")
    status(page, "short")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    words = page.get_by_test_id("search-words")
    words.fill("解約")
    prevented = words.evaluate(
        """(field) => !field.dispatchEvent(new KeyboardEvent("keydown",
            { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""
    )

    assert prevented
    assert not any("searches" in url for url in asked)
    assert ended


def test_a_search_that_fails_says_so_and_can_be_tried_again(
    open_page: Callable[..., Page], ended: str
) -> None:
    """With the words still there; the keys stay in the search, and a form is cleared whole."""
    page = open_page()
    page.get_by_test_id("search-open").click()
    status(page, "found")
    page.context.set_offline(True)
    ask(page, "解約")
    status(page, "failed")
    expect(page.get_by_test_id("search-words")).to_have_value("解約")
    page.context.set_offline(False)
    page.get_by_test_id("search-again").click()

    expect(page.get_by_test_id("search-hit").first.locator("mark")).to_have_text("解約")
    expect(page.get_by_test_id("search-room")).to_be_focused()
    for agent in ("", "typed, not asked"):
        page.get_by_test_id("search-agent").fill(agent)
        page.get_by_test_id("search-clear").click()
        status(page, "found")
        expect(page.get_by_test_id("search-words")).to_have_value("")
        expect(page.get_by_test_id("search-agent")).to_have_value("")
    assert ended


@pytest.mark.parametrize("width", [360, 820, 2560])
def test_the_search_fits_every_width(
    open_page: Callable[..., Page], ended: str, width: int
) -> None:
    """Nothing is cut off at the side, neither in the head of the page nor in the search."""
    page = open_page(size={"width": width, "height": 760})
    page.get_by_test_id("search-open").click()
    status(page, "found")
    ask(page, "滞納 解約")
    expect(page.get_by_test_id("search-hit").first).to_be_visible()
    too_wide = page.evaluate(
        """() => ["html", "#search-dialog", ".search-body"]
            .map((one) => document.querySelector(one))
            .map((one) => one.scrollWidth - one.clientWidth)"""
    )

    assert too_wide == [0, 0, 0]
    assert ended
