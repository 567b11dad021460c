"""A person at a page who has a keyboard and no mouse."""

from playwright.sync_api import Locator, Page, expect

_MOST_TABS = 120


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until a part has the focus; whoever needs too many presses never comes there."""
    expect(target).to_be_visible()
    for _ in range(_MOST_TABS):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def press(page: Page, target: Locator) -> None:
    """Go to a button and press it."""
    tab_to(page, target)
    page.keyboard.press("Enter")


def write(page: Page, target: Locator, text: str) -> None:
    """Go to a field and type into it."""
    tab_to(page, target)
    page.keyboard.type(text)


def log_in(page: Page, url: str, login: str, password: str) -> None:
    """Log in, and wait for the live page with all that it has to read first."""
    page.goto(f"{url}login")
    write(page, page.locator("[name=login]"), login)
    write(page, page.locator("[name=password]"), password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    page.goto(url)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
    expect(page.locator("#desk[data-loading]")).to_have_count(0)
