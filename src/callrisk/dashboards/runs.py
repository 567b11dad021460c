"""Model versions, runs and exports on disk, as the pages show them."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from callrisk.artifacts import ArtifactError, champion, version_names
from callrisk.dashboards.access.visitor import Visitor
from callrisk.dashboards.texts import language, word
from callrisk.data_folder import is_customers_table, tables_in
from callrisk.domain.evaluation import Evaluation
from callrisk.reporting.run_results import ScoredCustomers, read_customers, read_evaluation
from callrisk.wire.client import LiveApi

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of data, runs and models, the pipeline script, the live server, who looks.

    `refuses_demo`: the live server serves no DEMO model, as in production.
    """

    raw: Path
    output: Path
    models: Path
    pipeline: Path
    icon: Path
    api: str
    visitor: Visitor | None = None
    refuses_demo: bool = False
    # Where files are handed in, and how large they may be.
    upload_path: str = "/hand-in"
    largest_upload_mb: int = 1024

    @property
    def live_api(self) -> LiveApi:
        """A connection to the live server, as the person who looks at the page."""
        if self.visitor is None:
            return LiveApi(self.api, language=language())
        return self.visitor.api

    @property
    def person(self) -> str | None:
        """The name of the person who looks at the page; None without a login."""
        known = self.visitor is not None and self.visitor.session
        return known.name if known else None


@dataclass(frozen=True, slots=True)
class Version:
    """A model version: its evaluation, and its run's folder if that still exists."""

    name: str
    evaluation: Evaluation
    demo: bool
    serves: bool
    folder: Path
    run: Path | None

    def file(self, name: str) -> Path | None:
        """Return a file of the run, or None when it is gone."""
        path = None if self.run is None else self.run / name
        return path if path is not None and path.is_file() else None


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions, newest first, and the names of unreadable ones."""

    listed: tuple[Version, ...]
    unreadable: tuple[str, ...]

    @property
    def serving(self) -> Version | None:
        """Return the champion, or None."""
        return next((version for version in self.listed if version.serves), None)


def versions_of(places: Places) -> Versions:
    """Return all versions under models/, newest first."""
    listed: list[Version] = []
    unreadable: list[str] = []
    serving = _serving(places.models, unreadable)
    for name in version_names(places.models):
        try:
            listed.append(_version(places.models / name, places.output / name, serving))
        except (OSError, ValueError, KeyError, TypeError):
            unreadable.append(name)
    return Versions(tuple(listed), tuple(unreadable))


def _serving(models: Path, unreadable: list[str]) -> str | None:
    try:
        serving = champion(models)
    except ArtifactError as error:
        unreadable.append(word(error.text))
        return None
    return None if serving is None else serving.version


def _version(folder: Path, run: Path, serving: str | None) -> Version:
    path = folder / "evaluation.json"
    described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Version(
        name=folder.name,
        evaluation=read_evaluation(described),
        demo=bool(described["demo"]),
        serves=folder.name == serving,
        folder=folder,
        run=run if run.is_dir() else None,
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def customers_of(path: Path) -> ScoredCustomers | None:
    """Return the scored customers of a run, None for those of a version with other blocks.

    They are cached because a run never changes.
    """
    try:
        return read_customers(path)
    except ValueError:
        logger.warning("customers of an older version cannot be read: run=%s", path.parent.name)
        return None


def exports_of(raw: Path) -> tuple[list[Path], list[Path]]:
    """Return call exports and customers tables in data/raw, newest first."""
    files = sorted(tables_in(raw), key=lambda path: path.stat().st_mtime, reverse=True)
    tables = [path for path in files if is_customers_table(path)]
    return [path for path in files if path not in tables], tables
