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
        ("Example", "https://example.cybozu.com"),
        ("example.s", "https://example.s.cybozu.com"),
        ("example.s.cybozu.com", "https://example.s.cybozu.com"),
    ],
)
def test_a_subdomain_is_an_address(
    root: Path, monkeypatch: pytest.MonkeyPatch, subdomain: str, url: str
) -> None:
    """As people write it."""
    named(monkeypatch, **WHOLE | {"KINTONE_SUBDOMAIN": subdomain})
    assert load(root).env.kintone_url == url


@pytest.mark.parametrize(
    ("subdomain", "right"),
    [
        ("https://x.cybozu.com/k/12/", "KINTONE_SUBDOMAIN=x (with KINTONE_APP_ID=12)"),
        ("https://x.cybozu.com/k/guest/3/12/show#record=5",
         "KINTONE_SUBDOMAIN=x (with KINTONE_APP_ID=12 and KINTONE_GUEST_SPACE_ID=3)"),
        ("x.cybozu.com/k/", "KINTONE_SUBDOMAIN=x"), ("http://x.cybozu.com", "KINTONE_SUBDOMAIN=x"),
        ("http://x", "KINTONE_SUBDOMAIN=x"), ("x y", "KINTONE_SUBDOMAIN=example"),
        ("https://u:secretWord@x.cybozu.com", "KINTONE_SUBDOMAIN=example"),
        ("x.cybozu.com:443", "KINTONE_SUBDOMAIN=x"), ("ｘ", "KINTONE_SUBDOMAIN=example"),
        ("-x", "KINTONE_SUBDOMAIN=example"), ("x..cybozu.com", "KINTONE_SUBDOMAIN="),
    ],
)  # fmt: skip
def test_what_is_no_subdomain_is_told_in_the_right_form(
    root: Path, monkeypatch: pytest.MonkeyPatch, subdomain: str, right: str
) -> None:
    """Whole addresses, those of an app, and without encryption."""
    named(monkeypatch, **WHOLE | {"KINTONE_SUBDOMAIN": subdomain})
    with pytest.raises(SettingsError, match="KINTONE_SUBDOMAIN") as raised:
        load(root)
    assert right in str(raised.value)
    assert "secretWord" not in str(raised.value)


@pytest.mark.parametrize(
    "alone",
    [
        {"KINTONE_APP_ID": "1", "KINTONE_API_TOKEN": "t"}, {"KINTONE_APP_ID": "1"},
        {"KINTONE_API_TOKEN": "t"}, {"KINTONE_RESULT_APP_ID": "2"},
        {"KINTONE_RESULT_API_TOKEN": "t"}, {"KINTONE_GUEST_SPACE_ID": "3"},
        {"KINTONE_WEBHOOK_TOKEN": "w" * 40}, {"KINTONE_BASIC_USER": "u"},
        {"KINTONE_CLIENT_CERT": "a.pfx"},
    ],
)  # fmt: skip
def test_without_an_address_nothing_of_kintone_is_set(
    root: Path, monkeypatch: pytest.MonkeyPatch, alone: dict[str, str]
) -> None:
    """Or the stand-in would start in its place, and nothing would be read or written."""
    named(monkeypatch, **alone)
    with pytest.raises(SettingsError, match="set without KINTONE_SUBDOMAIN") as raised:
        load(root)
    assert all(name in str(raised.value) for name in alone)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("KINTONE_RESULT_API_TOKEN", "KINTONE_RESULT_APP_ID"),
        ("KINTONE_RESULT_APP_ID", "KINTONE_RESULT_API_TOKEN"),
        ("KINTONE_BASIC_USER", "KINTONE_BASIC_PASSWORD"),
        ("KINTONE_BASIC_PASSWORD", "KINTONE_BASIC_USER"),
    ],
)
def test_what_goes_together_is_asked_for(
    root: Path, monkeypatch: pytest.MonkeyPatch, given: str, missing: str
) -> None:
    """A token without its app writes nothing, and nobody would hear of it."""
    named(monkeypatch, **WHOLE | {given: "7"})
    with pytest.raises(SettingsError, match=f"without {missing}"):
        load(root)


def test_results_need_an_app_of_their_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tokens for one app, and results among the customers."""
    named(monkeypatch, **WHOLE | {"KINTONE_RESULT_APP_ID": "1", "KINTONE_RESULT_API_TOKEN": "t"})
    with pytest.raises(SettingsError, match="results need their own"):
        load(root)


def test_a_certificate_that_is_none_is_one_clear_error(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is missing, or is another one; its password is quoted nowhere."""
    secret = {"KINTONE_CLIENT_CERT": "client.pfx", "KINTONE_CLIENT_CERT_PASSWORD": "secretWord"}
    named(monkeypatch, **WHOLE | secret)
    for content in (None, b"", b"no certificate"):
        if content is not None:
            (root / "client.pfx").write_bytes(content)
        with pytest.raises(SettingsError, match="KINTONE_CLIENT_CERT") as raised:
            create_app(load(root))
        assert "secretWord" not in str(raised.value)


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
    "address",
    ["http://example.cybozu.com", "ftp://x", "https://u:p@example.cybozu.com",
     "https://example.cybozu.com/k/12/"],
)  # fmt: skip
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
