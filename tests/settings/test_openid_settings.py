"""The settings of OpenID Connect: whole or not at all, safe in production, told at once."""

from typing import Any

import pytest
from pydantic import SecretStr

from callrisk.domain.access.policy_table import Role
from callrisk.settings import (
    Settings,
    SettingsError,
    load,
    load_to_serve,
    missing_for_production,
    openid_faults,
)
from callrisk.settings.openid_settings import roles_by_value
from harness.small_world import new_root

WHOLE: dict[str, Any] = {
    "oidc_issuer": "https://login.example/tenant", "oidc_client_id": "callrisk",
    "oidc_client_secret": SecretStr("geheim"), "oidc_roles": "a=agent",
}  # fmt: skip
PRODUCTION = {
    "app_env": "production", "flask_secret_key": SecretStr("s" * 40),
    "database_url": "sqlite:///x.db", "trusted_hosts": "callrisk.example", "trusted_proxies": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load(new_root(tmp_path_factory.mktemp("openid") / "root"))


def changed(settings: Settings, **values: object) -> Settings:
    return settings.model_copy(update={"env": settings.env.model_copy(update=values)})


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, ""),
        ({"oidc_issuer": "http://login.example"}, "OIDC_ISSUER by https://"),
        ({"oidc_issuer": "http://localhost:1"}, "OIDC_ISSUER by https://"),
        ({"oidc_issuer": "login.example"}, "OIDC_ISSUER as https://name/path"),
        ({"oidc_issuer": "https://[x"}, "OIDC_ISSUER as an address"),
        ({"oidc_issuer": "https://u:p@login.example"}, "OIDC_ISSUER as https://name/path"),
        (
            {"oidc_issuer": "https://login.example/.well-known/openid-configuration"},
            "OIDC_ISSUER without /.well-known",
        ),
        ({"oidc_client_id": ""}, "OIDC_CLIENT_ID (set with"),
        ({"oidc_client_secret": SecretStr("")}, "OIDC_CLIENT_SECRET (set with"),
        ({"oidc_roles": ""}, "OIDC_ROLES (set with"),
        ({"oidc_roles": "a=boss"}, "OIDC_ROLES as value=role"),
        ({"oidc_roles": "a=service"}, "OIDC_ROLES as value=role"),
        ({"oidc_roles": "agent"}, "OIDC_ROLES as value=role"),
        ({"oidc_roles_claim": " "}, "OIDC_ROLES_CLAIM"),
        ({"oidc_login_claim": ""}, "OIDC_LOGIN_CLAIM"),
        ({"oidc_scopes": "profile"}, "OIDC_SCOPES with openid"),
    ],
)
def test_production_names_what_is_unsafe(
    settings: Settings, values: dict[str, Any], told: str
) -> None:
    """One sentence each, without a secret."""
    missing = missing_for_production(changed(settings, **PRODUCTION, **(WHOLE | values)))

    assert [one[: len(told)] for one in missing] == ([told] if told else [])
    assert "geheim" not in str(missing)


def test_all_of_it_is_told_at_once(settings: Settings) -> None:
    """Beside what else production lacks."""
    values = {"app_env": "production", "oidc_issuer": "http://login.example", "oidc_scopes": "x"}
    told = str(missing_for_production(changed(settings, **values)))

    for name in (
        "FLASK_SECRET_KEY", "DATABASE_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES",
        "by https://", "with openid",
    ):  # fmt: skip
        assert name in told


def test_nothing_set_is_nothing_wrong(settings: Settings) -> None:
    """A provider of this machine will do in development; with one a login is demanded."""
    assert openid_faults(settings) == []
    assert settings.demands_login is False
    here = changed(settings, **(WHOLE | {"oidc_issuer": "http://localhost:1"}))
    assert openid_faults(here) == []
    assert here.demands_login is True


def test_a_half_set_provider_stops_a_program(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In development, too."""
    monkeypatch.setenv("OIDC_ISSUER", "https://login.example")

    with pytest.raises(SettingsError, match=r"without: OIDC_CLIENT_ID .*OIDC_CLIENT_SECRET"):
        load_to_serve(new_root(tmp_path_factory.mktemp("half") / "root"))


def test_a_value_may_be_a_distinguished_name() -> None:
    """The last = counts; a value may have several roles."""
    assert roles_by_value("CN=Leads,DC=jp = manager; CN=Leads,DC=jp=admin ;; x=agent;") == {
        "CN=Leads,DC=jp": {Role.MANAGER, Role.ADMIN}, "x": {Role.AGENT},
    }  # fmt: skip
