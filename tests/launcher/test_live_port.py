"""API_PORT moves the live server of run.py too; what is no port is told."""

from pathlib import Path

import pytest

from launcher.env_file import live_port
from launcher.telling import UserError


@pytest.mark.parametrize(
    ("line", "port"),
    [("API_PORT=5055", 5055), ('API_PORT="5055"  # ours', 5055), ("API_PORT=", 5000),
     ("# API_PORT=5055", 5000)],
)  # fmt: skip
def test_the_live_port_stands_in_env(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, port: int
) -> None:
    """The environment goes before .env, as for the server itself."""
    monkeypatch.delenv("API_PORT", raising=False)
    assert live_port(tmp_path, 5000) == 5000
    (tmp_path / ".env").write_text(f"APP_ENV=development\n{line}\n", encoding="utf-8")
    assert live_port(tmp_path, 5000) == port
    monkeypatch.setenv("API_PORT", "6000")
    assert live_port(tmp_path, 5000) == 6000


def test_what_is_no_port_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name, in both languages."""
    monkeypatch.setenv("API_PORT", "70000")
    with pytest.raises(UserError, match="API_PORT=70000 is no number"):
        live_port(tmp_path, 5000)
