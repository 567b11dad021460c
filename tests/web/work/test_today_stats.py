"""The operation of today by REST: of whom somebody may see, beside the rows one by one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from callrisk.domain.customer import JST
from callrisk.store.facts.fact_tables import call_facts
from harness.fact_rows import fact_row
from harness.staffed import Staffed, staffed

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A call of each of three agents in progress, and ended ones at this time of five weeks."""
    with staffed(tmp_path_factory.mktemp("today") / "root") as made:
        now = datetime.now(UTC)
        rows = [
            fact_row(
                f"{agent}-{week}-{number}", began.astimezone(JST).date(), agent,
                started_at=began, ended_at=began, first_score=80, final_category="high",
            )
            for agent in ("agent-1", "agent-3")
            for week in range(6)
            for number in range(3)
            if (began := now - timedelta(days=7 * week) - MINUTE / 60)
        ]  # fmt: skip
        with made.server.state.store.engine.begin() as connection:
            connection.execute(insert(call_facts), rows)
        client = made.client("agent-1")
        body = {"agent_id": "agent-1", "reason": "金額の相談"}
        assert client.post("/api/calls/c-own/escalate", json=body).status_code == 201
        yield made


def told(office: Staffed, login: str, path: str = "today") -> dict[str, Any]:
    """What is answered to a person."""
    answer = office.client(login).get(f"/api/stats/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.parametrize(
    ("login", "calls", "ended", "waiting"),
    [("agent-1", 1, 3, 1), ("agent-3", 1, 3, 0), ("supervisor", 2, 3, 1), ("manager", 3, 6, 1)],
)
def test_each_sees_the_calls_in_reach(
    office: Staffed, login: str, calls: int, ended: int, waiting: int
) -> None:
    """In all parts of the answer."""
    answer = told(office, login)

    assert answer["now"]["calls"] == answer["now"]["unscored"] == calls
    assert answer["now"]["agents"] == len(answer["urgent"]) == calls
    assert (answer["so_far"]["ended"], answer["so_far"]["high"]) == (ended, ended)
    assert answer["so_far"]["begun"] == ended + calls
    assert answer["escalations"]["count"] == waiting
    assert (answer["escalations"]["since"] is None) == (waiting == 0)


def test_who_asks_for_help_stands_first(office: Staffed) -> None:
    """Before calls without a word of it."""
    assert told(office, "manager")["urgent"][0]["call_id"] == "c-own"


def test_the_usual_day_is_of_the_same_weekday(office: Staffed) -> None:
    """Of the weeks before, without today; of the agents in reach."""
    usual = told(office, "manager", "usual_day")

    assert usual["days"] == 5
    assert usual["begun"] == {"low": 6.0, "middle": 6.0, "high": 6.0}
    assert usual["high_share"] == {"low": 1.0, "middle": 1.0, "high": 1.0}
    assert told(office, "supervisor", "usual_day")["begun"]["middle"] == 3.0
    assert told(office, "agent-2", "usual_day")["begun"] is None


def test_calls_of_a_demonstration_are_told_apart(office: Staffed) -> None:
    """None of them is one here."""
    assert told(office, "manager", "today?demo=true")["now"]["calls"] == 0
    assert told(office, "manager", "today?demo=false")["now"]["calls"] == 3


@pytest.mark.parametrize("login", ["admin", "auditor"])
@pytest.mark.parametrize("path", ["today", "usual_day"])
def test_others_see_none(office: Staffed, login: str, path: str) -> None:
    """Who sees no calls sees no figures of them."""
    assert office.client(login).get(f"/api/stats/{path}").status_code == 403
