"""Accessibility by axe-core: no violation in any state, light in Japanese and dark in English."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from harness import ROOT
from harness.live_server import LiveServer, SmallSample
from harness.page_states import Look, Stage, State
from harness.ports import free_port
from harness.touch_states import with_touch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SIZE = ViewportSize(width=1280, height=720)
PHONE = ViewportSize(width=390, height=844)
# Each theme and each language once; `Look` knows all four.
LOOKS = [Look(SIZE, "light", "ja-JP"), Look(SIZE, "dark", "en-GB")]
# Each tab of a phone shows other parts.
ON_A_PHONE = {"high", "ended"}

RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}"""


@pytest.fixture
def stage(small_sample: SmallSample, tmp_path: Path) -> Iterator[Stage]:
    """A live server without a model and without calls, and room for another server."""
    live = LiveServer(small_sample.copy_to(_made(tmp_path / "live")), free_port())
    live.start()
    yield Stage(live, small_sample, _made(tmp_path / "login"))
    live.stop()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def violations(page: Page) -> list[str]:
    """Return what axe finds on the page as it is."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    return found


def looks_of(state: State) -> list[Look]:
    """The looks in which a state is examined."""
    return [*LOOKS, *([Look(PHONE)] if state.name in ON_A_PHONE else [])]


def test_no_state_has_a_violation(stage: Stage, browser: Browser) -> None:
    """Contrast, names, roles, focus: in every state, theme and language."""
    found: dict[str, Any] = {}
    names = []
    for state in with_touch(stage.states()):
        names.append(state.name)
        for look in looks_of(state):
            with state.shown(browser, look) as page:
                if faults := violations(page):
                    found[f"{state.name} {look.theme} {look.locale}"] = faults
                for tab in ("tab-why", "tab-record") if look.size == PHONE else ():
                    page.get_by_test_id(tab).click()
                    if faults := violations(page):
                        found[f"{state.name} {tab}"] = faults

    assert found == {}
    assert len(names) == len(set(names)) > 20
