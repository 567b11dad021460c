"""Figures of ended calls by REST: of whom somebody may see, by agent, team, day and week."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callrisk.domain.customer import JST
from harness.fact_rows import fact_row, store_facts
from harness.staffed import OTHER_TEAM, TEAM, Staffed, staffed

# A Sunday and a Monday.
FIRST = date(2026, 11, 1)
PERIOD = "days=2&to=2026-11-02"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """Each agent had forty calls on each of both days; one in four of agent-3 was escalated."""
    with staffed(tmp_path_factory.mktemp("stats") / "root") as made:
        rows = [
            fact_row(
                f"{agent}-{day}-{number}", FIRST + timedelta(days=day), agent, first_score=50,
                escalated=agent == "agent-3" and number % 4 == 0,
            )
            for agent in ("agent-1", "agent-2", "agent-3")
            for day in range(2)
            for number in range(40)
        ]  # fmt: skip
        rows.append(fact_row("played", FIRST, "agent-1", demo=True))
        with made.server.state.store.engine.begin() as connection:
            store_facts(connection, rows)
        yield made


def told(office: Staffed, login: str, query: str) -> dict[str, Any]:
    """What is answered to a person."""
    answer = office.client(login).get(f"/api/stats/calls?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def calls(answer: dict[str, Any]) -> dict[str, int]:
    """The calls of each row."""
    return {row["key"]: row["calls"] for row in answer["rows"]}


@pytest.mark.parametrize(
    ("login", "agents"),
    [
        ("agent-1", ["agent-1"]),
        ("supervisor", ["agent-1", "agent-2"]),
        ("manager", ["agent-1", "agent-2", "agent-3"]),
    ],
)
def test_each_sees_the_calls_in_reach(office: Staffed, login: str, agents: list[str]) -> None:
    """Also in what all calls come to; a demonstration is not among them."""
    answer = told(office, login, PERIOD)

    assert calls(answer) == dict.fromkeys(agents, 80)
    assert answer["all"]["calls"] == 80 * len(agents)


@pytest.mark.parametrize("login", ["admin", "auditor"])
def test_others_see_none(office: Staffed, login: str) -> None:
    """Who sees no calls sees no figures of them."""
    assert office.client(login).get(f"/api/stats/calls?{PERIOD}").status_code == 403


def test_the_figures_are_those_of_the_rows(office: Staffed) -> None:
    """With the interval of the share, and who differs."""
    answer = told(office, "manager", PERIOD)
    one, _, three = answer["rows"]

    assert (three["escalated"]["hits"], three["escalated"]["of"]) == (20, 80)
    assert three["escalated"]["low"] < 0.25 < three["escalated"]["high"]
    assert three["adjusted"]["escalated"]["share"] == pytest.approx(0.25)
    assert three["adjusted"]["escalated"]["differs"]
    assert one["adjusted"]["escalated"]["differs"]
    assert (one["mean_seconds"], one["talk_share"], one["promised_yen"]) == (300.0, None, 0)


def test_by_team_day_and_week(office: Staffed) -> None:
    """A week is named by its Monday, so the Sunday stands in the one before."""

    def by(what: str) -> dict[str, int]:
        return calls(told(office, "manager", f"{PERIOD}&by={what}"))

    assert by("team") == {TEAM: 160, OTHER_TEAM: 80}
    assert by("day") == {"2026-11-01": 120, "2026-11-02": 120}
    assert by("week") == {"2026-10-26": 120, "2026-11-02": 120}
    assert told(office, "manager", f"{PERIOD}&demo=true")["all"]["calls"] == 1


def test_an_agent_of_two_teams_and_one_of_none(office: Staffed) -> None:
    """All calls are counted once; who leads one team is not told of the other one."""
    persons = office.server.state.accounts.persons
    both = office.person("agent-2")
    alone = office.person("agent-3")
    persons.change(replace(both, teams=frozenset({TEAM, OTHER_TEAM})))
    persons.change(replace(alone, teams=frozenset()))
    of_all, of_team = (
        told(office, login, f"{PERIOD}&by=team") for login in ("manager", "supervisor")
    )
    own = told(office, "agent-2", f"{PERIOD}&by=team")
    for person in (both, alone):
        persons.change(person)

    assert calls(of_all) == {TEAM: 160, OTHER_TEAM: 80}
    assert of_all["all"]["calls"] == 240
    assert calls(of_team) == {TEAM: 160}
    assert of_team["all"]["calls"] == 160
    assert calls(own) == {TEAM: 80, OTHER_TEAM: 80}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("days=0", "days"),
        ("days=367", "days"),
        ("to=2026-02-30", "to"),
        (f"{PERIOD}&by=month", "by"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    office: Staffed, query: str, field: str
) -> None:
    """In one line that names the field."""
    answer = office.client("manager").get(f"/api/stats/calls?{query}")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_a_year_is_the_longest(office: Staffed) -> None:
    """From any day on, the day a year later included."""
    longest = told(office, "manager", "days=366&to=2026-11-02")

    assert (longest["from"], longest["all"]["calls"]) == ("2025-11-02", 240)


def test_the_last_thirty_days_are_the_usual_ones(office: Staffed) -> None:
    """Until today in Japan."""
    answer = told(office, "manager", "")
    today = datetime.now(UTC).astimezone(JST).date()

    assert answer["from"] == (today - timedelta(days=29)).isoformat()
