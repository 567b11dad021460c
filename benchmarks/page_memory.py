"""Memory and jumps of a live page over a shift: python benchmarks/page_memory.py [--minutes 30]

As many events as in thirty minutes of two hundred live calls are told to a page in Chromium, as
fast as it takes them or at a multiple of their pace (`--speed 1`), in parts of five minutes, each
with another open call. After each part the garbage is collected by force. Printed are the bytes of
the heap and the nodes after each part, and the cumulative layout shift.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import tests_on_path  # noqa: F401
from harness.live_server import LiveServer, small_sample_in
from harness.onlookers import a_browser
from harness.page_traffic import PageTraffic, cumulative_shift, worst_window
from harness.ports import free_port

_MOST_GROWTH, _MOST_SHIFT = 0.05, 0.05
_PART_MINUTES = 5.0


def main() -> int:
    """Print the figures; return 1 when memory grows or something jumps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--frames", type=int, default=4)
    parser.add_argument("--speed", type=float)
    options = parser.parse_args()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, a_browser() as browser:
        sample = small_sample_in(Path(folder) / "sample")
        root = Path(folder) / "live"
        root.mkdir()
        live = LiveServer(sample.copy_to(root), free_port())
        sample.serve(root, "20260101-000000-000001", "demonstrated")
        live.start()
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="ja-JP")
        traffic = PageTraffic(page, live)
        try:
            return _report(traffic, options)
        finally:
            live.stop()


def _report(traffic: PageTraffic, options: argparse.Namespace) -> int:
    frames, speed = options.frames, options.speed
    traffic.play(1, frames, speed)  # what is read and made once
    for part in range(round(options.minutes / _PART_MINUTES)):
        events = traffic.play(_PART_MINUTES, frames, speed)
        print(
            f"{_PART_MINUTES * (part + 1):5.0f} min {events:7d} events, heap "
            f"{traffic.heaps[-1] / 1e6:.2f} MB, {traffic.nodes[-1]} nodes", flush=True,
        )  # fmt: skip
    shifts = traffic.shifts()
    grown = traffic.heaps[-1] / traffic.heaps[1] - 1
    shift = cumulative_shift(shifts)
    print(f"heap {100 * grown:+.1f} % since the first five minutes; layout shift {shift:.4f}")
    for at_ms, value, what in worst_window(shifts):
        print(f"  {value:.4f} at {at_ms / 1000:.0f} s: {what}")
    is_kept = grown < _MOST_GROWTH and shift < _MOST_SHIFT
    print("every limit kept" if is_kept else "a limit was NOT kept")
    return int(not is_kept)


if __name__ == "__main__":
    sys.exit(main())
