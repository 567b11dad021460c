"""Where Kintone may be, and what is kept of its tokens."""

from pathlib import Path

import pytest

from callrisk.integrations.kintone.client import KintoneClient, KintoneSettings
from harness.kintone.client_settings import Hands, settings_for
from harness.kintone.scripted_server import ScriptedServer, told


@pytest.mark.parametrize(
    "url",
    ["https://example.cybozu.com", "https://example.cybozu.com/", "https://proxy.example/kintone",
     "https://example.s.cybozu.com:8443", "http://127.0.0.1:5001", "http://127.9.9.9/a/b/",
     "http://[::1]:80", "http://localhost:5001", "HTTPS://example.kintone.com"],
)  # fmt: skip
def test_safe_places_are_taken(url: str) -> None:
    """https anywhere, http on this machine, a path before Kintone's own."""
    assert settings_for(url).base_url == url


@pytest.mark.parametrize(
    "url",
    ["", "example.cybozu.com", "http://example.cybozu.com", "ftp://example.cybozu.com", "https://",
     "https:///k", "https://user:secretWord@example.com", "https://user@example.com",
     "https://@example.com", "https://example.com?x=secretWord", "https://example.com?",
     "https://example.com#secretWord", "https://example.com#", "https://example.com:port",
     "https://example.com:99999", "https://exa mple.com", "https://example.com\n", "//example.com",
     "https://example.com\\@evil.example", "https://例え.jp", "http://127.0.0.1.example.com",
     "http://localhost.example.com", "http://0.0.0.0", "http://192.168.0.1", "http://[::2]",
     "file:///etc/passwd", "https://[::1"],
)  # fmt: skip
def test_other_places_are_refused_in_one_sentence(url: str) -> None:
    """Which says what is right, and quotes no password."""
    with pytest.raises(ValueError, match="the base URL of Kintone must be https://") as raised:
        settings_for(url)

    assert "secretWord" not in str(raised.value)


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "ａ", "a\x00"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    """Without quoting it."""
    with pytest.raises(ValueError, match="the API token of app 1 is empty or holds"):
        KintoneSettings("https://example.cybozu.com", {1: token})


@pytest.mark.parametrize(
    "changes", [{"guest_space_id": 0}, {"daily_budget": 0}, {"tokens": {0: "x"}}]
)
def test_numbers_are_above_zero(changes: dict[str, int]) -> None:
    """Guest spaces, budgets, apps."""
    with pytest.raises(ValueError, match="above 0"):
        settings_for("https://example.cybozu.com", **changes)


def test_a_token_is_not_shown() -> None:
    """Neither by the settings nor by the client."""
    settings = settings_for("https://example.cybozu.com")

    assert "secret" not in f"{settings!r} {KintoneClient(settings)!r}"


def test_nothing_of_the_surroundings_rides_along(
    kintone: ScriptedServer, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No password of a .netrc, and no proxy before this machine."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    kintone.script = [told({"properties": {}})]

    assert KintoneClient(settings_for(kintone.url), hands.clock()).form_fields(1) == {}
    assert "Authorization" not in kintone.asked[0].headers
