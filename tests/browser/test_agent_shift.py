"""A shift of an agent by keyboard alone, with calls that are replayed and a server that dies."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from harness.ended_calls import FIRST, EndedCall, ended_call, make_findable
from harness.keyboard import log_in, press, tab_to, write
from harness.live_server import LiveServer, SmallSample
from harness.staffed_process import AGENT, PASSWORD, staffed_process

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AWAY_S = 20
YESTERDAY = EndedCall(
    "call-of-yesterday", ["ボーナスが出たら払います。"], agent_id=AGENT,
    minute=int((datetime.now(UTC) - timedelta(days=1) - FIRST) / timedelta(minutes=1)),
)  # fmt: skip


@pytest.fixture
def office(small_sample: SmallSample, tmp_path: Path) -> Iterator[LiveServer]:
    """A server with a call of yesterday."""
    with staffed_process(tmp_path, small_sample) as live:
        engine = live.database()
        ended_call(engine, YESTERDAY)
        make_findable(engine)
        engine.dispose()
        yield live


def test_an_agent_works_a_shift_by_keyboard_alone(browser: Browser, office: LiveServer) -> None:
    """Nothing that was done or typed is lost, while the server is away neither."""
    desk = ViewportSize(width=1366, height=768)
    context, faults = browser.new_context(viewport=desk, locale="ja-JP"), list[str]()
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    log_in(page, office.url, AGENT, PASSWORD)
    for _ in range(2):
        _play(page)
        _follow_advice(page)
    _correct_a_mark(page)
    _promise(page)
    _write_note(page, "折り返しは夕方。")
    _play(page)
    _escalate(page)
    _lose_the_server(page, office)
    _record_outcome(page)
    _find_yesterday(page)
    context.close()

    assert faults == []


def _play(page: Page) -> None:
    """Replay a recorded call, which opens by itself, until its first score."""
    before = page.url
    press(page, page.get_by_test_id("start-demo"))
    page.wait_for_url(lambda url: "#call=demo-" in url and url != before)
    expect(page.get_by_test_id("score")).not_to_have_text("–")
    page.keyboard.press("Escape")


def _follow_advice(page: Page) -> None:
    """Do what is advised, and say so."""
    expect(page.get_by_test_id("advice-item").first).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_test_id("advice-done").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("advice-settled")).to_contain_text("実施")


def _correct_a_mark(page: Page) -> None:
    expect(page.locator("#turns button.statement-name").first).to_be_attached()
    page.keyboard.press("m")
    mark = page.locator("#turns button.statement-name:focus")
    expect(mark).to_have_count(1)
    place = mark.get_attribute("data-place")
    page.keyboard.press("Enter")
    press(page, page.get_by_test_id("mark-correct"))
    dialog = page.get_by_test_id("correct-dialog")
    expect(dialog).to_be_visible()
    tab_to(page, dialog.get_by_label("支払いの話ではない"))
    page.keyboard.press("Space")
    press(page, page.get_by_test_id("correct-confirm"))
    expect(page.locator(f"#turns button[data-place='{place}']")).to_contain_text("訂正を依頼済み")


def _promise(page: Page) -> None:
    page.keyboard.press("o")
    press(page, page.locator("[data-day=month_end]"))
    write(page, page.get_by_test_id("promise-amount"), "34300")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("work-held")).to_contain_text("34,300円")
    page.keyboard.press("Escape")


def _write_note(page: Page, words: str) -> None:
    page.keyboard.press("n")
    expect(page.get_by_test_id("note-text")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("note-text")).to_have_value("")
    page.keyboard.press("Escape")


def _escalate(page: Page) -> None:
    page.keyboard.press("e")
    expect(page.locator("#escalate-form [name=reason]")).to_be_visible()
    write(page, page.locator("#escalate-form [name=reason]"), "分割の回数を増やせますか。")
    press(page, page.get_by_test_id("escalate-confirm"))
    expect(page.get_by_test_id("help")).to_contain_text("確認を待っています")


def _lose_the_server(page: Page, office: LiveServer) -> None:
    """A note is written meanwhile; it waits, and is there when the server is."""
    turns = page.locator("#turns > li").count()
    office.stop()
    gone = time.monotonic()
    expect(page.get_by_test_id("hearing")).to_have_attribute("data-hearing", "offline")
    _write_note(page, "サーバーが止まっている間のメモ。")
    expect(page.get_by_test_id("outbox")).to_contain_text("1")
    page.wait_for_timeout(max(0.0, 1_000 * (AWAY_S - (time.monotonic() - gone))))
    office.start()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
    expect(page.get_by_test_id("outbox")).to_be_hidden()
    expect(page.get_by_test_id("note-line")).to_contain_text("サーバーが止まっている間のメモ")
    assert page.locator("#turns > li").count() >= turns


def _record_outcome(page: Page) -> None:
    """Of a call that the death of the server ended: the fold is open."""
    expect(page.get_by_test_id("end-reason")).to_be_visible()
    page.keyboard.press("o")
    expect(page.get_by_test_id("outcome-promised")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("work-held")).to_contain_text("お支払いのお約束")


def _find_yesterday(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.get_by_test_id("search-words")).to_be_focused()
    page.keyboard.type("ボーナス")
    page.keyboard.press("Enter")
    hit = page.get_by_test_id("search-hit").filter(has_text="ボーナス")
    expect(hit).to_have_count(1)
    press(page, hit)
    expect(page.locator("[data-segment-id=s0]")).to_be_focused()
    assert page.url.endswith(f"#call={YESTERDAY.call_id}")
