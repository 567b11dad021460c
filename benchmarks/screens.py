"""Pictures of every state: python benchmarks/screens.py [--out docs/screens] [--only NAME …]

Each state of the live page and of the pages around it is made on servers of its own and shown at
the size of a desk, a tablet and a phone, light or dark, in Japanese or English, and some in the
forced colours of the system.
"""

import argparse
import os
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

import tests_on_path  # noqa: F401
from conftest import BROWSERS, QUIET
from harness import ROOT
from harness.live_server import LiveServer, small_sample_in
from harness.page_states import Look, Stage, State
from harness.ports import free_port
from harness.touch_states import with_touch

SIZES = {
    "desk": ViewportSize(width=1440, height=900),
    "tablet": ViewportSize(width=768, height=1024),
    "phone": ViewportSize(width=390, height=844),
}
# Each size, theme and language at least once; axe (test_axe.py) has every state in all four.
_LOOKS = (
    ("desk", "light", "ja"), ("desk", "dark", "en"), ("tablet", "light", "ja"),
    ("phone", "dark", "ja"), ("desk", "forced", "ja"),
)  # fmt: skip
# Shades that nobody tells apart weigh half of a picture: those of the middle, from letters and
# drawings, are rounded; the pale and the dark ones of backgrounds stay.
_DARK, _PALE, _STEP = 40, 230, 16
_SHADES = [c if c < _DARK or c > _PALE else c | (_STEP - 1) for c in range(256)]
# States with everything that colour alone could say.
_FORCED = {"high", "why-moved", "server-lost"}


def main() -> int:
    """Write the pictures, one a state, size and theme."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=[*QUIET, "--no-sandbox"]
        )
        for state in _states(Path(folder)):
            if not options.only or state.name in options.only:
                _draw(browser, state, options.out)
        browser.close()
    return 0


def chromium() -> str:
    named = os.environ.get("CALLRISK_CHROMIUM", "")
    return named or next(filter(None, map(shutil.which, BROWSERS)))


def _states(folder: Path) -> Iterator[State]:
    sample = small_sample_in(folder / "sample")
    live = LiveServer(sample.copy_to(_made(folder / "live")), free_port())
    live.start()
    try:
        yield from with_touch(Stage(live, sample, _made(folder / "login")).states())
    finally:
        live.stop()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _draw(browser: Browser, state: State, out: Path) -> None:
    for size, theme, language in _LOOKS:
        if theme == "forced" and state.name not in _FORCED:
            continue
        locale = {"ja": "ja-JP", "en": "en-GB"}[language]
        with state.shown(browser, Look(SIZES[size], theme, locale)) as page:
            for tab in _tabs(page, state):
                name = "-".join(filter(None, (state.name, size, tab, theme, language)))
                save_picture(page.screenshot(animations="disabled"), out / f"{name}.webp")
                print(name)


def _tabs(page: Page, state: State) -> Iterator[str]:
    """Show one tab of a phone after the other, in two states; else only what is shown."""
    yield ""
    if state.name in ("high", "ended") and page.get_by_test_id("tab-why").is_visible():
        for tab in ("why", "record"):
            page.get_by_test_id(f"tab-{tab}").click()
            yield tab


def save_picture(picture: bytes, path: Path) -> None:
    """Write a picture in few colours."""
    with Image.open(BytesIO(picture)) as image:
        shades = image.convert("RGB").point(_SHADES * 3)
        shades.save(path, lossless=True, quality=100, method=6)


if __name__ == "__main__":
    raise SystemExit(main())
