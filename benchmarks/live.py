"""Delay from speech to screen under load: python benchmarks/live.py [--calls 300] [--minutes 10]

Recorded calls are replayed into a real Kinesis endpoint, so many at once and at any speed, while
server, reader and a headless Chromium with the live page run on the same machine. Printed are the
times from the put of a record to the paint of its turn, and to the paint of the first score that
counts it; processor time, memory and lag; and beside it what reading the same stream costs alone.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from playwright.sync_api import Page

import tests_on_path  # noqa: F401
from callrisk.integrations.recordings import Recording, recordings
from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from callrisk.wire.health import HealthAnswer
from harness import ROOT
from harness.amazon.kinesis_local import KinesisLocal
from harness.installation import Installation, lay_out
from harness.key_rings import KEYS
from harness.live_load import STREAM, Load, finals, quantile, send
from harness.onlookers import a_browser

# From put to paint, in seconds: median and tail of a turn, tail of a score.
_TURN_P50, _TURN_P99, _SCORE_P99 = 0.3, 1.0, 1.5
_RENEW_EVERY_S, _MOST_RENEWALS = 15.0, 60
# Memory may grow by so much after the calls that ended first have been let go, in a soak.
_MOST_GROWTH, _WARM_UP_S, _SOAK_S = 0.05, 900.0, 2_700.0
_OURS = ("server", "ingest", "chromium")
# What a page shows of a call that it has just opened was not painted as it was said.
_SETTLED_S = 1.0
# Turns and scores with the moment just after the frame that shows them.
_WATCH = """
window.painted = {turns: {}, scores: []};
let opened = Date.now() / 1000;
const after = (then) => requestAnimationFrame(() => setTimeout(() => then(Date.now() / 1000)));
new MutationObserver(() => {
  const finished = "#turns [data-segment-id]:not([data-provisional])";
  for (const node of document.querySelectorAll(finished)) {
    const id = node.dataset.segmentId;
    if (id in window.painted.turns) continue;
    const turn = {at: 0, opened};
    window.painted.turns[id] = turn;
    after((now) => { turn.at = now; });
  }
  const seq = Number(document.getElementById("score-card").dataset.seq);
  const last = window.painted.scores.at(-1);
  if (seq && last?.seq !== seq) {
    const score = {seq, at: 0, opened};
    window.painted.scores.push(score);
    after((now) => { score.at = now; });
  }
}).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
// An agent takes the next call when one is over.
setInterval(() => {
  const others = document.querySelectorAll("#active-calls button");
  if (document.getElementById("summary").hidden || others.length === 0) return;
  others[Math.floor(others.length * Math.random())].click();
  opened = Date.now() / 1000;
}, 1000);
"""


def main() -> int:
    """Print the figures; return 1 when a limit of the live path is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--recordings", type=Path, default=ROOT / "data" / "raw" / "recorded_calls")
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--pages", type=int, default=1)
    options = parser.parse_args()
    found = recordings(options.recordings)
    if not found:
        print(f"error: no recorded calls in {options.recordings}", file=sys.stderr)
        return 1
    kinesis = KinesisLocal().start()
    kinesis.create_stream(STREAM, options.shards)
    with TemporaryDirectory() as folder, a_browser() as browser:
        house = Installation(lay_out(Path(folder), options.models.resolve()), kinesis, STREAM)
        house.start()
        try:
            return measure(
                house, options, found, [browser.new_page() for _ in range(options.pages)]
            )
        finally:
            house.stop()
            kinesis.stop()


def measure(
    house: Installation, options: argparse.Namespace, found: Sequence[Recording],
    pages: Sequence[Page],
) -> int:  # fmt: skip
    """Run the load and print its figures."""
    load, until = Load(), time.time() + options.minutes * 60
    sending = threading.Thread(target=send, args=(house.kinesis, options, found, load, until))
    sending.start()
    threading.Thread(target=renew, args=(house.kinesis, until), daemon=True).start()
    time.sleep(5)
    for number, page in enumerate(pages):
        page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {_WATCH} }})")
        page.goto(f"{house.url}/#call=live-{number}")
    samples = watch(house, sending, pages)
    painted = [page.evaluate("window.painted") for page in pages]
    return report(house, load, samples, painted)


def renew(kinesis: KinesisLocal, until: float) -> None:
    """Replace full shards, which would slow the test endpoint instead of the product."""
    pause = max(_RENEW_EVERY_S, (until - time.time()) / _MOST_RENEWALS)
    while time.time() + pause < until:
        time.sleep(pause)
        kinesis.renew(STREAM)


@dataclass
class Sample:
    """Memory, processor time and backlog of the programs at one moment."""

    at: float
    cpu_s: dict[str, float]
    rss_mb: dict[str, float]
    behind_s: float
    active: int


def watch(house: Installation, sending: threading.Thread, pages: Sequence[Page]) -> list[Sample]:
    """Return samples of the programs, one every ten seconds until the load ends."""
    samples = [sample(house)]
    while sending.is_alive():
        for _ in range(20):
            pages[0].wait_for_timeout(500)
        samples.append(sample(house))
        last = samples[-1]
        memory = ", ".join(f"{name} {mb:.0f} MB" for name, mb in last.rss_mb.items())
        print(f"{last.at - samples[0].at:5.0f} s  {last.active} calls, "
              f"{last.behind_s:.0f} s behind, {memory}", flush=True)  # fmt: skip
    pages[0].wait_for_timeout(5_000)
    return samples


def sample(house: Installation) -> Sample:
    """Return one sample."""
    programs = {"server": house.server.process, "ingest": house.ingest.process,
                "kinesis": house.kinesis._process}  # fmt: skip
    seen = {name: [psutil.Process(one.pid)] for name, one in programs.items() if one}
    ours = psutil.Process()
    seen |= {"load": [ours], "chromium": [one for one in ours.children(recursive=True)
                                          if one.name().startswith("chrom")]}  # fmt: skip
    health = house.health()
    return Sample(
        time.time(),
        {name: sum(map(_cpu_s, some)) for name, some in seen.items()},
        {name: sum(one.memory_info().rss for one in some) / 1e6 for name, some in seen.items()},
        _behind_s(health),
        health.active_calls,
    )


def _behind_s(health: HealthAnswer) -> float:
    stream = health.checks.get("stream")
    return 0.0 if stream is None else float(stream.behind_s or 0)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def report(
    house: Installation, load: Load, samples: Sequence[Sample], painted: Sequence[dict[str, Any]]
) -> int:
    """Print everything; return 1 when a limit is not kept."""
    first, last = samples[0], samples[-1]
    seconds = last.at - first.at
    print(f"{load.records} records, {load.records / seconds:.0f}/s; the generator itself "
          f"p99 {1000 * quantile(load.late_s, 0.99):.0f} ms late")  # fmt: skip
    is_soak = seconds > _SOAK_S
    since_when = "after 15 min" if is_soak else "in the second half"
    grown = growth([one for one in samples if one.at - first.at > _WARM_UP_S] if is_soak
                   else samples[len(samples) // 2 :])  # fmt: skip
    for name in first.cpu_s:
        used = (last.cpu_s[name] - first.cpu_s[name]) / seconds
        print(f"  {name:8s} {100 * used:5.1f} % of a core, {last.rss_mb[name]:.0f} MB "
              f"({100 * grown[name]:+.1f} % {since_when})")  # fmt: skip
    print(f"  lag at most {max(one.behind_s for one in samples):.0f} s")
    streamed, bare = read_back(house)
    used = last.cpu_s["ingest"] - first.cpu_s["ingest"]
    print(
        f"  reading the same stream alone: {bare:.1f} s of processor, the reader used {used:.1f} s"
    )
    since = first.at + 10
    stored = stored_at(house)
    turns = {
        one: seen["at"]
        for page in painted
        for one, seen in page["turns"].items()
        if seen["at"] and load.put_at.get(one, 0) > max(since, seen["opened"] + _SETTLED_S)
    }
    every = [one for one, at in load.put_at.items() if at > since and one in stored]
    shown("put until it is at the stream", [streamed[one] - load.put_at[one] for one in every])
    shown("  until it is read, to be stored", [stored[one] - streamed[one] for one in every])
    shown("  until it is painted", [at - stored[one] for one, at in turns.items()])
    painted_s = [at - streamed[one] for one, at in turns.items()]
    shown("at the stream until painted", painted_s)
    scores = score_times(house, load, streamed, painted, since)
    shown("at the stream until its score is painted", scores)
    kept = (
        quantile(painted_s, 0.5) < _TURN_P50
        and quantile(painted_s, 0.99) < _TURN_P99
        and quantile(scores, 0.99) < _SCORE_P99
        and not (is_soak and any(grown[name] > _MOST_GROWTH for name in _OURS))
    )
    print("every limit kept" if kept else "a limit was NOT kept")
    return int(not kept)


def growth(samples: Sequence[Sample]) -> dict[str, float]:
    """Return the relative growth between the medians of the first and last tenth of the samples."""
    few = max(1, len(samples) // 10)
    return {
        name: median(one.rss_mb[name] for one in samples[-few:])
        / median(one.rss_mb[name] for one in samples[:few])
        - 1
        for name in samples[0].rss_mb
    }


def stored_at(house: Installation) -> dict[str, float]:
    """Return the times at which each turn was read and its transaction began."""
    engine = open_database(house.database, KEYS)
    queries, seq, found = Queries(engine), 0, dict[str, float]()
    while events := queries.events_after(seq, 5_000):
        for one in events:
            if one.type == "transcript_segment" and not one.payload["provisional"]:
                found.setdefault(one.payload["segment_id"], one.at.timestamp())
        seq = events[-1].seq
    engine.dispose()
    return found


def score_times(
    house: Installation, load: Load, streamed: dict[str, float],
    painted: Sequence[dict[str, Any]], since: float,
) -> list[float]:  # fmt: skip
    """Return the delay of each final turn from the stream to the paint of its score.

    A call's last score counts no turn that the one before it did not count.
    """
    engine = open_database(house.database, KEYS)
    queries, found = Queries(engine), []
    for page in painted:
        seen = {one["seq"]: one for one in page["scores"] if one["at"]}
        counted = dict[str, int]()
        for event in by_seq(queries, sorted(seen)):
            score, turns = seen[event.seq], event.payload["quality"]["turns"]
            since_opened = max(since, score["opened"] + _SETTLED_S)
            fresh = load.order.get(event.call_id, [])[counted.get(event.call_id, 0) : turns]
            counted[event.call_id] = max(turns, counted.get(event.call_id, 0))
            found += [
                score["at"] - streamed[one] for one in fresh if load.put_at[one] > since_opened
            ]
    engine.dispose()
    return found


def by_seq(queries: Queries, seqs: Iterable[int]) -> Iterator[Any]:
    """Return the events of these numbers."""
    for seq in seqs:
        for event in queries.events_after(seq - 1, 1):
            if event.seq == seq and event.type == "risk_score_update":
                yield event


def read_back(house: Installation) -> tuple[dict[str, float], float]:
    """Return the arrival of each final turn at the stream, and the CPU seconds of reading all."""
    client, found = house.kinesis.client(), dict[str, float]()
    began = time.process_time()
    for shard in house.kinesis.shards(STREAM):
        iterator = client.get_shard_iterator(
            StreamName=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        more = True
        while more:
            read = client.get_records(ShardIterator=iterator, Limit=1000)
            for one in read["Records"]:
                at = one["ApproximateArrivalTimestamp"].timestamp()
                found |= dict.fromkeys(finals(json.loads(one["Data"])), at)
            iterator, more = read.get("NextShardIterator"), bool(read["Records"])
            more = more and iterator is not None
    return found, time.process_time() - began


def shown(what: str, seconds: Sequence[float]) -> None:
    """Return median and tail of some times as text."""
    if not seconds:
        print(f"{what}: nothing was seen")
        return
    print(f"{what}: p50 {1000 * quantile(seconds, 0.5):.0f} ms, p95 "
          f"{1000 * quantile(seconds, 0.95):.0f}, p99 {1000 * quantile(seconds, 0.99):.0f}, most "
          f"{1000 * max(seconds):.0f} ({len(seconds)} seen)")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
