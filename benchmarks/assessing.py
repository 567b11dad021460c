"""Time of one assessment: python benchmarks/assessing.py [--models models]

The champion of a folder of models, and beside it an ensemble of trees alone, score rows of their
own self-test on one core: one at a time, against the bare contributions of the same members, in
turn so that the machine's mood hits both alike; then the account of a call of four statements, as
many as the calls of the sample have on average; and scores with accounts a thousand at once.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from callrisk.artifacts import champion, load_version
from callrisk.domain.evaluation import Calibration
from callrisk.model import RiskModel, Scores
from callrisk.model.fitting import Scheme, TreeParams, fit_member, without_offset
from callrisk.model.members import member_contributions, parts_of

ROOT = Path(__file__).resolve().parents[1]
ROUNDS, BATCH, STATEMENTS = 1_500, 1_000, 4


def main() -> int:
    """Print medians, 99th percentiles and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    named = champion(options.models)
    if named is None:
        print(f"error: no champion in {options.models}; train one first", file=sys.stderr)
        return 1
    model = load_version(options.models, named.version)
    stored = json.loads(
        (options.models / named.version / "self_test.json").read_text(encoding="utf-8")
    )
    x = np.array(stored["rows"], dtype=np.float64)
    fine = measure(f"champion {named.version}", model, x)
    return int(not (measure("trees alone", of_trees(model, x), x) and fine))


def measure(name: str, model: RiskModel, x: np.ndarray) -> bool:
    """Measure a model, print its times, and return True if the limits hold."""
    whole, bare = in_turn(model.assess_many, lambda row: bare_contributions(model, row), x)
    scored = model.assess_many(x[:1])
    accounts, _ = in_turn(lambda row: account(model, scored, row), lambda _row: None, x)
    many = np.repeat(x, BATCH // len(x) + 1, axis=0)[:BATCH]
    began = time.perf_counter()
    account(model, model.assess_many(many), many)
    batch = 1000 * (time.perf_counter() - began)
    ratio = float(np.median(whole) / np.median(bare))
    trees = sum(parts_of(member)[0] is not None for member in model.members)
    print(
        f"{name}: {len(model.members)} members, {trees} with trees\n"
        f"  one assessment p50 {np.median(whole):.2f} ms (< 3), p99 {np.percentile(whole, 99):.2f} "
        f"ms (< 8)\n  bare contributions p50 {np.median(bare):.2f} ms, ratio {ratio:.2f} (<= 1.5)\n"
        f"  account p50 {np.median(accounts):.2f} ms, p99 {np.percentile(accounts, 99):.2f} ms\n"
        f"  {BATCH} scores and accounts in a batch {batch:.0f} ms (< 500)"
    )
    return ratio <= 1.5 and batch < 500  # noqa: PLR2004 - the limits that are printed


def in_turn(
    one: Callable[[np.ndarray], object], other: Callable[[np.ndarray], object], x: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the milliseconds of both functions, measured in turn after a warm-up."""
    spent = np.zeros((2, ROUNDS))
    for number in range(-100, ROUNDS):
        row = x[number % len(x)][None, :]
        for place, work in enumerate((one, other)):
            began = time.perf_counter()
            work(row)
            if number >= 0:
                spent[place, number] = 1000 * (time.perf_counter() - began)
    return spent[0], spent[1]


def account(model: RiskModel, scores: Scores, x: np.ndarray) -> None:
    """Make the accounts of rows, each of a call of some statements, all worked out at once."""
    points = model.said_points(np.repeat(x, STATEMENTS, axis=0))
    model.accounts(scores, points.reshape(len(x), STATEMENTS))


def bare_contributions(model: RiskModel, row: np.ndarray) -> None:
    """Return XGBoost's contributions of the same members, one call each."""
    for member in model.members:
        member_contributions([member], row)


def of_trees(model: RiskModel, x: np.ndarray) -> RiskModel:
    """Return the model with boosters in place of every member, fitted to its own predictions."""
    rng = np.random.default_rng(1)
    rows = x[rng.integers(len(x), size=400)]
    rows = rows + rng.normal(size=rows.shape) * np.nan_to_num(np.nanstd(x, axis=0), nan=0.0)
    y = (rng.random(400) < 0.3).astype(np.float64)  # noqa: PLR2004 - any labels make trees
    columns = tuple(range(x.shape[1]))
    said = tuple(column in model.said for column in columns)
    scheme = Scheme(columns, (0,) * len(columns), 0, said)
    members = tuple(
        fit_member(without_offset(y, rows, np.ones(400)), TreeParams(100, 1, 0.05),
                   replace(scheme, seed=number))
        for number in range(len(model.members))
    )  # fmt: skip
    return replace(model, members=members, calibration=Calibration(1.0, 0.0))


if __name__ == "__main__":
    sys.exit(main())
