"""Faults while an agent works on the tablet: python benchmarks/tablet.py [--faults 200]

A note and two presses are made during each fault: the server is killed, the answer is lost, the
network stalls or is away, the call ends between two words, Streamlit is killed. Counted is what the
server lacks or has twice afterwards. Then turns are said, and measured is how long after the
server's answer each stands on the screen.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import sync_playwright

import tests_on_path  # noqa: F401
from conftest import QUIET
from harness.live_server import LiveServer, small_sample_in
from harness.ports import free_port
from harness.spoken_calls import say
from harness.tablet import (
    AGENT,
    FRAME,
    Tablet,
    end_while_typing,
    kill_streamlit,
    kill_the_server,
    leave_the_network,
    lose_the_answer,
    missing_after,
    opened_tablet,
    stall_the_network,
    tablet_app,
)
from screens import chromium

# What takes long comes once, what is quick three times.
_QUICK = (lose_the_answer, leave_the_network, end_while_typing)
_ROUND = (*_QUICK, kill_the_server, *_QUICK, kill_streamlit, *_QUICK, stall_the_network)
_LONGEST_MS = 500
_WATCH = """() => {
  window.seenAt = {};
  const look = () => { for (const { dataset } of document.querySelectorAll('[data-segment-id]'))
    window.seenAt[dataset.segmentId] ??= Date.now(); };
  new MutationObserver(() => requestAnimationFrame(look))
    .observe(document.getElementById('turns'), { childList: true });
}"""


def main() -> int:
    """Print what was lost and how long turns took; 1 if anything was, or they took too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--turns", type=int, default=100)
    options = parser.parse_args()
    with opened() as tablet:
        lost = [
            one for fault in islice(cycle(_ROUND), options.faults)
            for one in _told(tablet, fault)
        ]  # fmt: skip
        print(f"{options.faults} faults, lost or doubled in {len(lost)}")
        late = float(np.quantile(_delays_ms(tablet, options.turns), 0.95))
    print(f"{options.turns} turns, 95 % on the screen {late:.0f} ms after the server's answer")
    return int(bool(lost) or late > _LONGEST_MS)


@contextmanager
def opened() -> Iterator[Tablet]:
    """A tablet over a server with a model."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        sample = small_sample_in(Path(folder) / "sample")
        root = Path(folder) / "live"
        root.mkdir()
        server = LiveServer(sample.copy_to(root), free_port())
        sample.serve(root, "20260101-000000-000001", "demonstrated")
        server.start()
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=[*QUIET, "--no-sandbox"]
        )
        try:
            with tablet_app(server) as app:
                yield opened_tablet(browser, app, server)
        finally:
            browser.close()
            server.stop()


def _told(tablet: Tablet, fault) -> list[str]:  # type: ignore[no-untyped-def]
    began = time.monotonic()
    missing = missing_after(tablet, fault)
    print(f"{fault.__name__}: {time.monotonic() - began:.1f} s {missing or ''}", flush=True)
    return missing


def _delays_ms(tablet: Tablet, turns: int) -> list[float]:
    """Return how long after the server's answer each turn was drawn."""
    call_id = "said"
    start = {"call_id": call_id, "customer_id": "1001", "agent_id": AGENT}
    tablet.server.post("start_call", start)
    tablet.open_call(call_id)
    tablet.touch.locator("body").evaluate(_WATCH)
    answered = {}
    for number in range(turns):
        name = f"t{number}"
        say(tablet.server, call_id, name, "今月は少し厳しいかもしれません。", 3_000 * number)
        answered[name] = time.time() * 1000
        tablet.page.wait_for_timeout(150)
    tablet.page.wait_for_timeout(2000)
    frame = tablet.page.locator(FRAME).element_handle().content_frame()
    seen = frame.evaluate("() => window.seenAt")
    return [seen[name] - at for name, at in answered.items()]


if __name__ == "__main__":
    raise SystemExit(main())
