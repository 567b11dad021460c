"""The live server as a process of its own, on a small sample of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from callrisk.artifacts import save_version
from callrisk.data_folder import call_export, customer_table
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Event
from callrisk.domain.language import Language, packaged
from callrisk.domain.segment import Segment
from callrisk.integrations.spreadsheet.call_export import ExportFormat
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat
from callrisk.model import RiskModel
from callrisk.pipeline.data_preparation import prepare
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.file_formats import Formats
from callrisk.pipeline.model_training import Served, train
from callrisk.pipeline.plan import Plan
from callrisk.pipeline.preparation.feature_rows import build_dataset
from callrisk.sample.__main__ import main as make_sample
from callrisk.settings import load
from callrisk.store.connect.gaps import Gaps
from callrisk.store.database import open_database
from callrisk.store.intake import Contacts, Delivery
from harness import ROOT
from harness.key_rings import KEYS
from harness.made_once import made_once
from harness.ports import free_port
from harness.small_versions import make_champion

PATIENCE_S = 90
# Recordings of minutes in seconds, and slow enough for several assessments.
REPLAY_SPEED = 30


@dataclass
class LiveServer:
    """The server as a process of its own, with its own data; it can go away and come back."""

    root: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    # Where the tablet app answers, whose page may hold the touch page.
    tablet_port: int = field(default_factory=free_port)
    # What its .env would say beside that.
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start, and wait until it answers."""
        own = {"API_PORT": str(self.port), "DATABASE_URL": "", "REPLAY_CALLS": "0"}
        own["TABLET_PORT"] = str(self.tablet_port)
        own["REPLAY_SPEED"] = str(REPLAY_SPEED)
        with (self.root / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "realtime_api_server.py"],
                cwd=self.root, env=os.environ | own | self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_until(self._answers)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait for the server; if it died or takes too long its log is the message."""
        assert self.process
        until = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > until or self.process.poll() is not None:
                pytest.fail((self.root / "server.log").read_text(encoding="utf-8"))
            time.sleep(0.1)

    def stop(self) -> None:
        """Go away at once, as in a power cut."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What another system would send."""
        answer = requests.post(f"{self.url}api/{path}", json=body, timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def get(self, path: str) -> dict[str, Any]:
        """What another system would read."""
        answer = requests.get(f"{self.url}api/{path}", timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def hear_while_away(self, call_id: str, turns: Sequence[Segment]) -> None:
        """Write turns straight into the log, as a process beside the server does."""
        self.take(AnalysisEvent(call_id, AnalysisKind.SEGMENTS, datetime.now(UTC), tuple(turns)))

    def take(self, *told: Event, language: Language | None = None) -> None:
        """What the telephony tells, written by a process beside the server."""
        engine = self.database()
        Contacts(engine, language or packaged()).take(Delivery(told, datetime.now(UTC)))
        engine.dispose()

    def mark_gaps(self) -> None:
        """Note that something of every call was not heard, as the reader of the stream does."""
        engine = self.database()
        Gaps(engine).mark(datetime.now(UTC))
        engine.dispose()

    def fill_gap(self, call_id: str) -> None:
        """Note that nothing of a call is missing any more."""
        engine = self.database()
        Gaps(engine).filled(call_id, datetime.now(UTC))
        engine.dispose()

    def database(self) -> Engine:
        """Return its database, as a process beside it opens it."""
        database = self.root / "data" / "processed" / "callrisk.db"
        return open_database(f"sqlite:///{database}", KEYS)

    def served_version(self) -> str | None:
        """Which model answers."""
        found: str | None = self._health()["model_version"]
        return found

    def check(self, part: str) -> dict[str, Any]:
        """How a part of the server is."""
        found: dict[str, Any] = self._health()["checks"][part]
        return found

    def _health(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.url}api/health", timeout=5).json()
        return found

    def _answers(self) -> bool:
        try:
            self._health()
        except requests.ConnectionError:
            return False
        return True


@dataclass(frozen=True)
class SmallSample:
    """A folder with sample data, and a model of it that is not saved yet."""

    root: Path
    dataset: Dataset
    model: RiskModel

    def serve(self, root: Path, version: str, skill: str) -> None:
        """Make the model the champion of `root`, with this verdict on its skill."""
        self.save(root, version, skill)
        make_champion(root / "models", version)

    def save(self, root: Path, version: str, skill: str) -> Path:
        """The model as a version of `root`, which does not serve yet."""
        model = replace(self.model, version=version, skill=skill)
        return save_version(root / "models", model, self.dataset.x[self.dataset.latest], {})

    def copy_to(self, root: Path) -> Path:
        """A folder that a server can start in, with data but without a model."""
        for name in ("config.py", "realtime_api_server.py"):
            copy(ROOT / name, root)
        for name in ("templates", "static"):
            copytree(ROOT / name, root / name)
        copytree(self.root / "data", root / "data")
        return root


def small_sample_in(root: Path) -> SmallSample:
    """Return a sample with much to learn, in this folder, and a model that is not saved yet."""
    dataset, model = made_once("small sample", root, _make_small_sample)
    return SmallSample(root, dataset, model)


def _make_small_sample(root: Path) -> tuple[Dataset, RiskModel]:
    """Make the sample, and train a model without the evaluation, which takes long."""
    wish = ["--calls", "400", "--customers", "160", "--recorded", "6", "--auc", "0.95"]
    assert make_sample(["--out", str(root / "data" / "raw"), *wish]) == 0
    copy(ROOT / "config.py", root)
    settings = load(root)
    assert call_export(settings.raw_dir)
    prepared = prepare(
        call_export(settings.raw_dir),
        customer_table(settings.raw_dir),
        Formats(
            ExportFormat(**dict(settings.export_columns), **dict(settings.labels)),
            CustomerFormat(**dict(settings.customer_columns), fields=settings.customer_fields),
        ),
        packaged(),
        lambda _: None,
    )
    dataset = build_dataset(prepared, settings.customer_fields)
    served = Served(
        "unsaved", settings.thresholds, settings.customer_fields, True, packaged().version
    )
    plan = Plan(trees=100, deepest=2, learning_rate=0.05, seed=42, quick=True)
    return dataset, train(dataset, plan, served, lambda _: None).model
