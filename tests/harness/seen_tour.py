"""A browser of somebody who knows the live page: its tour of the first visit does not come."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

# A page without an address of its own has no storage.
SEEN_TOUR = "try { localStorage.setItem('callrisk.tour', 'seen'); } catch { }"


def been_here(browser: Browser) -> None:
    """Have every page of a browser be that of somebody who has seen the tour."""
    new_context, new_page = browser.new_context, browser.new_page

    def context(**options: Any) -> BrowserContext:
        made = new_context(**options)
        made.add_init_script(SEEN_TOUR)
        return made

    def page(**options: Any) -> Page:
        made = new_page(**options)
        made.add_init_script(SEEN_TOUR)
        return made

    vars(browser).update(new_context=context, new_page=page)


def newcomer(browser: Browser, **options: Any) -> BrowserContext:
    """Return a context of somebody who opens the live page for the first time."""
    return Browser.new_context(browser, **options)
