"""The server's warning at its start where nobody could log in."""

import logging
from pathlib import Path

import pytest

from callrisk.live.servers.role import Role
from callrisk.settings import load
from harness.scripts import module_of
from harness.small_world import new_root


@pytest.mark.parametrize(
    ("app_env", "proxies", "role", "expected"),
    [
        ("production", 0, Role.ALL, 1),
        ("production", 1, Role.ALL, 0),
        ("production", 0, Role.ASSESS, 0),
        ("development", 0, Role.ALL, 0),
    ],
)
def test_production_without_a_proxy_for_https_is_warned_of(
    app_env: str, proxies: int, role: Role, expected: int, tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """In one line, which names the setting; a process without pages needs none."""
    settings = load(new_root(tmp_path / "root"))
    env = settings.env.model_copy(update={"app_env": app_env, "trusted_proxies": proxies})
    with caplog.at_level(logging.WARNING):
        server = module_of("realtime_api_server.py")
        server.warn_of_http(settings.model_copy(update={"env": env}), role)

    assert [("TRUSTED_PROXIES" in line) for line in caplog.messages] == [True] * expected
