"""A small installation for tests: settings, pages, sample data, and a model trained on it."""

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from callrisk.data_folder import call_export, customer_table
from callrisk.domain.language import packaged
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.phases import Run, RunRequest, learn, read_dataset
from callrisk.sample.__main__ import main as make_sample
from callrisk.settings import Settings, load
from harness import ROOT
from harness.made_once import made_once


@dataclass(frozen=True)
class World:
    """A folder like the repository's, with sample data and a model trained on it.

    `dataset` holds the rows that it learnt from.
    """

    settings: Settings
    run: Run
    dataset: Dataset


def new_root(folder: Path, trees: int | None = None) -> Path:
    """An empty installation: settings and pages, no data; with so many trees where it matters."""
    folder.mkdir(exist_ok=True)
    settings = (ROOT / "config.py").read_text(encoding="utf-8")
    if trees is not None:
        settings = settings.replace('"n_estimators": 100', f'"n_estimators": {trees}')
    (folder / "config.py").write_text(settings, encoding="utf-8")
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def small_world(folder: Path) -> World:
    """Return the default sample and what the pipeline makes of it, in this folder."""
    made: Run
    made, dataset = made_once("world", new_root(folder), _make_world)
    here = {name: folder / getattr(made, name) for name in ("folder", "model_folder")}
    return World(load(folder), replace(made, **here), dataset)


def few_customers(raw: Path) -> Path:
    """Make a sample that a quick training takes seconds for, as CSV; return its call export."""
    wish = ["--customers", "60", "--calls", "150", "--format", "csv"]
    assert make_sample(["--out", str(raw), *wish]) == 0
    export = call_export(raw)
    assert export is not None
    return export


def _make_world(root: Path) -> tuple[Run, Dataset]:
    """Make the sample and run the pipeline; the folders of the run as seen from the root."""
    shutil.copy(ROOT / "config.py", root)
    settings = load(root)
    raw = ["--out", str(settings.raw_dir)]
    truth = ["--truth", str(root / "truth.json")]
    assert make_sample([*raw, "--recorded", "3", *truth]) == 0
    export, customers = call_export(settings.raw_dir), customer_table(settings.raw_dir)
    assert export is not None
    wish = RunRequest(
        data=export, customers=customers, output=settings.output_dir,
        models=settings.models_dir, quick=True, demo=True, now=datetime(2026, 1, 1, tzinfo=UTC),
        language=packaged(),
    )  # fmt: skip
    dataset = read_dataset(settings, export, customers, packaged(), lambda _share: None)
    made = learn(settings, wish, dataset, lambda _phase, _share: None)
    folders = made.folder.relative_to(root), made.model_folder.relative_to(root)
    return replace(made, folder=folders[0], model_folder=folders[1]), dataset
