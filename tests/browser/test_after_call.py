"""The work beside the conversation in a browser: how a call ended, help asked for and given."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from callrisk.domain.customer import JST
from harness.live_server import LiveServer
from harness.spoken_calls import at

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
LEADER = ViewportSize(width=768, height=1024)
PHONE = ViewportSize(width=390, height=844)


def drawn(page: Page, name: str) -> None:
    """Draw the page where somebody asks for pictures."""
    if folder := os.environ.get("CALLRISK_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def as_leader(open_page: Open, server: LiveServer, call: str) -> Page:
    """Open the page of somebody who answers."""
    page = open_page(at(server, call), LEADER)
    page.evaluate("localStorage.setItem('callrisk.agent_id', 'leader-1')")
    page.reload()
    return page


def kinds(server: LiveServer, call: str) -> list[str]:
    """The kinds of what was noted, in order."""
    return [str(note["kind"]) for note in server.get(f"calls/{call}")["notes"]]


def test_a_call_ends_with_its_outcome_and_help_comes_and_is_withdrawn(
    open_page: Open, server: LiveServer, call: str
) -> None:
    """Agent and supervisor hear of each other at once, each on a page of their own."""
    agent, leader = open_page(at(server, call)), as_leader(open_page, server, call)
    agent.get_by_test_id("escalate").click()
    agent.locator("#escalate-form [name=reason]").fill("分割のご希望です。何回まで承認できますか。")
    agent.get_by_test_id("escalate-confirm").click()
    expect(agent.get_by_test_id("help")).to_contain_text("確認を待っています")
    waiting = leader.get_by_test_id("inbox-item")
    expect(waiting).to_contain_text("分割のご希望です")
    drawn(leader, "inbox-768")
    leader.get_by_test_id("inbox-seen").click()
    expect(agent.get_by_test_id("help")).to_contain_text("leader-1 さんが確認しました")
    expect(leader.get_by_test_id("inbox-seen-by")).to_contain_text("leader-1")
    leader.get_by_test_id("inbox-reply").click()
    leader.get_by_test_id("inbox-words").fill("3回まで承認します。")
    leader.get_by_test_id("inbox-send").click()
    expect(waiting).to_have_count(0)
    expect(agent.get_by_test_id("help-answer")).to_have_text("3回まで承認します。")
    drawn(agent, "answered-1440")

    _end_and_record(agent)
    drawn(agent, "after-call-1440")
    agent.get_by_test_id("help-withdraw").click()
    expect(agent.get_by_test_id("help")).to_be_hidden()
    agent.set_viewport_size(PHONE)
    agent.get_by_test_id("tab-record").click()
    drawn(agent, "after-call-390")

    assert kinds(server, call) == [
        "escalation", "escalation_seen", "escalation_answer", "outcome", "promise", "note",
        "escalation_withdrawn",
    ]  # fmt: skip
    promise = server.get(f"calls/{call}")["notes"][4]
    assert promise["facts"] == {
        "due_on": f"{_tomorrow():%Y-%m-%d}", "amount_yen": 34_300, "channel": "bank_transfer"
    }  # fmt: skip


def _tomorrow() -> datetime:
    return datetime.now(JST) + timedelta(days=1)


def _end_and_record(agent: Page) -> None:
    """End the call, once after all not, and say what it came to."""
    agent.get_by_test_id("end-call").click()
    expect(agent.get_by_test_id("ending")).to_contain_text("電話は切れません")
    agent.get_by_test_id("ending-undo").click()
    expect(agent.get_by_test_id("end-call")).to_be_visible()
    agent.get_by_test_id("end-call").click()
    expect(agent.get_by_test_id("summary")).to_be_visible(timeout=30_000)
    agent.get_by_test_id("outcome-promised").click()
    expect(agent.get_by_test_id("outcome-promised")).to_have_attribute("aria-pressed", "true")
    due = _tomorrow()
    agent.get_by_test_id("promise-amount").fill("３４，３００円")
    agent.locator("[data-day=tomorrow]").click()
    agent.get_by_test_id("promise-channel").select_option("bank_transfer")
    agent.get_by_test_id("promise-save").click()
    held = agent.get_by_test_id("work-held")
    expect(held).to_contain_text(f"{due.month}月{due.day}日")
    expect(held).to_contain_text("34,300円 銀行振込")
    agent.get_by_test_id("note-text").fill("分割をご案内済み")
    agent.get_by_test_id("save-note").click()
    expect(agent.get_by_test_id("note-text")).to_have_value("")


def test_what_was_noted_is_taken_back(open_page: Open, server: LiveServer, call: str) -> None:
    """A note stays, struck through; another outcome takes the place of the first."""
    page = open_page(at(server, call))
    expect(page.get_by_test_id("call-title")).not_to_be_empty()
    page.keyboard.press("o")
    page.get_by_test_id("outcome-refused").click()
    expect(page.get_by_test_id("outcome-refused")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("outcome-hardship").click()
    expect(page.get_by_test_id("outcome-hardship")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("outcome-refused")).to_have_attribute("aria-pressed", "false")
    page.get_by_test_id("work-undo").click()
    expect(page.get_by_test_id("outcome-refused")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("note-text").fill("別の通話のメモ")
    page.get_by_test_id("save-note").click()
    page.get_by_test_id("note-line").click()
    note = page.locator("#note-list .note", has_text="別の通話のメモ")
    note.get_by_test_id("note-undo").click()
    expect(note).to_contain_text("取り消し済み")
    expect(page.get_by_test_id("note-line")).to_contain_text("メモ0件")

    assert kinds(server, call) == ["outcome", "outcome", "undo", "note", "undo"]


def test_a_draft_outlives_the_page_and_nobody_reads_it(
    open_page: Open, server: LiveServer, call: str
) -> None:
    """Until the server has the note; the browser keeps no readable word of it."""
    page = open_page(at(server, call))
    page.get_by_test_id("note-text").fill("書きかけのメモ")
    expect(page.get_by_test_id("note-kept")).to_be_visible()
    kept = page.evaluate(
        """() => new Promise((resolve) => {
          indexedDB.open("callrisk").onsuccess = ({ target }) => {
            const all = target.result.transaction("drafts").objectStore("drafts").getAll();
            all.onsuccess = () => resolve(all.result.map(({ iv, sealed }) =>
              [iv.length, new TextDecoder().decode(sealed)]));
          };
        })"""
    )
    page.reload()
    expect(page.get_by_test_id("note-text")).to_have_value("書きかけのメモ")
    page.get_by_test_id("save-note").click()
    expect(page.get_by_test_id("note-text")).to_have_value("")
    page.reload()
    expect(page.get_by_test_id("note-line")).to_contain_text("書きかけのメモ")

    ((length, words),) = kept
    assert length == 12
    assert "書きかけ" not in words
    assert page.get_by_test_id("note-text").input_value() == ""
