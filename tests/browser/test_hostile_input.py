"""Calls with odd ids, and a page of another origin, in a real Chromium."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.live_server import LiveServer
from harness.spoken_calls import say

pytestmark = pytest.mark.browser

OPEN = Callable[..., Page]
ODD_IDS = (
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "toString",
    '"><img src=x>',
    "通話 ７",
    "%2e",
)
# The browser tells the server that a form, a text, a beacon and an image come from another page.
WRITE_ALL = """async ([server, callId]) => {
  const turn = JSON.stringify({segments: [{segment_id: "t", role: "CUSTOMER", text: "hello"}]});
  const start = JSON.stringify({call_id: callId + "-2"});
  const calls = `${server}api/calls/${callId}`;
  const quiet = (path, body, more = {}) =>
    fetch(path, {method: "POST", mode: "no-cors", credentials: "include", body, ...more})
      .catch(() => null);
  const json = {mode: "cors", headers: {"Content-Type": "application/json"}};
  await quiet(`${server}api/start_call`, start);
  await quiet(`${server}api/start_call`, start, json);
  await quiet(`${calls}/segments`, turn);
  await quiet(`${calls}/notes`, JSON.stringify({text: "foreign"}));
  await quiet(`${calls}/escalate`, JSON.stringify({reason: "foreign"}));
  await quiet(`${calls}/feedback`, JSON.stringify({action: "x", helpful: true}));
  await quiet(`${server}api/end_call`, JSON.stringify({call_id: callId}));
  await quiet(`${server}api/demo/stop`);
  const end = new Blob([JSON.stringify({call_id: callId})], {type: "text/plain"});
  navigator.sendBeacon(`${server}api/end_call`, end);
  const form = document.createElement("form");
  const action = `${calls}/notes`;
  Object.assign(form, {method: "post", enctype: "text/plain", action, target: "sink"});
  const field = document.createElement("input");
  Object.assign(field, {name: '{"text": "foreign', value: '"}'});
  form.append(field);
  document.body.append(form);
  form.submit();
}"""
READ = """async (server) => {
  const asked = await fetch(`${server}api/calls`)
    .then((answer) => answer.text()).catch(() => "refused");
  const frame = document.createElement("iframe");
  frame.src = server;
  document.body.append(frame);
  await new Promise((done) => { frame.onload = done; setTimeout(done, 5000); });
  return asked;
}"""


@pytest.fixture
def foreign_page(browser: Browser) -> Iterator[Page]:
    """A page of another origin that shows nothing."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>foreign</title><iframe name=sink></iframe>")

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://localhost:{other.server_port}/")
        yield page
        context.close()
        other.shutdown()


def test_a_call_may_have_any_id(open_page: OPEN, server: LiveServer) -> None:
    """Ids that are names of JavaScript's own, or markup, are listed and can be opened."""
    for call_id in ODD_IDS:
        server.post("start_call", {"call_id": call_id, "agent_id": "odd-ids"})
    page = open_page()
    listed = page.locator("#active-calls [data-call-id]")
    expect(listed).to_have_count(len(ODD_IDS))

    for call_id in ODD_IDS:
        opened(page, call_id)
        expect(page.locator("#call-meta")).to_contain_text(call_id)
    say(server, "__proto__", "t1", "それだけです")
    opened(page, "__proto__")
    expect(page.get_by_test_id("transcript")).to_contain_text("それだけです")
    expect(page.get_by_test_id("banner")).not_to_contain_text("再読み込み")
    for call_id in ODD_IDS:
        server.post("end_call", {"call_id": call_id})


def opened(page: Page, call_id: str) -> None:
    """Click the call in the list."""
    listed = page.locator("#active-calls [data-call-id]")
    ids = listed.evaluate_all("(nodes) => nodes.map((node) => node.dataset.callId)")
    listed.nth(ids.index(call_id)).click()


def test_a_foreign_page_neither_writes_nor_reads_nor_frames(
    server: LiveServer, foreign_page: Page
) -> None:
    """No form, text, beacon or JSON of another origin does anything, nothing is read or framed."""
    server.post("start_call", {"call_id": "untouched", "agent_id": "agent-07"})

    foreign_page.evaluate(WRITE_ALL, [server.url, "untouched"])
    asked = foreign_page.evaluate(READ, server.url)
    foreign_page.wait_for_timeout(1000)

    call = server.get("calls/untouched")
    assert asked == "refused"
    assert (call["status"], call["segments"], call["notes"], call["escalated"]) == (
        "active", [], [], False,
    )  # fmt: skip
    assert "untouched-2" not in [one["call_id"] for one in server.get("calls")["calls"]]
    framed = [frame for frame in foreign_page.frames if frame.locator("#active-calls").count()]
    assert framed == []
    server.post("end_call", {"call_id": "untouched"})
