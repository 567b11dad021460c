"""The doctor on the identity provider: not set up, half set, away, as it must be."""

from typing import Any

import pytest
from pydantic import SecretStr

from callrisk.bootstrap.doctor.finding import State
from callrisk.bootstrap.doctor.openid_points import openid_points
from callrisk.settings import Settings, load
from harness.openid.hostile_provider import hostile_provider
from harness.small_world import new_root

WHOLE: dict[str, Any] = {
    "oidc_client_id": "callrisk", "oidc_client_secret": SecretStr("geheim"),
    "oidc_roles": "a=agent",
}  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load(new_root(tmp_path_factory.mktemp("points") / "root"))


def changed(settings: Settings, **values: object) -> Settings:
    return settings.model_copy(update={"env": settings.env.model_copy(update=values)})


def test_nothing_is_set_up(settings: Settings) -> None:
    """And nothing is wrong."""
    [point] = openid_points(settings)

    assert point.state is State.NOT_SET_UP


def test_each_half_is_named(settings: Settings) -> None:
    """With what to do."""
    points = list(openid_points(changed(settings, oidc_client_id="callrisk")))

    assert [point.state for point in points] == [State.WRONG] * 3
    assert all(point.todo is not None for point in points)
    assert "OIDC_ISSUER" in points[0].text.en


def test_the_provider_is_asked(settings: Settings) -> None:
    """It answers; it answers wrongly; it is gone."""
    with hostile_provider() as provider:
        whole = changed(settings, oidc_issuer=provider.issuer, **WHOLE)
        [right] = openid_points(whole)
        provider.metadata = {"issuer": "https://other.example"}
        [wrong] = openid_points(whole)
    [gone] = openid_points(whole)

    assert (right.state, right.text.en) == (State.OK, f"{provider.issuer} answers, with 1 keys")
    assert wrong.state is State.WRONG
    assert "calls itself 'https://other.example'" in wrong.text.en
    assert "does not answer" in gone.text.en
    assert "geheim" not in f"{right}{wrong}{gone}"
