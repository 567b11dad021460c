"""Production behind Caddy in a real Chromium: one name over https, one login, one logout."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from callrisk.domain.access.policy_table import Role
from harness import ROOT
from harness.ports import free_port
from harness.production import PASSWORD, Production, answers, production, wait_for
from harness.tablet import FRAME

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed"),
]

PATIENCE_MS = 120_000
# What is promised, and what a busy machine needs to draw a page.
SOON_S, DRAWING_S = 2.0, 12.0
ROLES = {"manager": Role.MANAGER, "agent": Role.AGENT}
BEFORE = """{
	admin off
	skip_install_trust
	auto_https disable_redirects
	storage file_system {folder}
}
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with production(tmp_path_factory.mktemp("生産") / "callrisk", ROLES) as made:
        yield made


@pytest.fixture(scope="module")
def origin(office: Production) -> Iterator[str]:
    """The address of all three screens: the recipe of deploy/, with a certificate of its own."""
    port, folder = free_port(), office.root / "caddy"
    recipe = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    changes = {
        "\ncallrisk.example {": f"\nhttps://localhost:{port} {{\n\ttls internal",
        "127.0.0.1:8501": f"127.0.0.1:{office.ports['manager']}",
        "127.0.0.1:8502": f"127.0.0.1:{office.ports['tablet']}",
        "127.0.0.1:5000": f"127.0.0.1:{office.ports['server']}",
    }
    for old, new in changes.items():
        assert recipe.count(old) == 1
        recipe = recipe.replace(old, new)
    folder.mkdir()
    path, log = folder / "Caddyfile", folder / "log"
    path.write_text(BEFORE.replace("{folder}", str(folder)) + recipe, encoding="utf-8")
    with log.open("wb") as file:
        caddy = subprocess.Popen(
            ["caddy", "run", "--config", path, "--adapter", "caddyfile"], stdout=file, stderr=file
        )
    address = f"https://localhost:{port}"
    wait_for(lambda: answers(address, verify=False), log)
    yield address
    caddy.kill()
    caddy.wait()


@pytest.fixture
def tabs(browser: Browser) -> Iterator["Tabs"]:
    context = browser.new_context(ignore_https_errors=True, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield Tabs(context.new_page)
    expect.set_options(timeout=None)
    context.close()


class Tabs:
    """One browser, in which tabs are opened."""

    def __init__(self, new_page: object) -> None:
        self._new_page = new_page

    def at(self, address: str) -> Page:
        page: Page = self._new_page()  # type: ignore[operator]
        page.goto(address)
        return page


def log_in(page: Page, login: str) -> None:
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_test_id("login").click()


def test_one_login_and_one_logout_for_three_screens(origin: str, tabs: Tabs) -> None:
    """A deep link keeps its place; a logout reaches second tabs of all of them."""
    manager = tabs.at(f"{origin}/manager/live?lang=en")
    assert manager.url.startswith(f"{origin}/login?next=/manager/live")
    log_in(manager, "manager")
    expect(manager).to_have_url(f"{origin}/manager/live?lang=en")
    expect(manager.locator("h1")).to_have_text("Live calls")
    expect(manager.locator("a.account")).to_have_text("見本 manager")

    tablet = tabs.at(f"{origin}/tablet?lang=en")
    touch = tablet.frame_locator(FRAME)
    expect(touch.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
    expect(touch.get_by_test_id("account-link")).to_have_text("見本 manager")
    second = tabs.at(f"{origin}/manager/")
    expect(second.locator("a.account")).to_be_visible()
    live = tabs.at(f"{origin}/")
    expect(live.get_by_test_id("connection")).to_have_attribute("data-status", "connected")

    account = tabs.at(f"{origin}/account")
    began = time.monotonic()
    account.get_by_test_id("logout").click()
    for page in (tablet, second, manager, live):
        page.wait_for_url(re.compile(r"/login\?"))
        print(f"{time.monotonic() - began:.2f} s: {page.url}")
    assert time.monotonic() - began < SOON_S + DRAWING_S
    assert unquote(tablet.url).startswith(f"{origin}/login?next=/tablet/")

    assert tabs.at(f"{origin}/manager/live").url.startswith(f"{origin}/login")


def test_who_may_not_is_told_so(origin: str, tabs: Tabs) -> None:
    """An agent has the tablet, and no analytics."""
    tablet = tabs.at(f"{origin}/tablet/?lang=en")
    log_in(tablet, "agent")
    expect(tablet.frame_locator(FRAME).get_by_test_id("account-link")).to_have_text("見本 agent")

    denied = tabs.at(f"{origin}/manager/?lang=en")
    expect(denied.get_by_text("Your role may not open this page.")).to_be_visible()
    assert denied.get_by_role("link").get_attribute("href") == "/account?lang=en"
