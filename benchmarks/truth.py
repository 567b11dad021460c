"""Distance of the model from the true risks: python benchmarks/truth.py [--seeds 20]

For samples of 5,000 customers whose true risk ranks their labels with AUC 0.80: the out-of-fold AUC
over customers beside that of the true risk on the same customers, and the calibration slope.
"""

import argparse
import sys
import time

import numpy as np

import tests_on_path  # noqa: F401
from callrisk.pipeline.plan import Plan, recipe_of
from callrisk.pipeline.skill.measures import labelled_customers, measured
from callrisk.pipeline.skill.statistics import auc
from callrisk.pipeline.training.ensemble import fit_ensemble
from callrisk.settings import load
from harness import ROOT
from harness.samples import sample_dataset, truth_of

LARGEST_GAP, SLOPES = 0.02, (0.9, 1.1)


def main() -> int:
    """Print a line per seed, then the means beside their limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--auc", type=float, default=0.80)
    options = parser.parse_args()
    found = []
    print("seed  truth  model    gap  slope  seconds")
    for seed in range(options.first, options.first + options.seeds):
        began = time.perf_counter()
        true, own, slope = compared(seed, options.auc, options.customers)
        found.append((true - own, slope))
        seconds = time.perf_counter() - began
        print(
            f"{seed:4d}  {true:.4f} {own:.4f} {true - own:+.4f} {slope:.3f} {seconds:4.0f}",
            flush=True,
        )
    gap, slope = np.mean(found, axis=0)
    print(f"mean gap {gap:.4f} (at most {LARGEST_GAP}); mean slope {slope:.3f} (within {SLOPES})")
    return int(gap > LARGEST_GAP or not SLOPES[0] <= slope <= SLOPES[1])


def compared(seed: int, wished: float, customers: int) -> tuple[float, float, float]:
    """Return the AUC of truth and model over the same customers, and the calibration slope."""
    dataset, truth = sample_dataset(seed, wished, customers)
    params = load(ROOT).model_params
    plan = Plan(
        params.n_estimators, params.max_depth, params.learning_rate, params.random_state, False
    )
    ensemble = fit_ensemble(dataset, recipe_of(dataset, plan), lambda _share: None)
    people = labelled_customers(dataset, ensemble, plan.seed)
    found = measured(dataset, ensemble, people)
    true = auc(people.y, truth_of(dataset, people.row, truth), np.ones((1, len(people.y))))
    return float(true[0]), found.auc.value, found.calibration.slope


if __name__ == "__main__":
    sys.exit(main())
