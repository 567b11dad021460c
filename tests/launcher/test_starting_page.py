"""The page of the first start: at the live address at once, until the live server is there."""

import json
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, expect

from harness import ROOT
from harness.ports import free_port
from launcher.starting_page import StartingPage, Step
from launcher.telling import UserError

PAGE = ROOT / "templates" / "starting.html"


def asked(port: int, path: str) -> str:
    """What is answered at a path."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        text: str = answer.read().decode("utf-8")
        return text


def test_the_page_tells_what_is_going_on(free_port: int) -> None:
    """Each step is later, then now with its seconds, then done; the port is free afterwards."""
    steps = [Step("準備", "Preparing"), Step("学習", "Training")]
    with StartingPage(free_port, PAGE, steps) as page:
        with page.under_way(steps[0]):
            told = json.loads(asked(free_port, "/starting.json"))["steps"]
            assert told == [
                {"ja": "準備", "en": "Preparing", "state": "now", "seconds": 0},
                {"ja": "学習", "en": "Training", "state": "later", "seconds": None},
            ]
        told = json.loads(asked(free_port, "/starting.json"))["steps"]
        assert [step["state"] for step in told] == ["done", "later"]
        assert "準備しています" in asked(free_port, "/")
        with pytest.raises(urllib.error.HTTPError, match="503"):
            asked(free_port, "/api/health")

    with StartingPage(free_port, PAGE, steps):
        pass


class Live(BaseHTTPRequestHandler):
    """The live server, as far as the page asks it."""

    def do_GET(self) -> None:
        """Answer the page of the calls alone."""
        self.send_response(200 if self.path == "/" else 404)
        self.end_headers()
        self.wfile.write(b"<h1>calls</h1>" if self.path == "/" else b"")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.mark.browser
def test_an_open_page_becomes_the_live_page(browser: Browser) -> None:
    """Nobody has to reload; what the page forbids itself is not needed."""
    port, refused = free_port(), list[str]()
    page = browser.new_page()
    page.on("console", lambda said: refused.append(said.text) if "Policy" in said.text else None)
    step = Step("学習", "Training")
    with StartingPage(port, PAGE, [step]) as shown:
        page.goto(f"http://127.0.0.1:{port}/")
        expect(page.locator("li.later")).to_contain_text("Training")
        with shown.under_way(step):
            expect(page.locator("li.now")).to_contain_text("学習")

    with HTTPServer(("127.0.0.1", port), Live) as live:
        threading.Thread(target=live.serve_forever, daemon=True).start()
        expect(page.locator("h1")).to_have_text("calls", timeout=30_000)
        live.shutdown()
    page.close()
    assert refused == []


@pytest.mark.browser
def test_an_open_page_learns_why_nothing_comes(browser: Browser) -> None:
    """What the window says stands on the page too, in both languages."""
    port, page = free_port(), browser.new_page()
    with (
        pytest.raises(UserError),
        StartingPage(port, PAGE, [Step("学習", "Training")]),
    ):
        page.goto(f"http://127.0.0.1:{port}/")
        expect(page.locator("li")).to_contain_text("Training")
        raise UserError("サンプルデータを作れません。", "The sample data could not be made.")

    trouble = page.locator("#trouble")
    expect(trouble).to_contain_text("サンプルデータを作れません。")
    expect(trouble).to_contain_text("The sample data could not be made.")
    page.close()
