"""Hours of pushed events in minutes: what they leave in the memory of a live page, and what moves.

A call with real turns is made on a real server; what that server told of it is told to the page
again and again over the page's own connection, for two hundred calls that begin, move and end. So
neither the server nor the network is what is measured.
"""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, expect

from harness.live_server import LiveServer
from harness.spoken_calls import at, say

CALLS = 200
AGENT = "agent-07"
_TRAFFIC = Path(__file__).with_name("page_traffic.js").read_text(encoding="utf-8")
# Whoever listens keeps the connections of the page at hand, and notes what jumps on it.
WATCH_SHIFTS = """
  window.pageSockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(...given) { super(...given); window.pageSockets.push(this); }
  };
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, startTime, hadRecentInput, sources } of list.getEntries()) {
      const where = sources.map(({ node }) => node?.id || node?.className || node?.nodeName);
      if (!hadRecentInput) window.shifts.push([startTime, value, where.join()]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
# The largest sum of a window of at most five seconds without a pause of one: cumulative layout
# shift as web.dev/articles/cls defines it.
_WINDOW_MS, _PAUSE_MS = 5_000, 1_000
# A place on a page of 1440 by 900.
_IN_THE_TALK = (720, 450)
_COLLECTIONS, _BETWEEN_COLLECTIONS_MS = 5, 200
# Two pages of one server open calls of their own.
_OPENED = count()
# The moment in ms, how far, and what moved.
Shift = tuple[float, float, str]


def cumulative_shift(shifts: list[Shift]) -> float:
    """Return the cumulative layout shift: the sum of the worst window."""
    return sum(value for _, value, _ in worst_window(shifts))


def worst_window(shifts: list[Shift]) -> list[Shift]:
    """Return the shifts of the window with the largest sum."""
    windows: list[list[Shift]] = [[]]
    for shift in shifts:
        last = windows[-1]
        if last and (shift[0] - last[-1][0] > _PAUSE_MS or shift[0] - last[0][0] > _WINDOW_MS):
            windows.append([])
        windows[-1].append(shift)
    return max(windows, key=lambda window: sum(value for _, value, _ in window))


@dataclass
class PageTraffic:
    """One live page that is told of many calls; `heaps` are its bytes after each part."""

    page: Page
    server: LiveServer
    heaps: list[int] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH_SHIFTS)
        self._cdp: CDPSession = self.page.context.new_cdp_session(self.page)
        self._parts = 0
        self._shifts: list[Shift] = []

    def play(self, minutes: float, frames: int = 1, speed: float | None = None) -> int:
        """Open a call and tell of so many minutes; return how many events that were so far.

        The page may draw once for each `frames` quarters of a second; with a `speed` it is told at
        that multiple of the real pace.
        """
        call_id = f"open-{next(_OPENED)}"
        ids = {"call_id": call_id, "customer_id": "1001", "agent_id": AGENT}
        self.server.post("start_call", ids)
        say(self.server, call_id, "s0", "今月は払えないです。", 1_000)
        self._open(call_id)
        asked = {
            "told": self._told(), "opened": call_id, "calls": CALLS, "minutes": minutes,
            "frames": frames, "speed": speed,
        }  # fmt: skip
        self.page.evaluate(f"() => {{ {_TRAFFIC} }}")
        events: int = self.page.evaluate("(asked) => window.playTraffic(asked)", asked)
        self.server.post("end_call", {"call_id": call_id})
        self._parts += 1
        self._measure()
        return events

    def _open(self, call_id: str) -> None:
        """Open the first call by its address, and each further one by a press in the list."""
        row = self.page.locator(f"#active-calls [data-call-id='{call_id}']")
        if self._parts == 0:
            self.page.goto(at(self.server, call_id))
        else:
            row.click()
        expect(row).to_have_attribute("aria-current", "true")
        expect(self.page.locator("#turns [data-segment-id=s0]")).to_be_attached()
        expect(self.page.get_by_test_id("score")).not_to_be_empty()
        # The list of calls keeps its order while the pointer is in it.
        self.page.mouse.move(*_IN_THE_TALK)

    def shifts(self) -> list[Shift]:
        """Return what jumped on the page."""
        # Taken out of the page, whose memory they would fill.
        taken = self.page.evaluate("window.shifts.splice(0)")
        self._shifts += [tuple(one) for one in taken]
        return self._shifts

    def _measure(self) -> None:
        self.shifts()
        # What was collected, or a task that is still due, may hold what is collected then.
        sizes = []
        for _ in range(_COLLECTIONS):
            self._cdp.send("HeapProfiler.collectGarbage")
            sizes.append(int(self._cdp.send("Runtime.getHeapUsage")["usedSize"]))
            self.page.wait_for_timeout(_BETWEEN_COLLECTIONS_MS)
        self.heaps.append(min(sizes))
        self.nodes.append(int(self._cdp.send("Memory.getDOMCounters")["nodes"]))

    def _told(self) -> dict[str, Any]:
        """Return real payloads by type, of a call that is over."""
        call_id = f"model-{self._parts}"
        ids = {"call_id": call_id, "customer_id": "1001", "agent_id": AGENT}
        self.server.post("start_call", ids)
        for number, words in enumerate(("今月は払えないです。", "分割にできますか。")):
            say(self.server, call_id, f"s{number}", words, 60_000 * number)
        self.server.post("end_call", {"call_id": call_id})
        events = self.server.get("events?after=0&limit=500")["events"]
        told = {one["type"]: one["payload"] for one in events}
        reason = {"risk_score": 80, "reason": "払えない", "reason_en": "cannot pay"}
        return {"alert": {"call_id": call_id, "seq": 0, **reason}} | told
