"""Kills of all programs without a lost event: python benchmarks/chaos.py --models models

Generated calls go through a real Kinesis endpoint with 20 % of the records repeated, shuffled
within reach, 1 % poison between them, shards split and merged under load, while server and reader
are killed at random moments. Then what is stored is held against what was sent, and the final
scores against a run without any fault, and what browsers show that looked on throughout against
what the server has.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import tests_on_path  # noqa: F401
from harness import ROOT
from harness.amazon.kinesis_local import KinesisLocal
from harness.amazon.spoken import Ledger, calls, disturbed
from harness.installation import Installation, lay_out
from harness.onlookers import Onlooker, a_browser
from harness.verdict import outcome, violations, without_faults

STREAM = "chaos"
_AT_ONCE = 200
_HOPELESS = 30
_ONLOOKERS = 3


def main() -> int:
    """Print the kills, the stored calls, and every broken promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="a PostgreSQL to use instead of SQLite")
    options = parser.parse_args()
    plain = calls(options.calls, options.turns, options.seed)
    sent = disturbed(plain, options.seed)
    print(f"{options.calls} calls, {len(sent.records)} records, {sent.poison} of them poison")
    kinesis = KinesisLocal().start()
    kinesis.create_stream(STREAM, options.shards)
    with TemporaryDirectory() as folder, a_browser() as browser:
        house = Installation(
            lay_out(Path(folder), options.models.resolve()), kinesis, STREAM, options.database
        )
        house.start()
        try:
            began, onlookers = time.monotonic(), list[Onlooker]()
            rng = random.Random(options.seed)  # noqa: S311 - a storm
            for done in storm(house, sent, options.kills, rng):
                if len(onlookers) < _ONLOOKERS and done >= 20 * (len(onlookers) + 1):
                    house.wait()
                    onlookers.append(Onlooker(browser, house.url))
            quiet(house, list(plain.turns))
            found = outcome(house.database, list(plain.turns))
            unlike = [one for each in onlookers for one in each.differences(house.database)]
            print(f"{time.monotonic() - began:.0f} s, {house.ingest.deaths} deaths of the reader, "
                  f"{house.server.deaths} of the server")  # fmt: skip
        finally:
            house.stop()
            kinesis.stop()
    broken = [*violations(sent, found, without_faults(plain, options.models)), *unlike]
    turns = sum(map(len, found.turns.values()))
    print(f"{turns} turns stored, {found.quarantined} records in quarantine")
    print("\n".join(broken) or "every promise held")
    return int(bool(broken))


def storm(house: Installation, sent: Ledger, kills: int, rng: random.Random) -> Iterator[int]:
    """Write the records while programs are killed and shards split; yield the percentage done."""
    # A put that takes too long is written again, as producers do: one more way to be repeated.
    client = house.kinesis.client(patience_s=20, tries=5)
    pages = [
        sent.records[begin : begin + _AT_ONCE] for begin in range(0, len(sent.records), _AT_ONCE)
    ]
    quarter, kinesis = len(pages) // 4, house.kinesis
    reshards = {quarter: kinesis.split, 2 * quarter: kinesis.merge, 3 * quarter: kinesis.split}
    due = sorted(rng.uniform(0, len(pages)) for _ in range(kills))
    for number, page in enumerate(pages):
        if number in reshards:
            reshards[number](STREAM)
        rows = [{"Data": body, "PartitionKey": key} for key, body in page]
        while rows:
            found = client.put_records(StreamName=STREAM, Records=rows)
            rows = [
                row for row, one in zip(rows, found["Records"], strict=True) if "ErrorCode" in one
            ]
        while due and due[0] <= number + 1:
            due.pop(0)
            time.sleep(rng.uniform(0, 2))
            kill_one(house, rng)
        revive(house)
        yield 100 * (number + 1) // len(pages)


def kill_one(house: Installation, rng: random.Random) -> None:
    """Kill one program, or both."""
    programs = rng.choice(((house.ingest,), (house.server,), (house.ingest, house.server)))
    for program in programs:
        if not program.is_dead():
            program.kill()


def revive(house: Installation) -> None:
    """Restart dead programs, as a supervisor would."""
    house.ingest.revive()
    house.server.revive()


def quiet(house: Installation, call_ids: list[str]) -> None:
    """Wait until every call is closed, or nothing changes any more."""
    before, still = -1, 0
    while still < _HOPELESS:
        revive(house)
        time.sleep(2)
        left = sum(score is None for score in outcome(house.database, call_ids).scores.values())
        if left == 0:
            time.sleep(5)
            return
        still = still + 1 if left == before else 0
        before = left


if __name__ == "__main__":
    sys.exit(main())
