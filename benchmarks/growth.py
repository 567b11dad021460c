"""Growth of the cost of a turn: python benchmarks/growth.py [--picture FILE.png]

`throughput.py` is run with more and more calls, then with more and more wallboards. Printed is a
row for each run: the processor time of the server for a turn, and the times to its socket.
"""

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import altair as alt

_THROUGHPUT = Path(__file__).parent / "throughput.py"
_SERVER = re.compile(r"processor a turn: server ([\d.]+) ms")
_TIMES = re.compile(r"p50 (\d+) ms, p99 (\d+) ms")
_USUAL_CALLS, _USUAL_BOARDS = 400, 20


@dataclass(frozen=True, slots=True)
class Point:
    """One run: how many calls and wallboards, and what a turn cost."""

    calls: int
    wallboards: int
    server_ms: float
    p50_ms: int
    p99_ms: int


def main() -> int:
    """Print a row for each run, and draw them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, nargs="*", default=[100, 400, 1_000, 2_000])
    parser.add_argument("--wallboards", type=int, nargs="*", default=[1, 20, 100, 200])
    parser.add_argument("--rate", default="40")
    parser.add_argument("--seconds", default="15")
    parser.add_argument("--models", default="models")
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    runs = [(calls, _USUAL_BOARDS) for calls in options.calls]
    runs += [(_USUAL_CALLS, boards) for boards in options.wallboards]
    points = [measured(*run, options) for run in dict.fromkeys(runs)]
    if options.picture is not None:
        draw(points, options.picture)
    return 0


def measured(calls: int, boards: int, options: argparse.Namespace) -> Point:
    """Return what a turn costs with so many calls and wallboards."""
    command = [
        sys.executable, str(_THROUGHPUT), "--calls", str(calls), "--wallboards", str(boards),
        "--rate", options.rate, "--seconds", options.seconds, "--models", options.models,
    ]  # fmt: skip
    told = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    server, times = _SERVER.search(told.stdout), _TIMES.search(told.stdout)
    if server is None or times is None:
        raise RuntimeError(told.stdout + told.stderr)
    point = Point(calls, boards, float(server[1]), int(times[1]), int(times[2]))
    print(
        f"{calls:5d} calls, {boards:3d} wallboards: {point.server_ms:5.2f} ms of processor a turn; "
        f"p50 {point.p50_ms} ms, p99 {point.p99_ms} ms", flush=True,
    )  # fmt: skip
    return point


def draw(points: list[Point], picture: Path) -> None:
    """Draw the processor time of a turn over the calls, and over the wallboards."""
    panels = [
        _panel([one for one in points if one.wallboards == _USUAL_BOARDS], "calls"),
        _panel([one for one in points if one.calls == _USUAL_CALLS], "wallboards"),
    ]
    alt.hconcat(*panels).resolve_scale(y="shared").save(str(picture), scale_factor=1)


def _panel(points: list[Point], over: str) -> alt.LayerChart:
    rows = [{over: getattr(one, over), "ms": one.server_ms} for one in points]
    base = alt.Chart(alt.Data(values=rows), width=240, height=160).encode(
        x=alt.X(f"{over}:Q"), y=alt.Y("ms:Q", title="ms of processor a turn")
    )
    return base.mark_line() + base.mark_point(filled=True)


if __name__ == "__main__":
    sys.exit(main())
