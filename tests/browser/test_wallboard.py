"""A wallboard in a real browser: begun by its link, and told of the calls of its teams."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pydantic import SecretStr

from callrisk.bootstrap.server import create_app
from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.domain.event_types import Source
from callrisk.settings import load
from callrisk.store.calls import NewCall
from callrisk.web.app import Server
from harness.ports import free_port
from harness.serving import serving
from harness.small_world import new_root

pytestmark = pytest.mark.browser

TEAM, OTHER_TEAM = "東京", "大阪"


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server that demands a login, with an agent in each of two teams."""
    folder, port = tmp_path_factory.mktemp("wallboard"), free_port()
    settings = load(new_root(folder / "root"))
    changed: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'wallboard.db'}", "api_port": port,
        "flask_secret_key": SecretStr("s" * 40), "replay_calls": 0,
    }  # fmt: skip
    env = settings.env.model_copy(update=changed)
    server = create_app(settings.model_copy(update={"env": env}))
    object.__setattr__(server.state.requesters, "demands_login", True)
    for login, team in {"agent-1": TEAM, "agent-2": OTHER_TEAM}.items():
        person = Person(0, login, f"見本 {login}", frozenset({Role.AGENT}), frozenset({team}))
        server.state.accounts.persons.add(person, datetime.now(UTC))
    with serving(server, port) as address:
        yield server, address


def begin_call(server: Server, call_id: str, agent_id: str) -> None:
    """A call as a telephony begins it."""
    now = datetime.now(UTC)
    server.state.intake.start(NewCall(call_id, call_id, agent_id, Source.REST, False, now, None))


def test_a_wallboard_shows_the_calls_of_its_teams(
    office: tuple[Server, str], browser: Browser
) -> None:
    """Those in progress and those that begin; it ends when an administrator ends it."""
    server, address = office
    begin_call(server, "b-1", "agent-1")
    begin_call(server, "b-2", "agent-2")
    sessions = server.state.accounts.sessions
    link = sessions.offer_device("入口の画面", [TEAM])
    context, faults = browser.new_context(locale="ja-JP"), list[str]()
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/wallboard?link={link}")
    page.get_by_test_id("start-wallboard").click()

    expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
    calls = page.get_by_test_id("active-calls").locator("[data-call-id]")
    expect(calls).to_have_count(1)
    expect(calls.first).to_have_attribute("data-call-id", "b-1")
    begin_call(server, "b-3", "agent-1")
    expect(calls).to_have_count(2)
    expect(page.get_by_test_id("start-call")).to_be_hidden()
    expect(page.get_by_test_id("call-title")).to_be_hidden()
    server.state.live.finish("b-1")
    expect(calls).to_have_count(1)
    assert "b-2" not in page.content()

    (session,) = sessions.kept.all()
    sessions.end(session.session_id)
    page.wait_for_url("**/login?**")
    context.close()
    assert faults == []
