"""Models that servers of tests load: read once a process, as long as no file of them changes."""

from collections.abc import Callable
from pathlib import Path

from callrisk.artifacts import fingerprint, load_version
from callrisk.model import RiskModel


def loading_once() -> Callable[[Path, str], RiskModel]:
    """Return what does as `load_version`, and shares a model, which nothing changes, by its files.

    A version whose files differ in name, time or size is read and verified anew.
    """
    loaded: dict[tuple[object, ...], RiskModel] = {}

    def load_once(models: Path, version: str) -> RiskModel:
        files = fingerprint(models, version)
        if files not in loaded:
            loaded[files] = load_version(models, version)
        return loaded[files]

    return load_once
