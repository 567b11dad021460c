"""Kintone in the settings: whole or not at all, and one clear sentence for what is wrong."""

from pathlib import Path

import pytest

from callrisk.bootstrap.server import create_app
from callrisk.settings import SettingsError, load
from harness import ROOT

WHOLE = {
    "KINTONE_SUBDOMAIN": "example", "KINTONE_APP_ID": "1", "KINTONE_API_TOKEN": "a-token",
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An installation with nothing but its settings."""
    (tmp_path / "config.py").write_bytes((ROOT / "config.py").read_bytes())
    return tmp_path


def named(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Set the environment."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("subdomain", "url"),
    [
        ("example", "https://example.cybozu.com"),
        ("example.kintone.com", "https://example.kintone.com"),
        ("https://example.cybozu.com/", "https://example.cybozu.com"),
    ],
)
def test_a_subdomain_is_an_address(
    root: Path, monkeypatch: pytest.MonkeyPatch, subdomain: str, url: str
) -> None:
    """As people write it."""
    named(monkeypatch, **WHOLE | {"KINTONE_SUBDOMAIN": subdomain})
    assert load(root).env.kintone_url == url


@pytest.mark.parametrize("missing", ["KINTONE_APP_ID", "KINTONE_API_TOKEN"])
def test_what_is_missing_is_named(
    root: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """A domain without app or token reads nothing."""
    named(monkeypatch, **WHOLE | {missing: ""})
    with pytest.raises(SettingsError, match=missing):
        load(root)


def test_a_short_webhook_token_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be guessed is no secret."""
    named(monkeypatch, **WHOLE | {"KINTONE_WEBHOOK_TOKEN": "short"})
    with pytest.raises(SettingsError, match="KINTONE_WEBHOOK_TOKEN"):
        load(root)


@pytest.mark.parametrize(
    "address", ["http://example.cybozu.com", "ftp://x", "https://u:p@example.cybozu.com"]
)
def test_an_unsafe_address_is_one_clear_error(
    root: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Tokens do not travel in the clear."""
    named(monkeypatch, **WHOLE | {"KINTONE_BASE_URL": address})
    with pytest.raises(SettingsError, match="https://"):
        create_app(load(root))


def test_results_go_to_fields_that_exist_once(root: Path) -> None:
    """An unknown name, or one field for two."""
    config = root / "config.py"
    text = config.read_text(encoding="utf-8")
    for wrong in ('{"score": "x"}', '{"risk_score": "x", "call_id": "x"}'):
        config.write_text(
            text.replace('"result_fields": {}', f'"result_fields": {wrong}'), encoding="utf-8"
        )
        with pytest.raises(SettingsError, match="result_fields"):
            load(root)
