"""The tablet in a browser over a live server, and faults that come while somebody works on it."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import Browser, FrameLocator, Page, Route, ViewportSize, expect

from harness import ROOT
from harness.live_server import LiveServer
from harness.streamlit_app import StreamlitApp

PATIENCE_MS = 120_000
AGENT = "agent-touch"
FRAME = "#callrisk-touch iframe"
_WRITES = "**/api/calls/*/notes"


@contextmanager
def tablet_app(server: LiveServer) -> Iterator[StreamlitApp]:
    """The tablet app beside a live server, in its folder."""
    for name in ("mobile_dashboard.py", ".streamlit"):
        kept = server.root / name
        if not kept.exists():
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, kept)
    app = StreamlitApp(server.root, "mobile_dashboard.py", server.port, server.tablet_port)
    with app:
        yield app


@dataclass(frozen=True)
class Tablet:
    """A page of the tablet app with the touch page in it."""

    page: Page
    server: LiveServer
    app: StreamlitApp

    @property
    def touch(self) -> FrameLocator:
        """The touch page."""
        return self.page.frame_locator(FRAME)

    def press(self, name: str) -> None:
        """Press what has this name in the touch page."""
        self.touch.get_by_test_id(name).click()

    def wait_connected(self) -> None:
        """Wait until the touch page has its line to the server."""
        light = self.touch.get_by_test_id("connection")
        expect(light).to_have_attribute("data-status", "connected", timeout=PATIENCE_MS)

    def open_call(self, call_id: str) -> None:
        """Open a call, as its row in the list does."""
        body = self.touch.locator("body")
        body.evaluate("(_, id) => { location.hash = `#call=${id}`; }", call_id)
        expect(self.touch.locator("#call-meta")).to_contain_text(call_id, timeout=PATIENCE_MS)


def opened_tablet(
    browser: Browser, app: StreamlitApp, server: LiveServer, size: tuple[int, int] = (768, 1024)
) -> Tablet:
    """The tablet of an agent, connected."""
    view = ViewportSize(width=size[0], height=size[1])
    # A browser without windows has nobody to ask whether the screen may stay on.
    context = browser.new_context(
        viewport=view, locale="ja-JP", has_touch=True, permissions=["screen-wake-lock"]
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{app.address}/?agent={AGENT}")
    tablet = Tablet(page, server, app)
    tablet.wait_connected()
    return tablet


def work(tablet: Tablet, text: str) -> None:
    """Write a note, and press a quick action and an outcome; the last words follow the fault."""
    if tablet.touch.locator("body").get_attribute("data-sheet") != "note":
        tablet.press("bar-note")
    tablet.touch.get_by_test_id("note-text").press_sequentially(text)
    tablet.press("save-note")
    tablet.press("bar-work")
    tablet.press("quick-identity")
    tablet.press("outcome-promised")
    tablet.press("bar-work")


def kill_the_server(tablet: Tablet, text: str) -> None:
    """The server is killed before anything is sent, and comes back."""
    tablet.server.stop()
    work(tablet, text)
    tablet.server.start()


def lose_the_answer(tablet: Tablet, text: str) -> None:
    """The server has the note, and its answer never arrives."""
    with _answering(tablet, lambda route: (route.fetch(), route.abort())):
        work(tablet, text)


def stall_the_network(tablet: Tablet, text: str) -> None:
    """The first request is neither sent nor refused until the page gives it up."""
    with _answering(tablet, lambda _: None):
        work(tablet, text)


def leave_the_network(tablet: Tablet, text: str) -> None:
    """The tablet is out of reach for a while."""
    tablet.page.context.set_offline(True)
    work(tablet, text)
    tablet.page.wait_for_timeout(500)
    tablet.page.context.set_offline(False)


def end_while_typing(tablet: Tablet, text: str) -> None:
    """The call ends between two words of a note."""
    tablet.press("bar-note")
    note = tablet.touch.get_by_test_id("note-text")
    note.press_sequentially(text[:3])
    call_id = str(tablet.page.url).rsplit("call=", 1)[-1]
    tablet.server.post("end_call", {"call_id": call_id})
    expect(tablet.touch.get_by_test_id("summary")).to_be_attached()
    work(tablet, text[3:])


def kill_streamlit(tablet: Tablet, text: str) -> None:
    """The app around the touch page is away for a while."""
    tablet.app.stop()
    work(tablet, text)
    tablet.app.start()


FAULTS: Sequence[Callable[[Tablet, str], None]] = (
    kill_the_server, lose_the_answer, stall_the_network, leave_the_network, end_while_typing,
    kill_streamlit,
)  # fmt: skip
_numbers = count(1)


def missing_after(tablet: Tablet, fault: Callable[[Tablet, str], None]) -> list[str]:
    """Work through one fault on a call of its own; return what the server lacks or has twice."""
    number = next(_numbers)
    call_id, text = f"fault-{number}", f"障害 {number} の間に書いたメモ"
    start = {"call_id": call_id, "customer_id": "1001", "agent_id": AGENT}
    tablet.server.post("start_call", start)
    tablet.open_call(call_id)
    fault(tablet, text)
    wanted = [("note", text), ("quick_action", "本人確認済み"), ("outcome", "")]
    until = time.monotonic() + PATIENCE_MS / 1000
    while (has := _written(tablet, call_id)) != wanted and time.monotonic() < until:
        tablet.page.wait_for_timeout(200)
    # What would come twice comes a little later.
    tablet.page.wait_for_timeout(500)
    has = _written(tablet, call_id)
    expect(tablet.touch.get_by_test_id("outbox")).to_be_hidden()
    tablet.wait_connected()
    tablet.server.post("end_call", {"call_id": call_id})
    return [] if has == wanted else [f"{fault.__name__}: {has}"]


def _written(tablet: Tablet, call_id: str) -> list[tuple[str, str]]:
    notes = tablet.server.get(f"calls/{call_id}")["notes"]
    return [(note["kind"], note["text"]) for note in notes]


@contextmanager
def _answering(tablet: Tablet, answer: Callable[[Route], object]) -> Iterator[None]:
    """Answer the first request that adds a note in this way, and leave the others to the server."""
    asked = count()

    def once(route: Route) -> None:
        if next(asked) == 0:
            answer(route)
        else:
            route.continue_()

    tablet.page.route(_WRITES, once)
    yield
    tablet.page.wait_for_timeout(100)
