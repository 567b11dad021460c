"""Marks of the live page: to their reasons and back, why one does not count, what was not meant."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from harness.live_server import LiveServer
from harness.spoken_calls import at, hear

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OPEN = Callable[..., Page]
WORRY = "今月は払えないです。"


def test_a_reason_leads_to_its_phrase_and_back(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """By keys alone: Enter leads there, Esc back; the mark leads to the reason."""
    hear(server, call, "worry", WORRY, 1)
    page = open_page(at(server, call))
    reason = page.locator("#reason-lines .to-turn:visible")
    reason.press("Enter")
    label = page.locator("[data-segment-id=worry] .statement-name")
    expect(label).to_be_focused()
    expect(page.locator("[data-segment-id=worry]")).to_have_attribute("data-pointed-at", "")
    expect(page.get_by_test_id("tip")).to_contain_text("点上げました")
    page.keyboard.press("Escape")
    expect(reason).to_be_focused()
    expect(page.get_by_test_id("way-back")).to_be_hidden()

    label.press("Enter")
    page.get_by_test_id("mark-reason").press("Enter")
    expect(reason).to_be_focused()
    page.get_by_test_id("trend-mark").press("Enter")
    expect(label).to_be_focused()
    page.get_by_test_id("way-back").click()
    expect(page.get_by_test_id("trend-mark")).to_be_focused()


def test_what_does_not_count_says_why(open_page: OPEN, server: LiveServer, call: str) -> None:
    """To who points at it, and to who has the focus there."""
    hear(server, call, "fine", "毎月は厳しくないです。", 1)
    page = open_page(at(server, call))
    label = page.locator("[data-segment-id=fine] .statement-name")
    expect(label).to_have_text("数えない（否定）")
    label.hover()
    expect(page.get_by_test_id("tip")).to_contain_text("打ち消しているため")
    page.mouse.move(0, 0)
    expect(page.get_by_test_id("tip")).to_be_hidden()
    label.focus()
    expect(page.get_by_test_id("tip")).to_be_visible()


def test_what_was_not_meant_goes_to_the_supervisor_and_becomes_a_sentence(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """The score stays; the author takes it back, or it is approved and taken out as a table."""
    hear(server, call, "worry", WORRY, 1)
    page = open_page(at(server, call))
    label = page.locator("[data-segment-id=worry] .statement-name")
    expect(label).to_contain_text("払えない +")
    score = page.get_by_test_id("score").inner_text()
    for is_taken_back in (True, False):
        label.click()
        page.get_by_test_id("mark-correct").click()
        dialog = page.get_by_test_id("correct-dialog")
        expect(dialog).to_contain_text("この通話のスコアは変わりません")
        page.get_by_test_id("correct-confirm").click()
        expect(dialog).to_contain_text("意味を選んでください")
        dialog.get_by_label("支払いの話ではない").check()
        page.get_by_test_id("correct-confirm").click()
        expect(label).to_contain_text("訂正を依頼済み")
        if is_taken_back:
            label.click()
            page.get_by_test_id("mark-undo").click()
            expect(label).not_to_contain_text("訂正")

    page.get_by_test_id("corrections-open").click()
    item = page.get_by_test_id("correction-item").filter(has_text="払えない")
    expect(item.locator("mark")).to_have_text("払えない")
    item.get_by_test_id("correction-approve").click()
    expect(label).to_contain_text("訂正を承認済み")
    expect(item).to_have_count(0)
    assert page.get_by_test_id("score").inner_text() == score
    with page.expect_download() as saved:
        page.get_by_test_id("corrections-save").click()
    table = saved.value.path().read_text(encoding="utf-8-sig")
    assert saved.value.suggested_filename == "predicates.csv"
    assert WORRY.strip("。") in table
