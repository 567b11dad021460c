"""Measures of a portfolio against those of others, and how often their intervals hold.

Gains, KS and Gini are compared with scikit-learn and SciPy on public tables, PSI with OptBinning
where that is installed (pip install optbinning, beside what the product needs); then intervals and
alarms are tried on data whose truth is known: python benchmarks/portfolio.py
"""

import sys

import numpy as np
from scipy.stats import ks_2samp
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import tests_on_path  # noqa: F401
from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.portfolio.cut_off import Money, totals_with_intervals
from callrisk.domain.portfolio.gains import gini, separation
from callrisk.domain.portfolio.stability import Bins, Change, psi, stability

REPLICATIONS, TRIALS, FEATURES = 1_000, 1_000, 12
LEAST, MOST = 0.93, 0.97
MOST_FALSE, LEAST_FOUND = 0.05, 0.95
CLOSE = 1e-9
MONEY = Money(call_cost=500, loss=20_000, effect=0.25)


def main() -> int:
    """Print all figures; return 1 if any is not as promised."""
    passed = [*against_others(), *intervals(), *changes()]
    return int(not all(passed))


def public_tables() -> dict[str, tuple[Floats, Floats, Floats]]:
    """Return features, outcomes and out-of-fold probabilities of tables that come with sklearn."""
    tables = {
        "breast cancer": load_breast_cancer(return_X_y=True),
        "digits, 8 or not": (load_digits().data, load_digits().target == 8),  # noqa: PLR2004
        "wine, 0 or not": (load_wine().data, load_wine().target == 0),
    }
    line = make_pipeline(StandardScaler(), LogisticRegression(C=0.001))
    return {
        name: (x, y * 1.0, cross_val_predict(line, x, y, cv=3, method="predict_proba")[:, 1])
        for name, (x, y) in tables.items()
    }


def against_others() -> list[bool]:
    """Compare our figures on public tables with those of scikit-learn, SciPy and OptBinning."""
    passed = []
    for name, (x, y, p) in public_tables().items():
        ours = float(gini(y, p)[0]), separation(y, p).distance
        theirs = 2 * roc_auc_score(y, p) - 1, float(ks_2samp(p[y == 1], p[y == 0]).statistic)
        print(
            f"{name:18s} Gini {ours[0]:.6f} ({theirs[0]:.6f})  KS {ours[1]:.6f} ({theirs[1]:.6f})"
        )
        passed += [abs(a - b) < CLOSE for a, b in zip(ours, theirs, strict=True)]
        passed += psi_of_optbinning(x[:, 0], len(y) // 2)
    return passed


def psi_of_optbinning(column: Floats, half: int) -> list[bool]:
    """Compare the PSI of the halves of a column, in the same bins."""
    try:
        from optbinning.binning.metrics import jeffrey  # noqa: PLC0415
    except ImportError:
        print("  OptBinning is not installed: PSI is compared with its formula in the tests alone")
        return []
    first, second = column[:half], column[half:]
    bins = Bins.of(first)
    counts = [bins.counts(part)[:-1] for part in (first, second)]
    shares = [one / one.sum() for one in counts]
    ours, theirs = psi(*counts), float(jeffrey(*shares, return_sum=True))
    print(f"  PSI {ours:.6f} ({theirs:.6f})")
    return [abs(ours - theirs) < CLOSE]


def sample_of(rng: np.random.Generator, components: int) -> tuple[Floats, Ints]:
    """Return what calls saved in components of one to four customers, and the components."""
    sizes = rng.choice([1, 1, 1, 2, 4], components)
    component = np.repeat(np.arange(components), sizes)
    chance = rng.beta(1, 5, components)
    y = (rng.random(components) < chance)[component].astype(float)
    return MONEY.saved(y, chance[component] >= MONEY.threshold), component


def intervals() -> list[bool]:
    """Count how often the interval of a saving holds the true one, by the size of a portfolio."""
    whole, _ = sample_of(np.random.default_rng(10**6), 4_000_000)
    passed = []
    for components in (300, 1_000, 5_000):
        truth = float(whole.sum()) * components / 4_000_000
        held = 0
        for seed in range(REPLICATIONS):
            saved, component = sample_of(np.random.default_rng(seed), components)
            (found,) = totals_with_intervals(saved[:, None], component, 1_000, seed)
            held += found.low <= truth <= found.high
        share = held / REPLICATIONS
        print(
            f"{components:6d} components: {share:.1%} of {REPLICATIONS} intervals hold the saving"
        )
        passed.append(LEAST <= share <= MOST)
    return passed


def changes() -> list[bool]:
    """Count the alarms without any change, and after one of half a standard deviation."""
    passed = []
    for rows in (500, 2_000):
        without, after = (
            sum(is_alarmed(np.random.default_rng(seed), rows, shift) for seed in range(TRIALS))
            for shift in (0.0, 0.5)
        )
        print(f"{rows:6d} customers: {without} false alarms, {after} shifts found, of {TRIALS}")
        passed += [without <= MOST_FALSE * TRIALS, after >= LEAST_FOUND * TRIALS]
    return passed


def is_alarmed(rng: np.random.Generator, rows: int, shift: float) -> bool:
    """Return whether one of twelve features is said to be shifted, the first one shifted or not."""
    first, second = rng.normal(size=(2, rows, FEATURES))
    second[:, 0] += shift
    counts: tuple[dict[str, Floats], dict[str, Floats]] = ({}, {})
    for number, column in enumerate(first.T):
        bins = Bins.of(column)
        for held, of in zip(counts, (column, second[:, number]), strict=True):
            held[str(number)] = bins.counts(of)
    return any(one.change is Change.SHIFTED for one in stability(*counts))


if __name__ == "__main__":
    sys.exit(main())
