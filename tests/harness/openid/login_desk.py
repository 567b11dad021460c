"""A server with a login by an identity provider that answers what it likes, and browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from callrisk.bootstrap.login.configured_provider import login_ways
from callrisk.bootstrap.server import create_app
from callrisk.domain.access.person import Person
from callrisk.people.openid.openid_login import OpenIdLogin
from callrisk.people.openid.openid_persons import OpenIdPersons
from callrisk.settings import Settings, load
from callrisk.store.people.audit_log import Sought
from callrisk.store.people.people_store import PeopleStore
from callrisk.web.app import Server
from harness.openid.hostile_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    HostileProvider,
    hostile_provider,
)
from harness.small_world import new_root

BACK = "/login/openid/callback"


@dataclass
class Desk:
    """The server, its provider, and browsers."""

    server: Server
    provider: HostileProvider

    def browser(self) -> FlaskClient:
        return self.server.app.test_client()

    def begin(self, browser: FlaskClient, to: str = "/", language: str = "en") -> str:
        """Where the browser is led to."""
        answer = browser.get("/login/openid", query_string={"next": to, "lang": language})
        assert answer.status_code == 303, answer.text
        return str(answer.location)

    def log_in(self, browser: FlaskClient, to: str = "/") -> TestResponse:
        """What the way back answers."""
        came = self.provider.code_for(self.begin(browser, to))
        return browser.get(BACK, query_string=came)

    def person(self, subject: str = "subject-1") -> Person | None:
        persons = self.server.state.accounts.persons
        return persons.by_identity(f"{self.provider.issuer} {subject}")

    def newest(self) -> tuple[str, str, dict[str, Any]]:
        """Subject, action and detail of the newest record of the audit."""
        [stored] = self.server.state.accounts.auditor.log.newest(Sought(), 1)
        deed = stored.record.deed
        return deed.subject, deed.action, deed.detail


@contextmanager
def openid_server(folder: Path) -> Iterator[tuple[Server, Settings]]:
    """One server for several tests; each has a provider of its own."""
    settings = load(new_root(folder / "root"))
    changed: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'openid.db'}",
        "flask_secret_key": SecretStr("s" * 40), "oidc_issuer": "http://127.0.0.1:9",
        "oidc_client_id": CLIENT_ID, "oidc_client_secret": SecretStr(CLIENT_SECRET),
        "oidc_roles": "callrisk-agents=agent; callrisk-admins=admin; callrisk-leads=manager",
        "oidc_teams_claim": "teams", "oidc_agent_ids_claim": "agents",
    }  # fmt: skip
    settings = settings.model_copy(update={"env": settings.env.model_copy(update=changed)})
    server = create_app(settings)
    yield server, settings
    server.state.store.engine.dispose()


@contextmanager
def desk_of(server: Server, settings: Settings) -> Iterator[Desk]:
    """Give a server a new provider, to which its logins go within the block."""
    with hostile_provider() as provider:
        env = settings.env.model_copy(update={"oidc_issuer": provider.issuer})
        choice = login_ways(settings.model_copy(update={"env": env})).provider
        assert choice is not None
        accounts, people = server.state.accounts, PeopleStore(server.state.store.engine)
        persons = OpenIdPersons(people.persons, accounts.sessions, accounts.auditor)
        accounts.openid = OpenIdLogin(choice, people, persons, "s" * 40)
        yield Desk(server, provider)


def is_logged_in(browser: FlaskClient) -> bool:
    """Return True while a session is open."""
    return browser.get("/api/session").status_code == 200
