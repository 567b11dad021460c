"""The live page in a real browser, against the real server: what agents see while people talk."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from callrisk.domain.contact_events import (
    AnalysisEvent,
    AnalysisKind,
    ContactDetails,
    ContactSummary,
)
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment
from harness.live_server import LiveServer, SmallSample
from harness.small_versions import make_champion, tamper
from harness.spoken_calls import at, call_ids, hear, say

pytestmark = pytest.mark.browser

DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
PATIENCE_MS = 30_000

# Called by the browser after every change of the page, before anyone could see it.
WATCH = """() => {
  window.seen = [];
  const points = (line) => Number(line.dataset.points);
  new MutationObserver(() => {
    const score = document.querySelector("[data-testid=score]").textContent;
    const lines = [...document.querySelectorAll("[data-testid=reason-line]")];
    const turns = [...document.querySelectorAll("[data-testid=transcript] [data-segment-id]")];
    window.seen.push({
      score,
      sum: lines.reduce((sum, line) => sum + points(line), 0),
      total: document.querySelector("[data-testid=reason-total]").dataset.score,
      state: document.querySelector("[data-testid=state]").dataset.state,
      turns: turns.length,
      ids: new Set(turns.map((turn) => turn.dataset.segmentId)).size,
    });
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""

# Everything that a person reads about the selected call, but for what the clock changes.
SHOWN = """() => ({
  score: document.querySelector("[data-testid=score]").innerText,
  category: document.querySelector("[data-testid=category]").innerText,
  lines: [...document.querySelectorAll("[data-testid=reason-line]")].map((one) => one.innerText),
  turns: [...document.querySelectorAll("[data-segment-id]")].map((one) => one.innerText),
  trend: document.querySelector("[data-testid=trend]").getAttribute("aria-label"),
  notes: document.querySelector("[data-testid=notes]").innerText,
})"""

OPEN = Callable[..., Page]


def test_without_a_model_the_page_says_how_to_train_one(
    browser: Browser, untrained_server: LiveServer
) -> None:
    """No champion yet: the call goes on, there is no score, and the command stands there."""
    server, call_id = untrained_server, next(call_ids)
    assert server.served_version() is None
    server.post("start_call", {"call_id": call_id, "customer_id": None, "agent_id": "agent-07"})
    page = browser.new_page(locale="ja-JP")
    page.goto(at(server, call_id))
    expect(page.get_by_test_id("state")).to_have_text("モデルなし")
    say(server, call_id, "heard", "もしもし。")

    expect(page.locator("[data-segment-id=heard]")).to_be_visible()
    expect(page.get_by_test_id("score")).to_have_text("–")
    expect(page.get_by_test_id("score-notices")).to_contain_text("スコアを表示していません")
    page.get_by_test_id("model-badge").click()
    expect(page.locator("#model-about-command")).to_have_text("python src/main.py")
    hear(server, call_id, "worry", "今月は払えないです。", 1)
    expect(page.get_by_test_id("heard-item")).to_have_text("01:00 払えない 「払えない」")
    server.post("end_call", {"call_id": call_id})
    page.close()


def test_a_note_whose_answer_is_lost_is_stored_once(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """Sent again by the page until it is answered, and told meanwhile: one note of it."""
    page, lost = open_page(at(server, call)), list[str]()

    def lose(route: Route) -> None:
        if len(lost) < 4:
            route.fetch()
            lost.append(route.request.headers["idempotency-key"])
            route.abort()
        else:
            route.continue_()

    page.route("**/notes", lose)
    page.get_by_test_id("note-text").fill("折り返しを希望")
    page.get_by_test_id("save-note").click()
    expect(page.get_by_test_id("outbox-item")).to_contain_text("折り返しを希望")
    expect(page.get_by_test_id("note-text")).to_have_value("")
    expect(page.get_by_test_id("outbox")).to_be_hidden()
    page.unroute("**/notes")
    page.get_by_test_id("note-text").fill("折り返しを希望")
    page.get_by_test_id("save-note").click()
    expect(page.get_by_test_id("note-text")).to_have_value("")

    assert len(set(lost)) == 1
    # The second was meant as another one.
    assert len(server.get(f"calls/{call}")["notes"]) == 2


def test_replayed_call_is_scored_live_and_its_lines_always_add_up(open_page: OPEN) -> None:
    """Score, lines and transcript change while a demo call plays; at no step do the lines differ.

    After the end the summary stands there, and a reload shows the same call again.
    """
    page = open_page()
    page.evaluate(WATCH)
    page.get_by_test_id("start-demo").click()
    expect(page.get_by_test_id("summary")).to_be_visible(timeout=PATIENCE_MS)
    seen = page.evaluate("window.seen")
    before = page.evaluate(SHOWN)

    scored = [step for step in seen if step["score"].isdigit()]
    assert [s for s in scored if int(s["score"]) != s["sum"] or s["score"] != s["total"]] == []
    assert len({step["score"] for step in scored}) > 1
    assert {"listening", "live", "final"} <= {step["state"] for step in seen}
    assert len({step["turns"] for step in seen}) > 10
    assert [step for step in seen if step["turns"] != step["ids"]] == []

    page.reload()
    expect(page.get_by_test_id("summary")).to_be_visible()
    expect(page.locator("[data-segment-id]")).to_have_count(len(before["turns"]))
    assert page.evaluate(SHOWN) == before


def test_page_catches_up_with_what_was_said_while_the_server_was_away(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """After a cut the page says so, comes back by itself and lacks nothing that a new one has."""
    page = open_page(at(server, call))
    expect(page.locator("[data-segment-id=first]")).to_be_visible()
    server.stop()
    try:
        expect(page.get_by_test_id("connection")).to_contain_text("再接続中")
        expect(page.get_by_test_id("start-call")).to_be_disabled()
        expect(page.get_by_test_id("save-note")).to_be_enabled()
        words = ("missed", 1, ParticipantRole.CUSTOMER, "聞こえていますか。")
        missed = Segment(*words, begin_ms=5000, end_ms=6000, sentiment=Sentiment.NEUTRAL)
        server.hear_while_away(call, [missed])
    finally:
        server.start()

    expect(page.locator("[data-segment-id=missed]")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("messages")).to_contain_text("再接続しました")
    say(server, call, "last", "はい、大丈夫です。", 9000)
    expect(page.locator("[data-segment-id=last]")).to_be_visible()
    fresh = open_page(at(server, call))
    expect(fresh.locator("[data-segment-id=last]")).to_be_visible()
    assert page.evaluate(SHOWN)["turns"] == fresh.evaluate(SHOWN)["turns"]


def test_a_call_can_be_worked_from_start_to_end(open_page: OPEN, server: LiveServer) -> None:
    """An agent starts a call without a record, takes a note, escalates and ends it."""
    page = open_page()
    page.get_by_test_id("start-call").click()
    dialog = page.get_by_test_id("start-dialog")
    dialog.locator("[name=customer_id]").fill("no-such-customer")
    dialog.get_by_test_id("start-confirm").click()
    expect(dialog.locator("[name=agent_id]")).to_have_attribute("aria-invalid", "true")
    dialog.locator("[name=agent_id]").fill("agent-11")
    call_id = dialog.locator("[name=call_id]").input_value()
    dialog.get_by_test_id("start-confirm").click()
    expect(page.get_by_test_id("customer-card")).to_contain_text("見つかりません")
    expect(page.get_by_test_id("state")).to_have_text("会話を確認中")
    expect(page.get_by_test_id("category")).to_be_hidden()

    say(server, call_id, "marked-up", "<img src=x onerror=alert(1)>")
    spoken = page.locator("[data-segment-id=marked-up] [data-slot=text]")
    expect(spoken).to_have_text("<img src=x onerror=alert(1)>")
    page.get_by_test_id("note-text").fill("折り返しを希望")
    page.get_by_test_id("save-note").click()
    expect(page.get_by_test_id("notes")).to_contain_text("折り返しを希望")
    page.get_by_test_id("escalate").click()
    page.locator("[name=reason]").fill("判断に迷う")
    page.get_by_test_id("escalate-confirm").click()
    expect(page.get_by_test_id("escalate")).to_be_hidden()
    page.get_by_test_id("end-call").click()

    summary = page.get_by_test_id("summary")
    expect(summary).to_be_visible(timeout=PATIENCE_MS)
    expect(summary).to_contain_text("メモ1件")
    expect(summary).to_contain_text("あり")
    expect(page.get_by_test_id("end-call")).to_be_hidden()


def test_what_is_said_about_paying_is_marked_and_listed_as_it_comes(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """Marks with their names stand in the turn, the list grows, and a correction takes back.

    What does not count is dotted, says why and stays out of the list.
    """
    page = open_page(at(server, call))
    heard = page.get_by_test_id("heard")
    expect(heard).to_contain_text("まだ聞き取れていません")
    hear(server, call, "worry", "😢今月は払えないんです。", 1)
    hear(server, call, "fine", "毎月は厳しくないです。", 2)

    marks = page.locator("[data-segment-id=worry] mark")
    expect(marks).to_have_text(["払えない", "んです"])
    assert [mark.get_attribute("data-tone") for mark in marks.all()] == ["worry", "worry"]
    names = page.locator("[data-segment-id=worry] [data-slot=text] .statement-name")
    expect(names).to_contain_text(["払えない", "お金に余裕がない"])
    expect(page.locator("[data-segment-id=worry] .mood")).to_have_text("推定：不満・不安")
    expect(page.locator("[data-segment-id=fine] mark")).to_have_attribute("data-tone", "suppressed")
    expect(page.locator("[data-segment-id=fine] .statement-name")).to_have_text("数えない（否定）")
    items = page.get_by_test_id("heard-list").get_by_test_id("heard-item")
    lines = ["01:00 お金に余裕がない 「払えないんです」", "01:00 払えない 「払えない」"]
    expect(items).to_contain_text(lines)

    hear(server, call, "worry", "今月も必ず払います。", 1)
    expect(items).to_have_count(1)
    expect(items).to_contain_text("01:00 お支払いのお約束 「必ず払います」")
    expect(marks).to_have_text(["必ず払います"])
    expect(page.locator("#heard-news")).to_contain_text("お支払いのお約束")


def test_a_heard_statement_leads_to_its_turn(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """By keyboard, from what is folded away as well; the transcript stays there as others speak."""
    hear(server, call, "worry", "今月は払えないです。", 1)
    hear(server, call, "asked", "少し待ってもらえますか。", 2)
    for number in range(3, 20):
        say(server, call, f"later-{number}", f"その後の話 {number}。", number * 60_000)
    page = open_page(at(server, call))
    worry, asked = (page.locator(f"[data-segment-id={one}]") for one in ("worry", "asked"))
    expect(page.locator("[data-segment-id=later-19]")).to_be_in_viewport()
    expect(worry).not_to_be_in_viewport()

    page.get_by_test_id("heard-list").get_by_test_id("heard-item").press("Enter")
    expect(worry).to_be_in_viewport(ratio=1)
    expect(worry.locator(".statement-name")).to_be_focused()
    expect(worry).to_have_attribute("data-pointed-at", "")
    say(server, call, "last", "まだ話しています。", 1_200_000)
    expect(page.get_by_test_id("new-turns")).to_be_visible()
    expect(worry).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0

    folded = page.get_by_test_id("heard-suppressed-list").get_by_test_id("heard-item")
    expect(folded).to_be_hidden()
    page.get_by_test_id("heard-suppressed").press("Enter")
    expect(folded).to_contain_text("待ってほしい・分割（質問）")
    folded.click()
    expect(asked).to_have_attribute("data-pointed-at", "")
    expect(asked).not_to_have_attribute("data-pointed-at", "")


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_phone_shows_the_score_first_and_keeps_it_in_sight(
    open_page: OPEN, server: LiveServer, call: str, locale: str
) -> None:
    """A phone never scrolls sideways, and the score stays at the top while one reads on."""
    page = open_page(at(server, call), PHONE, locale)
    expect(page.locator("[data-segment-id=first]")).to_be_visible()
    score = page.get_by_test_id("score")
    expect(score).to_be_in_viewport(ratio=1)
    page.evaluate("window.scrollTo(0, 900)")

    expect(score).to_be_in_viewport(ratio=1)
    place = score.bounding_box()
    assert place
    assert place["y"] < 120
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_keys_walk_the_calls_but_leave_typing_alone(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """j goes to the next call, except in a field and while Japanese is being composed."""
    other = next(call_ids)
    server.post("start_call", {"call_id": other, "customer_id": None, "agent_id": "agent-07"})
    page = open_page()
    items = page.get_by_test_id("active-calls").get_by_test_id("call-item")
    expect(items).to_have_count(2)
    first, second = (items.nth(place).get_attribute("data-call-id") for place in (0, 1))
    page.goto(at(server, first or ""))
    page.reload()
    current = page.locator("[data-testid=call-item][aria-current=true]")
    expect(current).to_have_attribute("data-call-id", first or "")

    # Hidden until the call stands there whole; what is hidden takes no key.
    expect(page.get_by_test_id("note-text")).to_be_visible()
    page.get_by_test_id("note-text").press("j")
    expect(page.get_by_test_id("note-text")).to_have_value("j")
    page.get_by_test_id("note-text").blur()
    composing = "new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({composing})")
    expect(current).to_have_attribute("data-call-id", first or "")
    page.keyboard.press("j")
    expect(current).to_have_attribute("data-call-id", second or "")
    page.keyboard.press("k")
    expect(current).to_have_attribute("data-call-id", first or "")
    server.post("end_call", {"call_id": other})


def test_provisional_words_are_replaced_and_never_come_back(open_page: OPEN) -> None:
    """A late provisional piece does not undo a finished turn, nor older news an ended call."""
    turns, status = open_page().evaluate("""async () => {
      const { initialState, reduce } = await import("/static/js/state.js");
      const piece = { call_id: "c", segment_id: "s", role: "CUSTOMER", begin_ms: 0, end_ms: 1 };
      const summary = { ended_at: "2026-01-01T00:00:00Z", duration: 1 };
      const events = [
        ["call_started", { seq: 1, call_id: "c", status: "active", assessment: null }],
        ["selected", "c"],
        ["transcript_segment", { ...piece, seq: 2, text: "もしも", provisional: true }],
        ["transcript_segment", { ...piece, seq: 4, text: "もしもし。", provisional: false }],
        ["transcript_segment", { ...piece, seq: 3, text: "もしもし", provisional: true }],
        ["call_ended", { seq: 5, call_id: "c", summary }],
        ["call_started", { seq: 1, call_id: "c", status: "active", assessment: null }],
      ].map(([type, payload]) => ({ type, payload }));
      const { segments, info } = events.reduce(reduce, initialState).calls.get("c");
      return [segments.map((segment) => segment.text), info.status];
    }""")

    assert turns == ["もしもし。"]
    assert status == "ended"


def test_a_repeat_is_shown_in_grey_and_named(
    open_page: OPEN, server: LiveServer, call: str
) -> None:
    """The first of its kind is a turn like any other."""
    for segment_id in ("music", "repeat"):
        say(server, call, segment_id, "ご視聴ありがとうございました")
    page = open_page()
    page.goto(at(server, call))
    repeat = page.locator("[data-segment-id=repeat][data-repeated]")

    expect(repeat.locator("[data-slot=mood]")).to_contain_text("繰り返しのため数えません")
    expect(page.locator("[data-segment-id=music][data-repeated]")).to_have_count(0)
    expect(page.locator("[data-segment-id=music]")).to_be_visible()


def test_what_ends_while_the_page_reads_is_not_shown_as_running(
    browser: Browser, server: LiveServer, call: str
) -> None:
    """What was read before a call ended, and comes after the news of its end, undoes nothing."""
    call_id = next(call_ids)
    server.post("start_call", {"call_id": call_id, "customer_id": "1001", "agent_id": "agent-07"})
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()

    def overtaken(route: Route) -> None:
        read = route.fetch()
        server.post("end_call", {"call_id": call_id})
        time.sleep(0.5)
        route.fulfill(response=read)

    page.route("**/api/calls?status=active*", overtaken)
    page.goto(at(server, call))
    expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")

    expect(page.locator(f"#ended-calls [data-call-id='{call_id}']")).to_be_visible()
    expect(page.locator(f"#active-calls [data-call-id='{call_id}']")).to_have_count(0)
    context.close()


def test_a_page_that_stands_open_keeps_no_more_than_it_shows(open_page: OPEN) -> None:
    """Words of other calls, calls that ended long ago, and news of calls that are not listed."""
    ids, words, course = open_page().evaluate("""async () => {
      const { initialState, reduce } = await import("/static/js/state.js");
      const tell = (state, type, payload) => reduce(state, { type, payload });
      const begun = { seq: 1, status: "active", assessment: null };
      const said = { segment_id: "s", role: "CUSTOMER", begin_ms: 0, end_ms: 1, text: "はい" };
      const score = { risk_score: 50, risk_category: "medium", elapsed_s: 1, state: "live" };
      const note = { call_id: "call-3", note_id: 1, kind: "note", text: "x", agent_id: "a" };
      let state = tell(initialState, "selected", "call-0");
      for (let number = 0; number < 30; number += 1) {
        const call_id = `call-${number}`;
        const summary = { ended_at: `2026-01-01T00:00:${10 + number}.000Z`, duration: 1 };
        state = tell(state, "call_started", { ...begun, call_id });
        state = tell(state, "transcript_segment", { ...said, call_id, provisional: false });
        state = tell(state, "risk_score_update", { ...score, call_id, seq: 2 });
        state = tell(state, "call_ended", { call_id, seq: 3, summary });
      }
      const calls = [...tell(state, "note_added", note).calls.values()];
      const of = (wanted) => calls.filter(wanted).map((entry) => entry.info.call_id);
      return [() => true, (one) => one.segments.length, (one) => one.trend.length].map(of);
    }""")

    assert ids == ["call-0", *(f"call-{number}" for number in range(10, 30))]
    assert words == course == ["call-0"]


def test_a_transferred_call_shows_what_the_telephony_told(
    open_page: OPEN, server: LiveServer
) -> None:
    """Nobody answered yet, categories as they match, the way to the first leg, and what is missing.

    A turn without a label shows an estimate that says so; names of categories are only ever text.
    """
    first, second, now = next(call_ids), next(call_ids), datetime.now(UTC)
    words = (1, ParticipantRole.CUSTOMER, "急に言われても困ります。", 0, 900)
    for call_id in (first, second):
        server.take(AnalysisEvent(call_id, AnalysisKind.SEGMENTS, now, (Segment("s", *words),)))
    server.take(ContactDetails(second, now, initial_contact_id=first))
    page = open_page(at(server, second))
    expect(page.get_by_test_id("call-item")).not_to_have_count(0)
    expect(page.get_by_test_id("gap")).to_be_hidden()
    server.mark_gaps()
    matched = ("支払い相談", "<b>解約</b>")
    server.take(AnalysisEvent(second, AnalysisKind.SEGMENTS, now, categories=matched))

    expect(page.get_by_test_id("categories").locator("li")).to_have_text(sorted(matched))
    expect(page.locator("#call-meta")).to_contain_text("担当未定")
    item = page.locator(f"[data-testid=call-item][data-call-id={second}]")
    expect(item).to_contain_text("担当未定")
    expect(page.get_by_test_id("gap")).to_be_visible()
    mood = page.locator("[data-segment-id=s] .mood")
    expect(mood).to_have_text("推定：不満・不安")
    expect(mood).to_have_attribute("data-estimate", "")
    expect(page.get_by_test_id("transfer")).to_contain_text("転送された通話")
    server.fill_gap(first)
    page.get_by_test_id("first-leg").click()
    current = page.locator("[data-testid=call-item][aria-current=true]")
    expect(current).to_have_attribute("data-call-id", first)
    expect(page.get_by_test_id("transfer")).to_be_hidden()
    expect(page.get_by_test_id("gap")).to_be_hidden()
    for call_id in (first, second):
        server.post("end_call", {"call_id": call_id})


@pytest.mark.parametrize(
    ("turns", "locale", "who"),
    [(0, "ja-JP", "応答なし"), (0, "en-GB", "Nobody answered"), (1, "ja-JP", "担当者不明")],
)
def test_an_ended_call_does_not_wait_for_an_answer(
    open_page: OPEN, server: LiveServer, turns: int, locale: str, who: str
) -> None:
    """Nobody answered where nothing was heard; else somebody did whom the telephony never named."""
    call_id, now = next(call_ids), datetime.now(UTC)
    said = [Segment("s", 1, ParticipantRole.CUSTOMER, "はい。", 0, 900)] * turns
    server.take(AnalysisEvent(call_id, AnalysisKind.SEGMENTS, now, tuple(said)))
    page = open_page(at(server, call_id), locale=locale)
    item = page.locator(f"[data-testid=call-item][data-call-id={call_id}]")
    expect(item).to_contain_text("担当未定" if locale == "ja-JP" else "Not answered yet")
    server.take(AnalysisEvent(call_id, AnalysisKind.COMPLETED, now))

    expect(item).to_contain_text(who, timeout=PATIENCE_MS)
    expect(page.locator("#call-meta")).to_contain_text(who)


@pytest.mark.parametrize(
    ("kind", "summary", "reason", "written"),
    [
        (
            AnalysisKind.COMPLETED,
            ContactSummary("分割で合意。"),
            "通話が終わりました",
            "分割で合意。",
        ),
        (
            AnalysisKind.COMPLETED,
            ContactSummary(None, "INSUFFICIENT_CONVERSATION_CONTENT"),
            "通話が終わりました",
            "会話が短すぎました",
        ),
        (AnalysisKind.COMPLETED, ContactSummary(None, "NEWER"), "通話が", "作成されませんでした"),
    ],
)
def test_summary_tells_why_a_call_ended_and_what_was_written_of_it(
    open_page: OPEN,
    server: LiveServer,
    kind: AnalysisKind,
    summary: ContactSummary,
    reason: str,
    written: str,
) -> None:
    """The contact summary may come after the end; where there is none the page says why."""
    call_id, now = next(call_ids), datetime.now(UTC)
    said = Segment("s", 1, ParticipantRole.CUSTOMER, "はい。", 0, 900, Sentiment.NEUTRAL)
    server.take(AnalysisEvent(call_id, AnalysisKind.SEGMENTS, now, (said,)))
    page = open_page(at(server, call_id))
    server.take(AnalysisEvent(call_id, kind, now))

    expect(page.get_by_test_id("end-reason")).to_contain_text(reason, timeout=PATIENCE_MS)
    expect(page.get_by_test_id("contact-summary")).to_be_hidden()
    server.take(AnalysisEvent(call_id, AnalysisKind.SEGMENTS, now, summary=summary))
    expect(page.get_by_test_id("contact-summary")).to_contain_text(written)


def test_unproven_model_is_called_so_wherever_its_score_is_shown(
    open_page: OPEN, server: LiveServer, small_sample: SmallSample, call: str
) -> None:
    """When the champion's skill is unproven, header and score say so, also in a running call."""
    page = open_page(at(server, call))
    expect(page.get_by_test_id("model-skill")).to_have_text("デモ用モデル")
    small_sample.serve(server.root, "20260101-000000-000002", "unproven")
    expect(page.get_by_test_id("score-notices")).to_contain_text("未検証", timeout=PATIENCE_MS)
    page.reload()

    expect(page.get_by_test_id("model-skill")).to_have_text("デモ用モデル（未検証）")
    expect(page.get_by_test_id("score-notices")).to_contain_text("未検証")
    page.get_by_test_id("model-badge").click()
    expect(page.locator("#model-about")).to_contain_text("確かめられていません")


@pytest.mark.parametrize(
    ("size", "locale", "told"),
    [(DESK, "ja-JP", "で採点を続けています"), (PHONE, "en-GB", "goes on scoring")],
    ids=["desk", "phone"],
)
def test_a_tampered_champion_is_refused_before_everyones_eyes(
    open_page: OPEN,
    server: LiveServer,
    small_sample: SmallSample,
    size: Any,
    locale: str,
    told: str,
) -> None:
    """The version before goes on, a banner says so and why; it leaves when all is well again."""
    serving = server.served_version()
    assert serving is not None
    tampered = f"20260102-000000-{locale[:2]}"
    tamper(small_sample.save(server.root, tampered, "demonstrated"))
    make_champion(server.root / "models", tampered)
    server.wait_until(lambda: "message" in server.check("model"))
    page = open_page(size=size, locale=locale)

    banner = page.get_by_test_id("banner")
    expect(banner).to_contain_text(f"{serving} {told}")
    expect(banner).to_contain_text(f"models/{tampered}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    make_champion(server.root / "models", serving)
    server.wait_until(lambda: "message" not in server.check("model"))
    page.reload()
    expect(page.get_by_test_id("model-badge")).to_be_visible()
    expect(banner).to_be_hidden()
    assert server.served_version() == serving
