"""The login by an identity provider in production, behind a proxy, for all three screens."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import SecretStr

from callrisk.bootstrap.server import create_app
from callrisk.settings import load, missing_for_production
from harness.openid.hostile_provider import CLIENT_ID, CLIENT_SECRET, hostile_provider
from harness.small_world import new_root

OWN = "https://callrisk.example"
SAFE = ("Secure", "HttpOnly", "Path=/", "SameSite=Lax")


def test_cookies_and_addresses_are_those_of_the_name(tmp_path: Path) -> None:
    """Https, bound to the name, and on to the app whose deep link was asked for."""
    settings = load(new_root(tmp_path / "root"))
    with hostile_provider() as provider:
        changed: dict[str, Any] = {
            "app_env": "production", "flask_secret_key": SecretStr("s" * 40),
            "database_url": f"sqlite:///{tmp_path / 'x.db'}", "trusted_proxies": 1,
            "trusted_hosts": "callrisk.example", "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT_ID, "oidc_client_secret": SecretStr(CLIENT_SECRET),
            "oidc_roles": "callrisk-agents=agent", "oidc_local_accounts": "none",
        }  # fmt: skip
        # Production itself takes no provider without https.
        env = settings.env.model_copy(update=changed)
        unsafe = settings.model_copy(update={"env": env})
        assert missing_for_production(unsafe) == ["OIDC_ISSUER by https://"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "callrisk.bootstrap.login.configured_provider.openid_faults", lambda _settings: []
            )
            server = create_app(unsafe)
        browser = server.app.test_client()
        # What the proxy says of the browser.
        browser.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"
        there = browser.get("/login/openid?next=/manager/live", base_url=OWN)
        [cookie] = there.headers.getlist("Set-Cookie")
        asked = dict(parse_qsl(urlsplit(there.location).query))
        came = provider.code_for(there.location)
        back = browser.get("/login/openid/callback", base_url=OWN, query_string=came)

        assert asked["redirect_uri"] == f"{OWN}/login/openid/callback"
        assert cookie.startswith("__Host-callrisk-openid-")
        assert all(part in cookie for part in (*SAFE, "Max-Age=600"))
        assert (back.status_code, back.location) == (303, "/manager/live")
        assert any(
            one.startswith("__Host-callrisk=") and all(part in one for part in SAFE)
            for one in back.headers.getlist("Set-Cookie")
        )
        assert "login-form" not in browser.get("/login", base_url=OWN).text
    server.state.store.engine.dispose()
