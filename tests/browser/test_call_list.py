"""The list of calls on the live page: it moves by rows, and the open call has all the rest."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, WebSocket, expect

from harness.live_server import LiveServer
from harness.spoken_calls import at, call_ids, say
from harness.waiting import wait_until

pytestmark = pytest.mark.browser

PATIENCE_MS = 30_000
GENEROUS_MS = 15_000


@pytest.fixture
def other(server: LiveServer) -> Iterator[str]:
    """A call that is not open on the page."""
    call_id = next(call_ids)
    server.post("start_call", {"call_id": call_id, "customer_id": "1002", "agent_id": "agent-08"})
    yield call_id
    server.post("end_call", {"call_id": call_id})


def test_the_list_moves_without_the_words_of_calls_that_are_not_open(
    open_page: Callable[..., Page], server: LiveServer, call: str, other: str
) -> None:
    """Scores, flags and ends come at once; opened, the call has its account and course."""
    page = open_page(at(server, call))
    told: list[tuple[str, str]] = []

    def hear_events(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: told.extend(events_in(str(frame))))

    page.on("websocket", hear_events)
    page.reload()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
    item = page.locator(f"#active-calls [data-call-id='{other}']")
    points = item.locator("[data-slot=points]")
    say(server, other, "s1", "失業して、今月は払えません")
    expect(item).to_have_attribute("data-category", re.compile("low|medium|high"))
    worried = points.inner_text()
    say(server, other, "s2", "来月五日に必ず払います", 9_000)
    expect(points).not_to_have_text(worried, timeout=PATIENCE_MS)
    server.post(f"calls/{other}/escalate", {"agent_id": "agent-08", "reason": "見てください"})
    expect(item.locator("[data-slot=escalated]")).to_be_visible()
    say(server, call, "s1", "もしもし", 9_000)
    expect(page.locator("[data-segment-id=s1]")).to_be_visible()
    of_others = {name for name, call_id in told if call_id == other}

    assert {"wallboard_changed", "escalation"} <= of_others
    assert of_others.isdisjoint({"transcript_segment", "risk_score_update", "advice_changed"})
    assert {name for name, call_id in told if call_id == call} >= {"transcript_segment"}

    item.click()
    score = page.get_by_test_id("score")
    # The customer's record may come late, and moves the score once more.
    wait_until(lambda: score.inner_text() == points.inner_text(), seconds=PATIENCE_MS / 1_000)
    shown = score.inner_text()
    expect(page.get_by_test_id("reason-total")).to_have_attribute("data-score", shown)
    page.locator(f"#active-calls [data-call-id='{call}']").click()
    page.mouse.move(900, 400)  # what ends under the pointer keeps its place
    ended = server.post("end_call", {"call_id": other})["summary"]
    over = page.locator(f"#ended-calls [data-call-id='{other}'] [data-slot=points]")
    expect(over).to_have_text(str(ended["final_risk_score"]))


MANY = 60


def events_in(frame: str) -> Iterator[tuple[str, str]]:
    """Yield each call that a frame tells of, with the name of the event."""
    if not frame.startswith("42["):
        return
    name, payload = json.loads(frame[2:])
    for one in payload.get("rows", [payload]):
        yield name, one.get("call_id", "")


@pytest.mark.slow
def test_many_calls_stand_soon_after_the_page_is_opened(
    open_page: Callable[..., Page], server: LiveServer
) -> None:
    """From navigation to the last visible row; with scores, as on a busy day."""
    many = [f"many-{number}" for number in range(MANY)]
    for place, call_id in enumerate(many):
        ids = {"call_id": call_id, "customer_id": str(1001 + place % 40), "agent_id": "agent-08"}
        server.post("start_call", ids)
        say(server, call_id, "s1", "失業して、今月は払えません")
    page = open_page()
    expect(page.locator("#active-calls > li")).to_have_count(len(many))

    page.reload(wait_until="commit")
    rows = page.evaluate("(count) => " + _ROWS_STAND, len(many))
    print(f"\n{len(many)} rows stand {rows:.0f} ms after navigation")

    for call_id in many:
        server.post("end_call", {"call_id": call_id})
    assert rows < GENEROUS_MS


# Milliseconds from navigation until the list has as many rows, each with its points.
_ROWS_STAND = """new Promise((done) => {
  const look = () => {
    const rows = document.querySelectorAll("#active-calls .call-points:not(:empty)").length;
    if (rows >= count) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""
