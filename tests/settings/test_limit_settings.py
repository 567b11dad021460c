"""Limits on requests, as the environment gives them."""

from pathlib import Path

import pytest
from limits import parse

from callrisk.settings import SettingsError, load
from harness.small_world import new_root


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIMIT_READING", "many"), ("LIMIT_WRITING", "0 per minute"),
        ("LIMIT_SERVICES", "10 per fortnight"), ("REDIS_URL", "127.0.0.1:6379"),
    ],
)  # fmt: skip
def test_what_is_no_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """By the name of the variable."""
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"(?i){name}"):
        load(new_root(tmp_path))


@pytest.mark.parametrize("value", ["off", "300 per minute", "5/second", "9999999 per day"])
def test_a_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """As it is counted by, but for none."""
    monkeypatch.setenv("LIMIT_WRITING", value)
    limit = load(new_root(tmp_path)).env.limit_writing

    assert limit == value
    assert limit == "off" or parse(limit).amount > 0
