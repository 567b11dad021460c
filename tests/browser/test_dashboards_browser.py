"""Both Streamlit apps and the report in a real Chromium, from a phone to a desk."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, ViewportSize, expect

from callrisk.dashboards.texts import catalogue
from harness import ROOT
from harness.live_server import LiveServer
from harness.small_world import World
from harness.streamlit_app import StreamlitApp

pytestmark = pytest.mark.browser

PATIENCE_MS = 120_000
REFUSED = "Content Security Policy"
PAGES = (
    "",
    "call_list",
    "calls",
    "overview",
    "live",
    "team",
    "customers",
    "data",
    "evaluation",
    "training",
    "models",
    "downloads",
)
PHONE, TABLET, WIDE_TABLET, DESK = (390, 844), (768, 1024), (820, 1180), (1440, 900)
# What a finger needs, in CSS pixels.
TARGET = 44


@dataclass(frozen=True)
class Apps:
    """Where both apps answer, over one live server."""

    analytics: str
    tablet: str


@pytest.fixture(scope="module")
def apps(
    world: World, server: LiveServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Apps]:
    """Both apps as processes of their own on a copy of the small world."""
    root = tmp_path_factory.mktemp("画面 試験") / "callrisk"
    shutil.copytree(world.settings.root, root)
    for name in ("streamlit_dashboard.py", "mobile_dashboard.py"):
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / ".streamlit", root / ".streamlit")
    with ExitStack() as stack:
        expect.set_options(timeout=PATIENCE_MS)
        stack.callback(expect.set_options, timeout=None)
        analytics = StreamlitApp(root, "streamlit_dashboard.py", server.port)
        tablet = StreamlitApp(root, "mobile_dashboard.py", server.port)
        yield Apps(*map(stack.enter_context, (analytics, tablet)))


@pytest.fixture
def strangers() -> list[str]:
    """Hosts that a page asked for something, other than this machine."""
    return []


def opened(
    browser: Browser, size: tuple[int, int], strangers: list[str], scheme: str = "light",
    locale: str = "ja-JP",
) -> Page:  # fmt: skip
    """A fresh page of this size that notes whom it asks."""
    viewport = ViewportSize(width=size[0], height=size[1])
    page = browser.new_page(viewport=viewport, color_scheme=scheme, locale=locale)  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE_MS)
    page.on("request", lambda asked: strangers.append(asked.url) if foreign(asked.url) else None)
    # What the headers forbid is written to the console, and asked of nobody.
    page.on("console", lambda said: strangers.append(said.text) if REFUSED in said.text else None)
    return page


def foreign(url: str) -> bool:
    """Whether an address lies outside this machine."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws"} and parts.hostname not in {
        "127.0.0.1",
        "localhost",
    }


def settled(page: Page) -> None:
    """Wait until Streamlit has drawn the page."""
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[data-testid='stSkeleton']")).to_have_count(0)
    page.wait_for_function("!document.querySelector('[data-test-script-state=running]')")


def fits(page: Page) -> None:
    """Wait until the page is no wider than its window, which takes until pictures are redrawn."""
    page.wait_for_function(
        "(() => { const main = document.querySelector('[data-testid=stMain]') ||"
        " document.documentElement; return main.scrollWidth <= main.clientWidth; })()"
    )


@pytest.mark.parametrize("name", PAGES)
def test_every_analytics_page_fits_and_asks_nobody_outside(
    apps: Apps, browser: Browser, strangers: list[str], name: str
) -> None:
    """No page fails, scrolls sideways from a phone to a desk, or needs another machine."""
    page = opened(browser, PHONE, strangers)
    page.goto(f"{apps.analytics}/{name}?lang=en")
    settled(page)
    expect(page.locator("[data-testid='stException']")).to_have_count(0)

    for width, height in (PHONE, WIDE_TABLET, DESK):
        page.set_viewport_size(ViewportSize(width=width, height=height))
        fits(page)
    assert strangers == []
    page.close()


@pytest.mark.parametrize(
    ("locale", "language"), [("en-GB", "en"), ("ja-JP", "ja"), ("fr-FR", "ja")]
)
def test_the_apps_open_in_the_language_of_the_browser(
    apps: Apps, browser: Browser, strangers: list[str], locale: str, language: str
) -> None:
    """Japanese where it asks for neither; an address that names a language goes first."""
    page = opened(browser, DESK, strangers, locale=locale)
    title = catalogue(language)["today.title"]
    page.goto(apps.analytics)
    expect(page.locator("h1")).to_have_text(title)
    page.goto(f"{apps.analytics}/?lang=ja")
    expect(page.locator("h1")).to_have_text(catalogue("ja")["today.title"])
    page.close()


def test_neither_app_is_framed_or_answers_to_a_foreign_name(apps: Apps) -> None:
    """Headers keep other pages away, as on the live page; nothing tells of the process."""
    for address in (apps.analytics, apps.tablet):
        page = requests.get(address, timeout=30)
        named = requests.get(address, headers={"Host": "evil.example"}, timeout=30)
        hosts = requests.get(f"{address}/_stcore/host-config", timeout=30).json()

        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert named.status_code == HTTPStatus.BAD_REQUEST
        assert hosts["allowedOrigins"] == ["http://localhost", "http://127.0.0.1"]
        # A dialogue of Streamlit would take the keyboard away from the touch page.
        assert hosts["blockErrorDialogs"] is (address == apps.tablet)
        metrics = requests.get(f"{address}/_stcore/metrics", timeout=30)
        assert metrics.status_code == HTTPStatus.NOT_FOUND


def test_the_language_stays_from_page_to_page(
    apps: Apps, browser: Browser, strangers: list[str]
) -> None:
    """Chosen once, English stands on the next page, and in a link that is opened anew."""
    page = opened(browser, DESK, strangers)
    page.goto(apps.analytics)
    expect(page.locator("h1")).to_have_text("今日")
    page.get_by_text("English", exact=True).click()
    expect(page.locator("h1")).to_have_text("Today")

    page.get_by_role("link", name="Models").click()
    expect(page.locator("h1")).to_have_text("Models")
    page.reload()

    expect(page.locator("h1")).to_have_text("Models")
    page.close()


def test_a_customer_picked_from_the_table_is_the_one_shown(
    apps: Apps, browser: Browser, strangers: list[str]
) -> None:
    """Searching narrows to one customer, whose picture and reasons appear."""
    page = opened(browser, DESK, strangers)
    page.goto(f"{apps.analytics}/customers?lang=en")
    settled(page)
    page.get_by_placeholder("1001").fill("1007")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Customer 1007")).to_be_visible()
    expect(page.locator("[data-testid='stVegaLiteChart'] :is(svg, canvas)").first).to_be_visible()
    page.close()


def test_dark_is_dark_and_light_is_light(
    apps: Apps, browser: Browser, strangers: list[str]
) -> None:
    """The apps follow the system's colours."""
    grounds = []
    for scheme in ("light", "dark"):
        page = opened(browser, DESK, strangers, scheme)
        page.goto(apps.analytics)
        settled(page)
        grounds.append(
            page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        )
        page.close()

    light, dark = (sum(map(int, re.findall(r"\d+", ground)[:3])) for ground in grounds)
    assert light > 600
    assert dark < 150


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_opens_anywhere(
    world: World, browser: Browser, strangers: list[str], size: tuple[int, int], scheme: str
) -> None:
    """The report alone shows every picture with words in it, fits, and asks nobody."""
    page = opened(browser, size, strangers, scheme)
    page.goto((world.run.folder / "report.html").as_uri())

    pictures = page.locator("figure svg")
    assert pictures.count() > 12
    # Where nothing can be drawn there are words or a table instead.
    for figure in page.locator("figure").all():
        assert figure.locator("svg, .note, table").count() > 0
    for picture in pictures.all():
        box = picture.bounding_box()
        assert box
        assert box["width"] > 200
        assert picture.locator("text").count() > 0
    fits(page)
    assert strangers == []
    page.close()


def test_today_follows_calls_by_itself(
    apps: Apps, server: LiveServer, browser: Browser, strangers: list[str]
) -> None:
    """A call that begins counts without anybody's hand, and once it is over no more."""
    page = opened(browser, DESK, strangers)
    page.goto(f"{apps.analytics}/?lang=ja")
    settled(page)
    calls = page.locator("[data-testid='stMetricValue']").first
    before = int(calls.inner_text())
    call = {"call_id": "today-1", "customer_id": None, "agent_id": "agent-1"}
    server.post("start_call", call)

    expect(calls).to_have_text(str(before + 1))
    server.post("end_call", {"call_id": "today-1"})
    expect(calls).to_have_text(str(before))
    page.close()


def test_the_list_of_calls_is_saved_as_it_is_shown(
    apps: Apps, browser: Browser, strangers: list[str], tmp_path: Path
) -> None:
    """As a workbook with as many rows as there are calls, those left out, and the conditions."""
    page = opened(browser, DESK, strangers)
    page.goto(f"{apps.analytics}/call_list?lang=ja&who=all&budget=7")
    settled(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name=catalogue("ja")["export.as_xlsx"]).click()
    waited.value.save_as(tmp_path / "list.xlsx")
    book = load_workbook(tmp_path / "list.xlsx")

    assert [sheet.title for sheet in book] == ["電話リスト", "かけない方", "条件"]
    assert book["電話リスト"].max_row == 1 + 7
    page.close()


def test_an_ended_call_is_opened_and_its_words_are_saved(
    apps: Apps, server: LiveServer, browser: Browser, strangers: list[str], tmp_path: Path
) -> None:
    """With its turns in bubbles; the file has the same words."""
    call = {"call_id": "past-1", "customer_id": None, "agent_id": "agent-1"}
    turn = {
        "segment_id": "s1",
        "role": "CUSTOMER",
        "begin_ms": 0,
        "end_ms": 900,
        "text": "来月払います",
    }
    server.post("start_call", call)
    server.post("calls/past-1/segments", {"segments": [turn]})
    server.post("end_call", {"call_id": "past-1"})
    page = opened(browser, PHONE, strangers)
    page.goto(f"{apps.analytics}/calls?lang=ja&call=past-1")
    settled(page)

    expect(page.locator(".turn.customer")).to_contain_text("来月払います")
    with page.expect_download() as waited:
        page.get_by_role("button", name=catalogue("ja")["calls.save_transcript"]).click()
    waited.value.save_as(tmp_path / "call.txt")
    assert "来月払います" in (tmp_path / "call.txt").read_text(encoding="utf-8")
    page.close()
