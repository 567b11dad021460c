"""A production server with persons of every role in two teams, and a call of each agent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from callrisk.bootstrap.server import create_app
from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import ROLES_OF_PERSONS, Role
from callrisk.people.password_rules import hashed
from callrisk.settings import load
from callrisk.store.people.kept_keys import NewKey
from callrisk.web.app import Server
from harness.small_world import new_root

PASSWORD = "馬と電池とホチキスの緑色"  # noqa: S105 - of these tests
TEAM, OTHER_TEAM = "東京", "大阪"
# Hashed once: argon2 takes its time.
_HASH = hashed(PASSWORD)
KEYS = {
    "reader": ["calls:read"], "feeder": ["calls:feed", "calls:act_as"], "none": [],
    "hooks": ["webhooks:manage"],
}  # fmt: skip
# Whose call is whose, seen from the team: of the agent, of a colleague in the team, of the others.
CALLS = {"c-own": "agent-1", "c-team": "agent-2", "c-other": "agent-3"}


@dataclass(frozen=True)
class Staffed:
    """The server with its persons."""

    server: Server

    def client(self, login: str = "", key: str = "") -> FlaskClient:
        """Return a browser in which a person is logged in, or a system with a key, or nobody."""
        client = self.server.app.test_client()
        client.environ_base["wsgi.url_scheme"] = "https"
        client.environ_base["HTTP_HOST"] = "localhost"
        if login:
            answer = self.log_in(client, login)
            assert answer.status_code == 303, answer.text
            token = client.get("/api/session").get_json()["csrf_token"]
            client.environ_base["HTTP_X_CSRF_TOKEN"] = token
        if key:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key_named(key)}"
        return client

    def asking(self, login: str = "", key: str = "") -> dict[str, str]:
        """Return the headers by which a person or a system asks."""
        if key:
            return {"Authorization": f"Bearer {key_named(key)}"}
        client = self.client(login)
        cookie = client.get_cookie("__Host-callrisk")
        assert cookie is not None
        token = str(client.environ_base["HTTP_X_CSRF_TOKEN"])
        return {
            "Cookie": f"{cookie.key}={cookie.value}", "X-CSRF-Token": token,
            "Origin": "https://localhost",
        }  # fmt: skip

    def log_in(self, client: FlaskClient, login: str, password: str = PASSWORD) -> TestResponse:
        """Return what the login answers."""
        return client.post("/login", data={"login": login, "password": password})

    def person(self, login: str) -> Person:
        """Return a person."""
        found = self.server.state.accounts.persons.by_login(login)
        assert found is not None
        return found


def key_named(name: str) -> str:
    """Return the key of a service of these tests."""
    return f"crk_{name}".ljust(43, "0")


@contextmanager
def staffed(folder: Path, database: str = "", proxies: int = 0) -> Iterator[Staffed]:
    """A server in production, with calls in progress; its threads do not run."""
    settings = load(new_root(folder))
    url = database or f"sqlite:///{folder / 'staffed.db'}"
    changed: dict[str, Any] = {
        "app_env": "production", "database_url": url, "flask_secret_key": SecretStr("s" * 40),
        "trusted_proxies": proxies,
    }  # fmt: skip
    server = create_app(
        settings.model_copy(update={"env": settings.env.model_copy(update=changed)})
    )
    made = Staffed(server)
    now, accounts = datetime.now(UTC), server.state.accounts
    people = {
        "agent-1": (Role.AGENT, TEAM), "agent-2": (Role.AGENT, TEAM),
        "agent-3": (Role.AGENT, OTHER_TEAM),
        **{str(role): (role, TEAM) for role in ROLES_OF_PERSONS if role is not Role.AGENT},
    }  # fmt: skip
    for login, (role, team) in people.items():
        agents = frozenset({login}) if role is Role.AGENT else frozenset[str]()
        person = Person(0, login, f"見本 {login}", frozenset({role}), frozenset({team}), agents)
        added = accounts.persons.add(person, now)
        accounts.persons.set_password(added.person_id, _HASH, must_change=False)
    for name, scopes in KEYS.items():
        accounts.sessions.keys.add(key_named(name), NewKey(name, scopes, None), now)
    feeder = made.client(key="feeder")
    for call_id, agent_id in CALLS.items():
        ids = {"call_id": call_id, "customer_id": "1001", "agent_id": agent_id}
        assert feeder.post("/api/start_call", json=ids).status_code == 200
    yield made
    server.state.store.engine.dispose()
