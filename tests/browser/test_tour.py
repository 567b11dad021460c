"""The tour of the live page: at the first visit, by keyboard, never over the score of a call."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.live_server import LiveServer
from harness.seen_tour import newcomer
from harness.spoken_calls import at

pytestmark = pytest.mark.browser

STEPS = 6
SIZES = ((1440, 900), (1280, 720), (1024, 768), (768, 1024), (390, 844), (360, 740))
COVERS = """() => {
  const box = (id) => document.querySelector(id).getBoundingClientRect();
  const score = ["#score-card", ".score-head"].map(box).find(({ width }) => width > 0);
  const { left, top, right, bottom } = box("#tour");
  const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
  const isBeside = score.left >= right || left >= score.right;
  const isAbove = score.top >= bottom || top >= score.bottom;
  return [!isBeside && !isAbove, inside];
}"""


@pytest.fixture
def visit(browser: Browser, server: LiveServer, call: str) -> Iterator[Page]:
    """The first visit of somebody, with a call in progress on the screen."""
    context = newcomer(browser, viewport={"width": 1440, "height": 900}, locale="ja-JP")
    page, faults = context.new_page(), list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(at(server, call))
    yield page
    context.close()
    assert faults == []


def test_it_comes_once_and_is_walked_by_keyboard_alone(visit: Page) -> None:
    """Enter leads on, Esc ends it for good, `?` has it again; the focus goes back."""
    step = visit.get_by_test_id("tour-step")
    expect(step).to_contain_text("1 / 6")
    expect(visit.get_by_test_id("tour-next")).to_be_focused()
    visit.keyboard.press("Enter")
    expect(step).to_contain_text("2 / 6")
    expect(visit.locator("#score-card")).to_have_attribute("data-toured", "")
    visit.keyboard.press("Shift+Tab")
    visit.keyboard.press("Enter")
    expect(step).to_contain_text("1 / 6")
    visit.keyboard.press("Escape")
    expect(visit.get_by_test_id("tour")).to_be_hidden()
    expect(visit.locator("[data-toured]")).to_have_count(0)
    visit.reload()
    expect(visit.get_by_test_id("call-title")).not_to_be_empty()
    visit.wait_for_load_state("networkidle")
    expect(visit.get_by_test_id("tour")).to_be_hidden()

    visit.keyboard.press("?")
    visit.get_by_test_id("tour-again").focus()
    visit.keyboard.press("Enter")
    for _ in range(STEPS):
        visit.keyboard.press("Enter")
    expect(visit.get_by_test_id("tour")).to_be_hidden()
    expect(visit.locator("#keys-open")).to_be_focused()


def test_no_step_covers_the_score_of_a_live_call(visit: Page) -> None:
    """At any size, in both languages, and the card is whole in the window."""
    expect(visit.get_by_test_id("score")).not_to_be_empty()
    expect(visit.get_by_test_id("tour-step")).to_contain_text("1 / 6")
    for width, height in SIZES:
        visit.set_viewport_size({"width": width, "height": height})
        for language in ("ja", "en"):
            if width >= 768:
                visit.locator(f"[data-language={language}]").click()
            for number in range(STEPS):
                visit.wait_for_timeout(100)
                covers = visit.evaluate(COVERS)
                assert covers == [False, True], (width, language, number)
                if number < STEPS - 1:
                    visit.get_by_test_id("tour-next").click()
            for _ in range(STEPS - 1):
                visit.get_by_test_id("tour-back").click()
