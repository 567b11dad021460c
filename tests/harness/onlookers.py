"""Headless browsers with the live page, and what they show, held against what the server has."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from harness.key_rings import KEYS
from harness.seen_tour import been_here

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_MS = 60_000
# What is settled: connected, and the state that the list of ended calls is drawn from.
_SHOWN = """() => ({
  call: decodeURIComponent(location.hash.replace("#call=", "")),
  turns: Object.fromEntries([...document.querySelectorAll("#turns [data-segment-id]")].map(
    (one) => [one.dataset.segmentId, [...one.querySelector("[data-slot=text]").childNodes]
      .filter((part) => ["#text", "MARK"].includes(part.nodeName))
      .map((part) => part.textContent).join("")])),
  provisional: document.querySelectorAll("#turns [data-provisional]").length,
  score: document.getElementById("score-number").textContent,
  active: document.getElementById("active-count").textContent,
  ended: [...document.querySelectorAll("#ended-calls button")].map(
    (one) => [one.dataset.callId, one.querySelector("[data-slot=points]").textContent]),
})"""


@contextmanager
def a_browser() -> Iterator[Browser]:
    """The Chromium or Chrome of this machine, headless."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        been_here(browser)
        try:
            yield browser
        finally:
            browser.close()


class Onlooker:
    """One page that is opened while calls run, and looks at one of them until the end."""

    def __init__(self, browser: Browser, url: str, user_agent: str | None = None) -> None:
        self._page: Page = browser.new_page(user_agent=user_agent)
        self._page.goto(url)

    def differences(self, database: str) -> list[str]:
        """What is shown and is not what the server has; empty when the page missed nothing."""
        page = self._page
        page.wait_for_selector("#connection[data-status=connected]", timeout=_PATIENCE_MS)
        page.wait_for_timeout(2_000)
        shown = page.evaluate(_SHOWN)
        engine = open_database(database, KEYS)
        queries, call_id = Queries(engine), str(shown["call"])
        turns = {one.segment_id: one.text for one in queries.segments(call_id)}
        scores = {
            one: str((call.summary or {}).get("final_risk_score")) if call else ""
            for one in [call_id, *(one for one, _ in shown["ended"])]
            for call in [queries.call(one)]
        }
        engine.dispose()
        checks = {
            f"a page shows {len(shown['turns'])} of {len(turns)} turns of {call_id}, or other ones":
                shown["turns"] == turns and bool(turns),
            f"a page shows provisional words of {call_id}": shown["provisional"] == 0,
            f"a page shows {shown['score']} for {call_id}, not {scores[call_id]}":
                shown["score"] == scores[call_id],
            f"a page shows {shown['active']} calls in progress": shown["active"] == "0",
            "a page shows other scores of ended calls":
                bool(shown["ended"]) and all(scores[one] == at for one, at in shown["ended"]),
        }  # fmt: skip
        return [what for what, holds in checks.items() if not holds]
