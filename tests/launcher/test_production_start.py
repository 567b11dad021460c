"""In production run.py makes no sample and no DEMO model, and names the proxy's addresses."""

from pathlib import Path

import pytest

from harness.scripts import module_of


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose .env says production."""
    for name in ("APP_ENV", "TRUSTED_HOSTS", "CALLRISK_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.py").write_text("", encoding="utf-8")
    return tmp_path


def due(root: Path, environment: str) -> list[str]:
    """The steps that are due beside the libraries."""
    (root / ".env").write_text(f"APP_ENV={environment}\n", encoding="utf-8")
    return [words[1] for words, _, is_due in module_of("run.py").steps_of(root)[1:] if is_due()]


def test_no_demo_is_made_for_production(root: Path) -> None:
    """With an export of one's own the model is trained, without one nothing is made."""
    assert len(due(root, "development")) == 2
    assert due(root, "production") == []
    (root / "data" / "raw").mkdir(parents=True)
    (root / "data" / "raw" / "calls.csv").write_text("x", encoding="utf-8")

    assert due(root, "production") == ["Training the model, about a minute"]


def test_the_addresses_are_those_of_the_proxy(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The login belongs to https and the name."""
    run = module_of("run.py")
    monkeypatch.setattr(run, "ROOT", root)
    local = run.addresses([5000, 8501, 8502])
    lines = "APP_ENV=production\nTRUSTED_HOSTS=callrisk.example,other.example\n"
    (root / ".env").write_text(lines, encoding="utf-8")

    assert local[1] == "http://localhost:8501"
    assert run.addresses([5000, 8501, 8502]) == [
        "https://callrisk.example/", "https://callrisk.example/manager",
        "https://callrisk.example/tablet",
    ]  # fmt: skip
