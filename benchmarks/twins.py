"""Effect of planted twins on the evaluation: python benchmarks/twins.py [--seeds 5]

Each seed trains twice: on a sample as it is, and after every fifth of its independent customers was
written down a second time under a new record number with the same calls, as real exports do. A
model that splits by record number gains from that; ours must not, and an alarm must be raised.
"""

import argparse
import csv
import sys
import tempfile
from pathlib import Path

import numpy as np

import tests_on_path  # noqa: F401
from callrisk.domain.language import packaged
from callrisk.pipeline import model_training
from callrisk.pipeline.evaluation import QuickEvaluation, verdict_only
from callrisk.pipeline.plan import Plan
from callrisk.settings import load
from harness import ROOT
from harness.samples import dataset_of, make, tables_in

CUSTOMERS, SHARE = 339, 5


def main() -> int:
    """Print both AUCs and the alarm for each seed, and the mean difference with its error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    differences, alarmed = [], 0
    for seed in range(1, options.seeds + 1):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make(folder, seed, 0.85, CUSTOMERS)
            export, customers = tables_in(folder)
            bare = judged(export, customers)
            plant_twins(export, customers)
            twins = judged(export, customers)
        raised = any(alarm.code == "duplicate_calls" for alarm in twins.verdict.alarms)
        before, after = bare.measured.auc, twins.measured.auc
        differences.append(after.value - before.value)
        alarmed += raised
        print(
            f"seed {seed}: AUC {before.value:.3f} [{before.low:.3f}, {before.high:.3f}] without, "
            f"{after.value:.3f} with planted twins; groups {bare.measured.groups} and "
            f"{twins.measured.groups}; alarm {'raised' if raised else 'MISSING'}",
            flush=True,
        )
    noise = ""
    if len(differences) > 1:
        error = 2 * float(np.std(differences, ddof=1)) / len(differences) ** 0.5
        noise = f" (noise {error:.4f})"
    print(f"mean difference {np.mean(differences):+.4f}{noise}, alarms {alarmed}")
    return int(alarmed < options.seeds)


def judged(export: Path, customers: Path) -> QuickEvaluation:
    """Return the evaluation of a quick training."""
    settings = load(ROOT)
    dataset = dataset_of(settings, export, customers)
    plan = Plan(trees=100, deepest=6, learning_rate=0.05, seed=42, quick=True)
    served = model_training.Served(
        "twins", settings.thresholds, settings.customer_fields, True, packaged().version
    )
    trained = model_training.train(dataset, plan, served, lambda _share: None)
    return verdict_only(dataset, trained, plan)


def plant_twins(export: Path, customers: Path) -> None:
    """Write every fifth customer a second time under another number, with the same calls."""
    for path in (export, customers):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        number = header.index("レコード番号")
        twins = []
        for row in rows:
            if int(row[number]) % SHARE == 0:
                twin = list(row)
                twin[number] = str(int(row[number]) + 100_000)
                twins.append(twin)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows, *twins])


if __name__ == "__main__":
    sys.exit(main())
