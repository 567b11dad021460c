"""Traces are shown on the screen to who asked for them in development, and to nobody else."""

import shutil
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from callrisk.settings import load
from harness import ROOT
from harness.small_world import new_root


@pytest.mark.parametrize("app", ["streamlit_dashboard.py", "mobile_dashboard.py"])
@pytest.mark.parametrize(("debug", "shown"), [("true", "full"), ("false", "none")])
def test_debug_mode_shows_traces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: str, debug: str, shown: str
) -> None:
    """Without DEBUG_MODE an app shows a sentence, and the trace stands in its log."""
    root = new_root(tmp_path / "house")
    shutil.copy(ROOT / app, root)
    monkeypatch.setenv("DEBUG_MODE", debug)

    AppTest.from_file(str(root / app), default_timeout=120).run()

    assert config.get_option("client.showErrorDetails") == shown


def test_production_shows_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trace holds paths and values."""
    root = new_root(tmp_path / "house")
    monkeypatch.setenv("DEBUG_MODE", "true")
    assert load(root).shows_traces
    monkeypatch.setenv("APP_ENV", "production")
    assert not load(root).shows_traces
