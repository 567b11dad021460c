"""The login by an identity provider in a real Chromium, at one that others wrote."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pydantic import SecretStr

from callrisk.bootstrap.server import create_app
from callrisk.domain.access.policy_table import Role
from callrisk.settings import load
from callrisk.web.app import Server
from harness.openid.node_provider import CLIENT_ID, CLIENT_SECRET, NodeProvider, node_provider
from harness.ports import free_port
from harness.serving import serving
from harness.small_world import new_root

pytestmark = pytest.mark.browser

PERSONS = {
    "s-1": {"name": "見本 太郎", "preferred_username": "taro", "roles": ["leads", "other"]},
    "s-2": {"name": "見本 花子", "preferred_username": "hanako", "roles": ["other"]},
    "s-3": {"name": "見本 次郎", "preferred_username": "jiro", "roles": ["leads"]},
    "s-4": {"name": "見本 三郎", "preferred_username": "saburo", "roles": ["leads"]},
}


class Office:
    """The live server and the provider, both on this machine under the name that browsers know."""

    def __init__(self, server: Server, own: str, provider: NodeProvider) -> None:
        self.server, self.own, self.provider = server, own, provider


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    port, folder = free_port(), tmp_path_factory.mktemp("openid")
    own = f"http://localhost:{port}"
    with node_provider(own, PERSONS) as provider:
        settings = load(new_root(folder / "root"))
        changed: dict[str, Any] = {
            "database_url": f"sqlite:///{folder / 'openid.db'}", "api_port": port,
            "flask_secret_key": SecretStr("s" * 40), "replay_calls": 0,
            "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": SecretStr(CLIENT_SECRET), "oidc_roles": "leads=manager",
        }  # fmt: skip
        env = settings.env.model_copy(update=changed)
        server = create_app(settings.model_copy(update={"env": env}))
        with serving(server, port):
            yield Office(server, own, provider)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-US")
    # The provider's own pages would load a font from elsewhere.
    made.route("**://fonts.googleapis.com/**", lambda route: route.abort())
    yield made
    made.close()


def log_in(page: Page, subject: str) -> None:
    page.get_by_test_id("openid").click()
    page.locator("input[name=login]").fill(subject)
    page.locator("input[name=password]").fill("any")
    page.locator("button[type=submit]").click()


def test_from_a_deep_link_to_the_live_page_and_out_again(
    office: Office, context: BrowserContext
) -> None:
    """One login at the provider; the logout ends it there, too."""
    page = context.new_page()
    page.goto(f"{office.own}/?call=c-1")
    assert page.url.startswith(f"{office.own}/login?next=")
    expect(page.get_by_test_id("login")).to_be_hidden()
    log_in(page, "s-1")
    expect(page).to_have_url(f"{office.own}/?call=c-1")
    expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
    person = office.server.state.accounts.persons.by_login("taro")
    assert person is not None
    assert (person.name, person.roles) == ("見本 太郎", {Role.MANAGER})
    names = {cookie.get("name") for cookie in context.cookies(office.own)}
    assert not any("openid" in str(name) for name in names)

    page.goto(f"{office.own}/account")
    page.get_by_test_id("logout").click()
    page.wait_for_url(f"{office.provider.issuer}/session/end?**")
    page.locator("button[name=logout]").click()
    expect(page.get_by_test_id("done")).to_have_text("You are logged out.")
    assert page.url.startswith(f"{office.own}/login?state=out")
    page.get_by_test_id("openid").click()
    # Nobody is logged in at the provider any more.
    expect(page.locator("input[name=password]")).to_be_visible()
    assert page.url.startswith(office.provider.issuer)


def test_who_may_not_is_told_so(office: Office, context: BrowserContext) -> None:
    """In the own language, and nobody is made."""
    page = context.new_page()
    page.goto(f"{office.own}/login")
    log_in(page, "s-2")
    expect(page.get_by_test_id("fault")).to_contain_text("has no role")
    assert office.server.state.accounts.persons.by_login("hanako") is None


def test_a_closed_account_stays_out(office: Office, context: BrowserContext) -> None:
    """Also while the provider still knows the person."""
    page = context.new_page()
    page.goto(f"{office.own}/login")
    log_in(page, "s-3")
    page.wait_for_url(f"{office.own}/")
    persons = office.server.state.accounts.persons
    person = persons.by_login("jiro")
    assert person is not None
    persons.change(replace(person, is_active=False))
    page.wait_for_url(f"{office.own}/login?**")
    page.get_by_test_id("openid").click()
    expect(page.get_by_test_id("fault")).to_contain_text("This account is closed")


def test_a_logout_at_the_provider_ends_the_open_page(
    office: Office, context: BrowserContext
) -> None:
    """It tells the server, which no browser leads there."""
    page, elsewhere = context.new_page(), context.new_page()
    page.goto(f"{office.own}/login")
    log_in(page, "s-4")
    page.wait_for_url(f"{office.own}/")
    expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
    elsewhere.goto(f"{office.provider.issuer}/session/end")
    elsewhere.locator("button[name=logout]").click()

    page.wait_for_url(f"{office.own}/login?**")
