"""Comparison of models on a public credit table without calls: python benchmarks/credit.py FILE

FILE is "default of credit card clients" (UCI Machine Learning Repository, CC BY 4.0): one row a
customer, columns ID, X1 … X23 and Y. The pipeline is run on it as on any customers table; a plain
XGBoost and a logistic regression are measured on the very same folds.
"""

import argparse
import csv
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import xgboost as xgb
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import tests_on_path  # noqa: F401
from callrisk.pipeline.plan import Plan, recipe_of
from callrisk.pipeline.skill.measures import labelled_customers
from callrisk.pipeline.skill.statistics import auc, brier_skill
from callrisk.pipeline.training.ensemble import fit_ensemble
from callrisk.settings import Settings, load
from harness import ROOT
from harness.samples import dataset_of

LEAST_AUC = 0.780
_FIELDS = """
LABELS = {"unpaid": "1", "paid": "0"}
EXPORT_COLUMNS = EXPORT_COLUMNS | {"label": "Y", "customer_id": "ID"}
CUSTOMER_COLUMNS = CUSTOMER_COLUMNS | {"customer_id": "ID"}
CUSTOMER_FIELDS = [
    {"name": f"x{n}", "column": f"X{n}", "kind": "number", "label": f"X{n}", "label_en": f"X{n}"}
    for n in range(1, 24)
]
"""


def main() -> int:
    """Print the figures of all three models; return 1 if ours is behind the best."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=0, help="only the first so many")
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dataset = dataset_of(settings_in(folder), cut(options.file, options.rows, folder), None)
    plan = Plan(trees=100, deepest=6, learning_rate=0.05, seed=42, quick=False)
    ensemble = fit_ensemble(dataset, recipe_of(dataset, plan), show_progress)
    people = labelled_customers(dataset, ensemble, plan.seed)
    print(f"\r{len(people.y)} customers, {time.perf_counter() - began:.0f} s")
    x, fold = dataset.x[people.row], ensemble.fold[0][people.group]
    answers = {"callrisk": people.probability} | plain(x, people.y, fold)
    return judged(people.y, answers)


def settings_in(folder: Path) -> Settings:
    """Return the settings of the repository with the columns of this table."""
    text = (ROOT / "config.py").read_text(encoding="utf-8") + _FIELDS
    (folder / "config.py").write_text(text, encoding="utf-8")
    return load(folder)


def cut(file: Path, rows: int, folder: Path) -> Path:
    """Return the table, or its first rows."""
    if not rows:
        return file
    with file.open(encoding="utf-8", newline="") as lines:
        kept = [row for row in csv.reader(lines) if row][: rows + 1]
    target = folder / "first.csv"
    with target.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(kept)
    return target


def show_progress(share: float) -> None:
    """Print the progress of the training."""
    print(f"\r{share:4.0%}", end="", flush=True)


def plain(x: np.ndarray, y: np.ndarray, fold: np.ndarray) -> dict[str, np.ndarray]:
    """Return out-of-fold probabilities of logistic regression and a default XGBoost."""
    models = {
        "XGBoost, as it comes": xgb.XGBClassifier(n_jobs=2),
        "XGBoost, 100 x depth 4": xgb.XGBClassifier(
            n_jobs=2, n_estimators=100, max_depth=4, learning_rate=0.1
        ),
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
    }
    probabilities = {name: np.zeros(len(y)) for name in models}
    for number in range(int(fold.max()) + 1):
        held = fold == number
        for name, model in models.items():
            probabilities[name][held] = model.fit(x[~held], y[~held]).predict_proba(x[held])[:, 1]
    return probabilities


def judged(y: np.ndarray, answers: dict[str, np.ndarray]) -> int:
    """Print AUC and Brier skill of each, then ours against the best with its paired error."""
    one = np.ones((1, len(y)))
    skills = {name: float(brier_skill(y, p, one)[0]) for name, p in answers.items()}
    aucs = {name: float(auc(y, p, one)[0]) for name, p in answers.items()}
    for name in answers:
        print(f"  {name:24s} AUC {aucs[name]:.4f}  Brier skill {skills[name]:+.4f}")
    best = max((name for name in answers if name != "callrisk"), key=skills.__getitem__)
    paired = ((answers["callrisk"] - y) ** 2 - (answers[best] - y) ** 2) / (
        y.mean() * (1 - y.mean())
    )
    error = float(paired.std(ddof=1)) / len(y) ** 0.5
    behind = skills[best] - skills["callrisk"]
    print(f"behind {best}: {behind:+.4f} (at most one paired standard error, {error:.4f})")
    return int(aucs["callrisk"] < LEAST_AUC or behind > error)


if __name__ == "__main__":
    sys.exit(main())
