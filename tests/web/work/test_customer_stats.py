"""One customer over time and saved segments by REST: who may see and change what."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from callrisk.domain.customer import JST
from callrisk.store.facts.fact_tables import call_facts
from harness.fact_rows import fact_row
from harness.staffed import Staffed, staffed

SEGMENT = {"name": "高額", "rules": [{"column": "score", "low": 70}], "shared": False}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """Customer 1001 talked with agents of both teams, 1002 with the other team alone."""
    with staffed(tmp_path_factory.mktemp("customers") / "root") as made:
        now = datetime.now(UTC)
        today = now.astimezone(JST).date()
        rows = [
            fact_row(
                f"h{n}", today, agent, customer_id=customer, first_score=70 + n,
                final_category="high", started_at=now - timedelta(days=n), notes=1,
                promised_on=today - timedelta(days=1), promised_yen=1_000,
            )
            for n, (agent, customer) in enumerate(
                [("agent-1", "1001"), ("agent-2", "1001"), ("agent-3", "1001"), ("agent-3", "1002")]
            )
        ]  # fmt: skip
        with made.server.state.store.engine.begin() as connection:
            connection.execute(insert(call_facts), rows)
        yield made


def asked(office: Staffed, login: str, **query: str) -> tuple[int, dict[str, Any]]:
    """The status and body of what is answered to a person."""
    answer = office.client(login).get("/api/stats/customer", query_string=query)
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize(
    ("login", "customer", "calls"),
    [
        ("manager", "1001", ["h0", "h1", "h2"]), ("supervisor", "1001", ["h0", "h1"]),
        ("agent-1", "1001", ["h0"]), ("manager", "１００２", ["h3"]),
    ],
)  # fmt: skip
def test_each_sees_the_calls_in_reach(
    office: Staffed, login: str, customer: str, calls: list[str]
) -> None:
    """In the list, the sums and the promises alike; full-width ids are the same customer."""
    status, answer = asked(office, login, customer=customer)

    assert status == 200
    assert [call["call_id"] for call in answer["calls"]] == calls
    assert answer["sums"]["calls"] == answer["sums"]["high"]["hits"] == len(calls)
    assert [one["state"] for one in answer["promises"]] == [
        "overdue",
        *["replaced"] * (len(calls) - 1),
    ]


@pytest.mark.parametrize("login", ["agent-1", "supervisor"])
def test_a_customer_of_others_is_as_unknown_as_nobody(office: Staffed, login: str) -> None:
    """The same words and status for both."""
    foreign, nobody = (asked(office, login, customer=one) for one in ("1002", "9999"))

    assert foreign[0] == nobody[0] == 404
    assert foreign[1]["detail"] == nobody[1]["detail"]
    assert asked(office, "admin", customer="1001")[0] == 403


def test_what_was_seen_is_noted_by_call(office: Staffed) -> None:
    """Without the number of the customer, which an erasure could not take away there."""
    asked(office, "manager", customer="1002", limit="9")
    log = office.server.state.accounts.auditor.log
    deeds = [one.record.deed for one in log.all()]
    (deed,) = [one for one in deeds if one.action == "read_customer_history"
               and one.object == "list customer limit"]  # fmt: skip

    assert "1002" not in f"{deed.object} {deed.detail}"


def test_segments_are_saved_shared_and_removed(office: Staffed) -> None:
    """By managers; the audit has that it was, and not what it says."""
    client = office.client("manager")
    made = client.post("/api/customer_segments", json=SEGMENT | {"shared": True})
    assert made.status_code == 201, made.text
    number = made.get_json()["segment_id"]
    rules = [{"column": "score", "low": 70.0, "high": None}]

    listed = client.get("/api/customer_segments").get_json()["segments"]
    assert [(one["segment_id"], one["rules"], one["is_own"]) for one in listed] == [
        (number, rules, True)
    ]
    assert client.delete(f"/api/customer_segments/{number}").status_code == 200
    assert client.delete(f"/api/customer_segments/{number}").status_code == 404
    assert client.delete("/api/customer_segments/%C2%B2").status_code == 404
    log = office.server.state.accounts.auditor.log
    deeds = [one.record.deed for one in log.all()]
    (deed,) = [one for one in deeds if one.action == "save_customer_segment"]
    assert deed.object == f"customer_segment {number}"
    assert deed.detail == {"shared": True, "status": 201}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (SEGMENT | {"name": " "}, "name"), (SEGMENT | {"rules": []}, "rules"),
        (SEGMENT | {"rules": [{"column": "score", "low": "70"}]}, "rules.0.low"),
        (SEGMENT | {"rules": [{"column": "score", "low": 1e300}]}, "rules.0.low"),
        (SEGMENT | {"rules": SEGMENT["rules"] * 6}, "rules"),  # type: ignore[operator]
    ],
)  # fmt: skip
def test_what_is_no_segment_is_refused(office: Staffed, body: dict[str, Any], field: str) -> None:
    """In one line that names the field."""
    answer = office.client("manager").post("/api/customer_segments", json=body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


@pytest.mark.parametrize("login", ["agent-1", "supervisor", "admin", "auditor"])
def test_others_have_no_segments(office: Staffed, login: str) -> None:
    """They see no list of customers either."""
    client = office.client(login)

    assert client.get("/api/customer_segments").status_code == 403
    assert client.post("/api/customer_segments", json=SEGMENT).status_code == 403
