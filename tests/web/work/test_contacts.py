"""Contacts of customers by REST: who may ask and decide, what bars, and what the audit has."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from callrisk.domain.customer import JST
from callrisk.store.facts.fact_tables import call_facts
from harness.fact_rows import fact_row
from harness.staffed import Staffed, staffed

NOTICE = {"customer_id": "1003", "kind": "legal_notice", "reason": "受任通知を受領"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """Customer 1001 was called seven times in a week, by agents of both teams."""
    with staffed(tmp_path_factory.mktemp("contacts") / "root") as made:
        now = datetime.now(UTC)
        rows = [
            fact_row(
                f"f{n}", began.astimezone(JST).date(), f"agent-{1 + n % 3}", customer_id="1001",
                started_at=began, ended_at=began, outcome="not_reached",
            )
            for n in range(7)
            if (began := now - timedelta(hours=3 * n + 1))
        ]  # fmt: skip
        with made.server.state.store.engine.begin() as connection:
            connection.execute(insert(call_facts), rows)
        yield made


def asked(office: Staffed, *customer_ids: str) -> dict[str, Any]:
    """What is answered to the manager, by customer."""
    body = {"customer_ids": list(customer_ids)}
    answer = office.client("manager").post("/api/contacts", json=body)
    assert answer.status_code == 200, answer.text
    return {one["customer_id"]: one for one in answer.get_json()["contacts"]}


def test_calls_of_all_agents_bar_the_next(office: Staffed) -> None:
    """Full-width ids are the same customer; one without calls may be called."""
    found = asked(office, "１００１", "1002")

    assert found["1001"]["calls_of_week"] == 7
    assert found["1001"]["bars"] == ["calls_a_week"]
    assert found["1001"]["last"]["outcome"] == "not_reached"
    assert found["1002"]["bars"] == []
    assert found["1002"]["last"] is None


def test_a_decision_holds_and_is_noted(office: Staffed) -> None:
    """With its reason in the answer, and without it or the customer in the audit."""
    client = office.client("manager")
    answer = client.post("/api/contacts/decisions", json=NOTICE)

    assert answer.get_json()["contacts"][0]["bars"] == ["legal_notice"]
    assert asked(office, "1003")["1003"]["decision"]["reason"] == NOTICE["reason"]
    log = office.server.state.accounts.auditor.log
    (stored,) = [one for one in log.all() if one.record.deed.action == "decide_contact"]
    deed = stored.record.deed
    assert deed.object.startswith("contact_decision ")
    assert deed.detail == {"kind": "legal_notice", "status": 200}


@pytest.mark.parametrize("login", ["agent-1", "supervisor", "admin", "auditor"])
def test_others_neither_ask_nor_decide(office: Staffed, login: str) -> None:
    """A limit of calls a week counts everybody's calls, so only who sees all may ask."""
    client = office.client(login)

    assert client.post("/api/contacts", json={"customer_ids": ["1001"]}).status_code == 403
    assert client.post("/api/contacts/decisions", json=NOTICE).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (NOTICE | {"reason": " "}, "reason"),
        (NOTICE | {"kind": "maybe"}, "kind"),
        ({"kind": "held", "reason": "x"}, "customer_id"),
    ],
)
def test_a_decision_without_a_reason_is_refused(
    office: Staffed, body: dict[str, str], field: str
) -> None:
    """In one line that names the field."""
    answer = office.client("manager").post("/api/contacts/decisions", json=body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
