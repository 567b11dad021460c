"""A page that is open for a shift: its memory does not grow, and how jumps on it are summed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize

from harness.live_server import LiveServer
from harness.page_traffic import PageTraffic, cumulative_shift, worst_window

pytestmark = pytest.mark.browser

# Collections of a few MB end by some percent apart.
MOST_GROWTH = 0.1
# Compiled code fills the heap for the first minutes and would hide what the page itself keeps.
UNCOMPILED = "--js-flags=--no-opt --no-sparkplug --no-maglev"
# What web.dev calls good is 0.1.
MOST_SHIFT = 0.05
DESK = ViewportSize(width=1440, height=900)


@pytest.fixture
def uncompiled(browser: Browser, chromium_path: str) -> Iterator[Browser]:
    """A browser that interprets scripts and compiles none of them."""
    plain = browser.browser_type.launch(
        executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu", UNCOMPILED]
    )
    yield plain
    plain.close()


@pytest.mark.slow
def test_memory_stays_while_two_hundred_calls_come_and_go(
    uncompiled: Browser, server: LiveServer
) -> None:
    """Of four parts the first warms up; benchmarks/page_memory.py plays thirty minutes."""
    context = uncompiled.new_context(viewport=DESK, locale="ja-JP")
    traffic = PageTraffic(context.new_page(), server)
    for _ in range(4):
        events = traffic.play(minutes=1, frames=4)
    print(f"{events} events, heaps {traffic.heaps}, nodes {traffic.nodes}")
    context.close()

    assert traffic.heaps[-1] < (1 + MOST_GROWTH) * traffic.heaps[1]


def test_nothing_jumps_while_two_hundred_calls_move(browser: Browser, server: LiveServer) -> None:
    """At eightfold speed, with a call that ends and another one that is opened meanwhile."""
    context = browser.new_context(viewport=DESK, locale="ja-JP")
    traffic = PageTraffic(context.new_page(), server)
    for _ in range(2):
        traffic.play(minutes=0.8, speed=8)
    shifts = traffic.shifts()
    context.close()

    print(f"shift {cumulative_shift(shifts):.4f}: {worst_window(shifts)}")
    assert cumulative_shift(shifts) < MOST_SHIFT


def test_shifts_are_summed_as_the_measure_is_defined() -> None:
    """By windows of five seconds that a pause of one ends; the worst counts."""
    steady = [(400.0 * number, 0.01, "") for number in range(40)]

    assert cumulative_shift([]) == 0.0
    assert cumulative_shift([(0, 0.02, ""), (900, 0.02, ""), (2_000, 0.03, "")]) == 0.04
    assert cumulative_shift(steady) == pytest.approx(0.13)
