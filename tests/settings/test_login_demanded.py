"""A login is demanded where real customers may be seen, or others may reach the server."""

from pathlib import Path
from typing import Any

import pytest

from callrisk.settings import Settings, load, missing_for_production
from harness.small_world import new_root

STREAM = "arn:aws:kinesis:ap-northeast-1:123456789012:stream/x"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root: Path = new_root(tmp_path_factory.mktemp("demanded") / "root")
    return load(root)


@pytest.mark.parametrize(
    ("changed", "demanded"),
    [
        ({}, False),
        ({"app_env": "production"}, True),
        ({"kintone_base_url": "http://127.0.0.1:9000"}, False),
        ({"kintone_base_url": "http://localhost:9000"}, False),
        ({"kintone_subdomain": "example"}, True),
        ({"connect_instance_id": "0f3c"}, True),
        ({"connect_stream_arn": STREAM}, True),
        ({"connect_events_queue_url": "https://sqs.example/q"}, True),
        ({"connect_instance_id": "0f3c", "aws_endpoint_url": "http://127.0.0.1:5050"}, False),
        ({"connect_stream_arn": STREAM, "aws_endpoint_url_kinesis": "http://[::1]:1"}, False),
        ({"connect_stream_arn": STREAM, "aws_endpoint_url": "https://vpce.example"}, True),
        ({"host": "0.0.0.0"}, True),  # noqa: S104 - what must not be open
        ({"host": "localhost"}, False),
        ({"trusted_hosts": "callrisk.example"}, True),
        ({"trusted_proxies": 1}, True),
    ],
)
def test_a_login_is_demanded(settings: Settings, changed: dict[str, Any], demanded: bool) -> None:
    """On DEMO data of this machine alone nobody logs in."""
    env = settings.env.model_copy(update=changed)

    assert settings.model_copy(update={"env": env}).demands_login is demanded


def test_production_behind_a_name_needs_to_know_its_proxies(settings: Settings) -> None:
    """Else everybody has the address of the proxy, and one closes the login for all."""
    changed = {"app_env": "production", "trusted_hosts": "callrisk.example"}
    missing = {
        proxies: missing_for_production(
            settings.model_copy(
                update={
                    "env": settings.env.model_copy(update=changed | {"trusted_proxies": proxies})
                }
            )
        )
        for proxies in (0, 1)
    }

    assert set(missing[0]) - set(missing[1]) == {"TRUSTED_PROXIES (1 for one proxy before it)"}


def test_production_needs_the_name_that_browsers_use(settings: Settings) -> None:
    """Else every page would be answered with 421."""
    missing = {
        name: missing_for_production(
            settings.model_copy(
                update={
                    "env": settings.env.model_copy(
                        update={"app_env": "production", "trusted_hosts": name}
                    )
                }
            )
        )
        for name in ("", "callrisk.example")
    }

    named = [one for one in missing[""] if one.startswith("TRUSTED_HOSTS")]
    assert len(named) == 1
    assert not set(named) & set(missing["callrisk.example"])
