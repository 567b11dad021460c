"""The states of the search of ended calls: a blank question, hits, none, too short, failed."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.page_states import Stage, State

WAIT_MS = 30_000


def search_states(stage: "Stage", make: Callable[..., "State"]) -> Iterator["State"]:
    """Yield each state of the search, once what was said in ended calls can be found."""
    wait_until(lambda: bool(found(stage, "給料日")))
    yield make("search", f"{stage.live.url}?find=new", _shows("found"))
    yield make("search-hits", f"{stage.live.url}?find=new", _asked("給料日", "found"))
    yield make("search-nothing", f"{stage.live.url}?find=new", _asked("宇宙旅行", "found"))
    yield make("search-short", f"{stage.live.url}?find=new", _asked("日", "short"))
    yield make("search-failed", f"{stage.live.url}?find=gone", _shows("failed"))


def found(stage: "Stage", words: str) -> list[str]:
    """Return the calls in which words are found."""
    answer = stage.live.post("searches", {"words": words})
    return [call["call_id"] for call in answer["calls"]]


def _shows(status: str) -> Callable[[Page], None]:
    def wait(page: Page) -> None:
        told = page.get_by_test_id("search-status")
        expect(told).to_have_attribute("data-status", status, timeout=WAIT_MS)

    return wait


def _asked(words: str, status: str) -> Callable[[Page], None]:
    def ask(page: Page) -> None:
        _shows("found")(page)
        page.get_by_test_id("search-words").fill(words)
        page.get_by_test_id("search-words").press("Enter")
        if status == "found":
            page.wait_for_url(lambda url: "find=new" not in url and "find=facts" not in url)
        _shows(status)(page)

    return ask
