"""Samples whose truth is known, as the benchmarks use them."""

import json
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.language import packaged
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.phases import read_dataset
from callrisk.sample.__main__ import main as make_sample
from callrisk.settings import Settings, load
from harness import ROOT

CALLS_A_CUSTOMER = 1058 / 339


def tables_in(folder: Path) -> tuple[Path, Path]:
    """The call export and the customers table of a folder."""
    found = {path.name.startswith("顧客"): path for path in folder.glob("*.csv")}
    return found[False], found[True]


def make(folder: Path, seed: int, auc: float, customers: int) -> None:
    """A sample as CSV, its truth beside it."""
    wishes = {"--out": folder, "--seed": seed, "--auc": auc, "--customers": customers}
    wishes |= {"--calls": round(customers * CALLS_A_CUSTOMER), "--format": "csv"}
    wishes |= {"--truth": folder / "truth.json"}
    if make_sample([str(part) for pair in wishes.items() for part in pair]):
        raise SystemExit(1)


def sample_dataset(seed: int, auc: float, customers: int) -> tuple[Dataset, dict[str, float]]:
    """Its features, and the true log-odds of every customer record."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, seed, auc, customers)
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["customers"]
        dataset = dataset_of(load(ROOT), *tables_in(folder))
    return dataset, {one: float(known["log_odds"]) for one, known in truth.items()}


def dataset_of(settings: Settings, data: Path, customers: Path | None) -> Dataset:
    """The features of an export, without a word about progress."""
    return read_dataset(settings, data, customers, packaged(), lambda _share: None)


def truth_of(
    dataset: Dataset, rows: NDArray[np.int64], truth: dict[str, float]
) -> NDArray[np.float64]:
    """The true log-odds of the customers of these rows."""
    ids = [dataset.prepared.calls[int(call)].customer_id for call in dataset.call[rows]]
    return np.array([truth[one] for one in ids])
