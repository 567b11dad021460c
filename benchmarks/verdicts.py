"""Verdicts of the pipeline on samples with known truth: python benchmarks/verdicts.py [--seeds N]

For each seed: the verdict, AUC and Brier skill beside the truth, and how scores spread and rank.
"""

import argparse
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from callrisk.domain.language import packaged
from callrisk.pipeline.phases import Run, RunRequest, run
from callrisk.sample.__main__ import main as make_sample
from callrisk.settings import load

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_SEED = 20261122


def main() -> int:
    """Print one line per seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=11, help="how many, the default seed first")
    parser.add_argument("--auc", default="0.85", help="of the truth; 0.5 = nothing to learn")
    parser.add_argument("--customers", type=int, default=339)
    options = parser.parse_args()
    print("seed verdict AUC [low, high] Brier-skill [low, high] high/medium/low rank-with-truth s")
    for seed in [DEFAULT_SEED, *range(1, options.seeds)]:
        with tempfile.TemporaryDirectory() as folder:
            print(judged(Path(folder), seed, options.auc, options.customers), flush=True)
    return 0


def judged(folder: Path, seed: int, auc: str, customers: int) -> str:
    """Make a sample, run the pipeline on it, and return the comparison as one line."""
    calls = round(customers * 1058 / 339)
    options = {"--out": folder, "--seed": seed, "--auc": auc, "--customers": customers}
    options |= {"--calls": calls, "--truth": folder / "truth.json", "--format": "csv"}
    make_sample([str(part) for pair in options.items() for part in pair])
    began = time.perf_counter()
    done = trained(folder)
    seconds = time.perf_counter() - began
    evaluation = done.evaluation
    spread = "/".join(str(band.customers) for band in evaluation.bands)
    area, skill = evaluation.auc, evaluation.brier_skill
    return (
        f"{seed} {evaluation.verdict} {area.value:.3f} [{area.low:.3f}, {area.high:.3f}] "
        f"{skill.value:+.3f} [{skill.low:+.3f}, {skill.high:+.3f}] "
        f"{spread} {ranks(done, folder):.2f} {seconds:.0f}"
    )


def trained(folder: Path) -> Run:
    """Return the result of the quick pipeline on the sample of a folder."""
    tables = {path.name.startswith("顧客"): path for path in folder.glob("*.csv")}
    request = RunRequest(
        data=tables[False], customers=tables[True], output=folder / "output",
        models=folder / "models", quick=True, demo=True, now=datetime.now(UTC),
        language=packaged(),
    )  # fmt: skip
    return run(load(ROOT), request, lambda _phase, _share: None)


def ranks(done: Run, folder: Path) -> float:
    """Return the rank correlation of out-of-fold and true probabilities over customers."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["customers"]
    lines = (done.folder / "risk_scores.csv").read_text(encoding="utf-8-sig").splitlines()
    header = lines[0].split(",")
    who, what = header.index("customer_id"), header.index("probability")
    rows = [line.split(",") for line in lines[1:]]
    pairs = np.array([[float(row[what]), truth[row[who]]["log_odds"]] for row in rows])
    order = np.argsort(np.argsort(pairs, axis=0), axis=0)
    return float(np.corrcoef(order.T)[0, 1])


if __name__ == "__main__":
    sys.exit(main())
