"""A Japanese font that is there without a network, and read only where the system has none."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.live_server import LiveServer

pytestmark = pytest.mark.browser

# A font of the system without a single kanji.
LATIN = Path("/usr/share/fonts/truetype/dejavu")
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"""


@pytest.fixture
def bare_browser(browser: Browser, chromium_path: str, tmp_path: Path) -> Iterator[Browser]:
    """A browser on a system without a Japanese font."""
    if sys.platform != "linux" or not LATIN.is_dir():
        pytest.skip("the fonts of this system cannot be chosen")
    told = tmp_path / "fonts.conf"
    told.write_text(FONTS.format(fonts=LATIN, cache=tmp_path / "cache"), encoding="utf-8")
    bare = browser.browser_type.launch(
        executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"],
        env=os.environ | {"FONTCONFIG_FILE": str(told)},
    )  # fmt: skip
    yield bare
    bare.close()


def fonts_of(page: Page, url: str) -> list[str]:
    """Open a page; return the names of the fonts that it reads."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    return [one.rpartition("/")[2] for one in asked if one.endswith(".woff2")]


def test_a_system_without_japanese_has_our_font_and_others_read_none(
    bare_browser: Browser, browser: Browser, server: LiveServer
) -> None:
    """One file, from our own server."""
    bare = bare_browser.new_page(locale="ja-JP")

    assert fonts_of(bare, server.url) == ["noto-sans-jp-japanese-400-normal.woff2"]
    assert bare.evaluate("document.fonts.check('14px \"callrisk Japanese\"', '支払')")
    assert fonts_of(browser.new_page(locale="ja-JP"), server.url) == []
