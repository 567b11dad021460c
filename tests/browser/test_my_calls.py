"""The list of calls of a person who is logged in: own calls first, nothing moves while one aims."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from callrisk.bootstrap.server import create_app
from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.domain.event_types import Source
from callrisk.people.password_rules import hashed
from callrisk.settings import load
from callrisk.store.calls import NewCall
from callrisk.web.app import Server
from harness.ports import free_port
from harness.serving import serving
from harness.small_world import new_root

pytestmark = pytest.mark.browser

PASSWORD = "馬と電池とホチキスの緑色"  # noqa: S105 - of these tests
TEAM = "東京"
PEOPLE = {"agent-1": Role.AGENT, "agent-2": Role.AGENT, "lead-1": Role.SUPERVISOR}


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server that demands a login, with a team of two agents and the one who leads it."""
    folder, port = tmp_path_factory.mktemp("office"), free_port()
    settings = load(new_root(folder / "root"))
    changed: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'office.db'}", "api_port": port,
        "flask_secret_key": SecretStr("s" * 40), "replay_calls": 0,
    }  # fmt: skip
    env = settings.env.model_copy(update=changed)
    server = create_app(settings.model_copy(update={"env": env}))
    object.__setattr__(server.state.requesters, "demands_login", True)
    now, persons = datetime.now(UTC), server.state.accounts.persons
    for login, role in PEOPLE.items():
        person = Person(0, login, f"見本 {login}", frozenset({role}), frozenset({TEAM}))
        added = persons.add(person, now)
        persons.set_password(added.person_id, hashed(PASSWORD), must_change=False)
    with serving(server, port) as address:
        yield server, address


@pytest.fixture
def seat(browser: Browser, office: tuple[Server, str]) -> Iterator[Callable[[str], Page]]:
    """Logs somebody in at a browser of their own; a fault in its scripts fails the test."""
    contexts, faults = [], list[str]()

    def taken(login: str) -> Page:
        context = browser.new_context(locale="ja-JP", viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{office[1]}/login")
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
        page.goto(office[1])
        expect(page.get_by_test_id("connection")).to_have_attribute("data-status", "connected")
        return page

    yield taken
    for context in contexts:
        context.close()
    assert faults == []


def begin(server: Server, call_id: str, agent_id: str) -> None:
    """A call as a telephony begins it."""
    now = datetime.now(UTC)
    server.state.intake.start(NewCall(call_id, call_id, agent_id, Source.REST, False, now, None))


def listed(page: Page) -> list[str]:
    """The ids of the calls in progress, from the top."""
    ids: list[str] = page.locator("#active-calls > li").evaluate_all(
        "rows => rows.map((row) => row.dataset.key)"
    )
    return ids


def expect_listed(page: Page, *call_ids: str) -> None:
    """Wait until these calls stand in the list, in this order."""
    page.wait_for_function(
        "wanted => [...document.querySelectorAll('#active-calls > li')]"
        ".map((row) => row.dataset.key).join() === wanted",
        arg=",".join(call_ids),
    )


def expect_open(page: Page, call_id: str) -> None:
    """Wait until a call is the open one, and in the address."""
    row = page.locator(f"#active-calls [data-call-id='{call_id}']")
    expect(row).to_have_attribute("aria-current", "true")
    assert page.url.endswith(f"#call={call_id}")


def test_own_calls_come_first_and_the_choice_stands_in_the_address(
    office: tuple[Server, str], seat: Callable[[str], Page]
) -> None:
    """Back takes back a choice and an opened call, and a reload keeps both."""
    server, _ = office
    begin(server, "c-1", "agent-1")
    begin(server, "c-2", "agent-2")
    begin(server, "c-3", "lead-1")
    page = seat("lead-1")
    expect_listed(page, "c-3", "c-1", "c-2")
    expect_open(page, "c-3")

    page.locator("#active-calls [data-call-id='c-2']").click()
    expect_open(page, "c-2")
    page.locator("[data-scope=mine]").click()
    expect_listed(page, "c-3")
    assert page.url.endswith("/?list=mine#call=c-2")
    page.reload()
    expect_listed(page, "c-3")
    page.go_back()
    expect_listed(page, "c-3", "c-1", "c-2")
    expect_open(page, "c-2")
    page.go_back()
    expect_open(page, "c-3")
    expect(page.locator("[data-scope=all]")).to_be_hidden()


def test_an_own_call_comes_forward_unless_the_person_types(
    office: tuple[Server, str], seat: Callable[[str], Page]
) -> None:
    """Whoever types is told of it, and opens it when there is time."""
    server, _ = office
    begin(server, "c-1", "agent-1")
    page = seat("agent-1")
    expect_open(page, "c-1")
    expect(page.get_by_test_id("calls-scope")).to_be_hidden()

    begin(server, "c-2", "agent-1")
    expect_open(page, "c-2")
    page.locator("#note-text").fill("折り返し")
    begin(server, "c-3", "agent-1")
    notice = page.locator(".toast[data-kind=arrival]")
    expect(notice).to_be_visible()
    assert page.url.endswith("#call=c-2")
    notice.get_by_role("button").first.click()
    expect_open(page, "c-3")
    expect(notice).to_have_count(0)


def test_rows_keep_their_places_while_the_pointer_is_among_them(
    office: tuple[Server, str], seat: Callable[[str], Page]
) -> None:
    """What ends stays, what begins comes last; the list is in order once the pointer is gone."""
    server, _ = office
    for number in (1, 2, 3):
        begin(server, f"c-{number}", "agent-1")
    page = seat("lead-1")
    expect_listed(page, "c-1", "c-2", "c-3")
    page.locator("#active-calls [data-call-id='c-3']").hover()
    box = page.locator("#active-calls [data-call-id='c-3']").bounding_box()
    server.state.live.finish("c-1")
    begin(server, "c-4", "lead-1")
    expect_open(page, "c-4")
    assert listed(page) == ["c-1", "c-2", "c-3", "c-4"]
    assert page.locator("#active-calls [data-call-id='c-3']").bounding_box() == box
    expect(page.locator("#active-count")).to_have_text("3")

    page.mouse.move(900, 400)
    expect_listed(page, "c-4", "c-2", "c-3")
    expect(page.locator("#ended-calls [data-call-id='c-1']")).to_be_visible()


def test_ended_calls_are_read_further(
    office: tuple[Server, str], seat: Callable[[str], Page]
) -> None:
    """Twenty at first, and the rest by a button that goes when there are no more."""
    server, _ = office
    for number in range(25):
        begin(server, f"e-{number}", "agent-1")
        server.state.live.finish(f"e-{number}")
    page = seat("agent-1")
    rows = page.locator("#ended-calls > li")
    expect(rows).to_have_count(20)
    page.get_by_test_id("ended-more").click()
    expect(rows).to_have_count(25)
    expect(page.get_by_test_id("ended-more")).to_be_hidden()


def test_a_supervisor_has_a_wallboard_that_turns_its_pages(
    office: tuple[Server, str], seat: Callable[[str], Page]
) -> None:
    """Large cards as long as all calls fit; then pages, each of which has its turn."""
    server, address = office
    begin(server, "w-0", "agent-1")
    page = seat("lead-1")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.clock.install()
    page.goto(f"{address}/wallboard")
    rows = page.locator("#active-calls > li")
    expect(rows).to_have_count(1)
    assert page.url == f"{address}/?wall=1"
    alone = rows.first.bounding_box()
    expect(page.get_by_test_id("call-title")).to_be_hidden()

    for number in range(1, 41):
        begin(server, f"w-{number}", "agent-2")
    expect(page.get_by_test_id("wall-counts")).to_contain_text("41")
    expect(page.get_by_test_id("wall-page")).to_contain_text("/ 3")
    first = listed(page)
    crowded, last = rows.first.bounding_box(), rows.last.bounding_box()
    assert alone is not None and crowded is not None and last is not None
    assert alone["height"] > 1.5 * crowded["height"]
    assert len(first) < 41 and last["y"] + last["height"] < 1080
    page.clock.run_for(12_000)
    page.wait_for_function(
        "first => document.querySelector('#active-calls > li').dataset.key !== first", arg=first[0]
    )
    assert not set(first) & set(listed(page))
