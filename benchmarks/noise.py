"""False discoveries on data without signal: python benchmarks/noise.py [--runs 400] [--full]

Half of the runs shuffle the labels of the default sample among its independent customers, half
replace every fact by random numbers. Both keep calls, groups and months. The verdict is that of the
pipeline; labels are shuffled for a p-value only where the Brier skill alone would allow a verdict,
because without that the verdict is *unproven* whatever p says.
"""

import argparse
import sys
import time
from dataclasses import replace

import numpy as np

import tests_on_path  # noqa: F401
from callrisk.domain.evaluation import Skill
from callrisk.domain.language import packaged
from callrisk.domain.risk_category import RiskCategory, Thresholds
from callrisk.pipeline import evaluation, model_training, scoring
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.plan import Plan
from harness.samples import sample_dataset

SEED, CUSTOMERS = 20261122, 339
MOST_DEMONSTRATED = 10 / 400


def main() -> int:
    """Print a line for every tenth run, then the number of discoveries and the allowed one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--first", type=int, default=0, help="seed of the first run")
    parser.add_argument("--full", action="store_true", help="all repeats instead of the quick ones")
    options = parser.parse_args()
    dataset, _ = sample_dataset(SEED, 0.85, CUSTOMERS)
    demonstrated, high, aucs, began = 0, 0, [], time.perf_counter()
    for number in range(options.runs):
        rng = np.random.default_rng([options.first + number, SEED])
        noisy = shuffled(dataset, rng) if number % 2 else random_facts(dataset, rng)
        verdict, auc, highs = judged(noisy, options.full)
        demonstrated += verdict == Skill.DEMONSTRATED
        high += verdict == Skill.UNPROVEN and highs > 0
        aucs.append(auc)
        if number % 10 == 9:  # noqa: PLR2004 - every tenth
            print(
                f"{number + 1} runs: {demonstrated} demonstrated, mean AUC {np.mean(aucs):.3f} "
                f"(sd {np.std(aucs):.3f}), {high} unproven with a High, "
                f"{time.perf_counter() - began:.0f} s",
                flush=True,
            )
    allowed = MOST_DEMONSTRATED * options.runs
    print(f"demonstrated {demonstrated} of {options.runs} (allowed {allowed:.0f})")
    print(f"unproven models with a High: {high} (allowed 0)")
    return int(demonstrated > allowed or high > 0)


def shuffled(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """Return the calls with labels permuted over the independent customers."""
    labels = rng.permutation([group.unpaid for group in dataset.prepared.groups])
    groups = tuple(
        replace(group, unpaid=bool(label))
        for group, label in zip(dataset.prepared.groups, labels, strict=True)
    )
    prepared = replace(dataset.prepared, groups=groups)
    return replace(dataset, y=labels[dataset.group].astype(np.float64), prepared=prepared)


def random_facts(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """Return features replaced by random numbers, per customer and per call; gaps stay."""
    shape = dataset.x.shape
    of_group = rng.normal(size=(len(dataset.prepared.groups), shape[1]))[dataset.group]
    of_call = rng.normal(size=(len(dataset.prepared.calls), shape[1]))[dataset.call]
    facts = of_group + of_call + 0.3 * rng.normal(size=shape)
    return replace(dataset, x=np.where(np.isnan(dataset.x), np.nan, facts))


def judged(dataset: Dataset, full: bool) -> tuple[Skill, float, int]:
    """Return the verdict, the AUC and the number of High scores."""
    plan = Plan(trees=100, deepest=6, learning_rate=0.05, seed=42, quick=not full)
    served = model_training.Served("noise", Thresholds(70, 40), (), True, packaged().version)
    trained = model_training.train(dataset, plan, served, lambda _share: None)
    found = evaluation.verdict_only(dataset, trained, plan)
    contributions = scoring.score(dataset, trained.ensemble, lambda _share: None)
    lines = [
        *found.model.assess_contributions(
            contributions.x, contributions.of_members, contributions.unsaid
        ).lines,
        *found.model.assess_many(dataset.x).lines,
    ]
    scores = [line.score for line in lines]
    high = sum(
        RiskCategory.of(score, found.model.thresholds) is RiskCategory.HIGH for score in scores
    )
    return found.verdict.verdict, found.measured.auc.value, high


if __name__ == "__main__":
    sys.exit(main())
