"""The pages of the analytics app by axe-core: nothing serious, in both themes and languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from harness.analytics_pages import PAGES, AnalyticsPages, analytics_pages
from harness.axe_findings import serious_findings
from harness.made_export import calls, written
from harness.small_world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def pages(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnalyticsPages]:
    """The app with something on each page."""
    with analytics_pages(world, tmp_path_factory.mktemp("画面")) as opened:
        yield opened


def test_no_page_has_a_serious_violation(pages: AnalyticsPages, browser: Browser) -> None:
    """Contrast, names, roles: on every page and view."""
    found = {}
    for name in PAGES:
        for language, theme in (("ja", "light"), ("en", "dark")):
            page = pages.opened(browser, name, language, (1280, 900), theme)
            if told := serious_findings(page):
                found[f"{name} {language}"] = told
            page.close()

    assert found == {}


def test_a_file_is_handed_in_looked_at_and_kept(
    pages: AnalyticsPages, browser: Browser, tmp_path: Path
) -> None:
    """In parts, past the 20 MB that Streamlit would take; only then it is a table."""
    rows = [row | {"備考": "あ" * 9_000} for row in calls(500)]
    path = written(tmp_path / "大きな表.csv", rows)
    assert path.stat().st_size > 20 * 2**20
    page = pages.opened(browser, "data", "ja", (1280, 900))
    page.get_by_text("ファイルを追加", exact=True).click()
    page.locator(".hand-in input[type=file]").set_input_files(path)

    expect(page.get_by_text("はまだ保存していません")).to_be_visible()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{len(rows):,}")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("この表を消す")).to_be_visible()
    page.close()
