"""Calls begun by hand: an id that is taken tells nobody that it is."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from callrisk.domain.time import utc_now
from callrisk.store.keeping.customer_data import CustomerData
from callrisk.store.tables import calls
from harness.staffed import Staffed, staffed

UNGUESSABLE = "call-20261201-093000-3f0a"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Staffed]:
    with staffed(tmp_path / "root") as made:
        yield made


def begun(client: FlaskClient, call_id: str, customer_id: str | None = "1001") -> tuple[int, str]:
    """Return how the begin of a call is answered, and in which words."""
    ids = {"call_id": call_id, "customer_id": customer_id, "agent_id": "agent-1"}
    answer = client.post("/api/start_call", json=ids | {"phone": "0312345678"})
    return answer.status_code, str(answer.get_json().get("detail", "")).replace(call_id, "ID")


def test_nobody_begins_the_call_of_somebody_else(office: Staffed) -> None:
    """Neither its customer nor its telephone number changes, and nothing is told of it."""
    client, queries = office.client("agent-1"), office.server.state.queries
    before = queries.call("c-other")
    taken = {begun(client, "c-other", customer) for customer in ("1001", "1002", None)}
    free = {begun(client, call_id) for call_id in ("c-free", "c-other2", "100", "電話")}

    assert len(taken | free) == 1
    assert {status for status, _ in taken} == {409}
    assert queries.call("c-other") == before
    assert queries.call("c-free") is None


def test_an_id_that_is_taken_and_cannot_be_guessed_is_refused_alike(office: Staffed) -> None:
    """Also after everything of that call was erased."""
    agent, feeder = office.client("agent-1"), office.client(key="feeder")
    ids = {"call_id": UNGUESSABLE, "customer_id": "1001", "agent_id": "agent-3"}
    assert feeder.post("/api/start_call", json=ids).status_code == 200
    refused = begun(agent, "c-free")
    taken = begun(agent, UNGUESSABLE)
    engine = office.server.state.store.engine
    with engine.begin() as connection:
        connection.execute(calls.update().values(ended_at=calls.c.started_at))
    CustomerData(engine).erase("1001", utc_now())
    assert office.server.state.queries.call(UNGUESSABLE) is None

    assert taken == refused
    assert begun(agent, UNGUESSABLE) == refused


@pytest.mark.parametrize("prefix", [None, "tablet-", "", "PHONE_"])
def test_a_call_begins_by_hand_under_an_id_that_nobody_guesses(
    office: Staffed, prefix: str | None
) -> None:
    """As the live page proposes it, or with a UUID; another customer there is a conflict."""
    client = office.client("agent-1")
    call_id = UNGUESSABLE if prefix is None else f"{prefix}{uuid4()}"

    assert begun(client, call_id) == (200, "")
    assert begun(client, call_id) == (200, "")
    assert begun(client, "c-own") == (200, "")
    for own in (call_id, "c-own"):
        status, detail = begun(client, own, "1002")
        assert (status, "another customer" in detail) == (409, True)


def test_whoever_reaches_all_calls_begins_any(office: Staffed) -> None:
    """A telephony numbers its calls as it likes."""
    feeder = office.client(key="feeder")

    assert begun(feeder, "17")[0] == 200
