"""A small installation for tests: settings, pages, sample data, and a model trained on it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from callrisk.pipeline import Run
from callrisk.settings import Settings
from harness import ROOT


@dataclass(frozen=True)
class World:
    """A folder like the repository's, with sample data and a model trained on it."""

    settings: Settings
    run: Run


def new_root(folder: Path) -> Path:
    """An empty installation: settings and pages, no data."""
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "config.py", folder)
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, folder / name)
    return folder
