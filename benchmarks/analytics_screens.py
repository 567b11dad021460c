"""Pictures of the analytics app: python benchmarks/analytics_screens.py [--only NAME …] [--out …]

Today, Call list, Calls, Customers and Data with something on each, at a desk in both languages.
What axe-core finds serious is printed.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

import tests_on_path  # noqa: F401
from conftest import QUIET
from harness import ROOT
from harness.analytics_pages import PAGES, analytics_pages
from harness.axe_findings import serious_findings
from harness.small_world import small_world
from screens import SIZES, chromium, save_picture

_LOOKS = (("desk", "light", "ja"), ("desk", "light", "en"))
_HIGHEST = 2_600


def main() -> int:
    """Write the pictures, one a page, size, theme and language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--only", nargs="*", default=list(PAGES))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=[*QUIET, "--no-sandbox"]
        )
        world = small_world(Path(folder) / "world")
        with analytics_pages(world, Path(folder)) as pages:
            for name in options.only:
                for size, theme, language in _LOOKS:
                    where = SIZES[size]["width"], SIZES[size]["height"]
                    page = pages.opened(browser, name, language, where, theme)
                    told = f"analytics-{name}-{size}-{theme}-{language}"
                    save_picture(_whole(page), options.out / f"{told}.webp")
                    print(told, *serious_findings(page), sep="\n  ")
                    page.close()
        browser.close()
    return 0


def _whole(page: Page) -> bytes:
    """Return the picture of all that a person can scroll to, up to a limit."""
    height = int(page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight"))
    width = int(page.evaluate("innerWidth"))
    page.set_viewport_size({"width": width, "height": min(max(height, 600), _HIGHEST)})
    page.wait_for_timeout(900)
    return page.screenshot(animations="disabled")


if __name__ == "__main__":
    raise SystemExit(main())
