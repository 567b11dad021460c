"""Long jobs by REST: asked for, seen, cancelled, and what is refused."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from callrisk.bootstrap.server import create_app
from callrisk.domain.time import utc_now
from callrisk.settings import load
from callrisk.store.jobs.job_claims import JobClaims
from callrisk.store.jobs.job_tables import jobs
from callrisk.web.app import Server
from harness.contract import watched
from harness.small_world import new_root


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without a model; its threads do not run."""
    built = create_app(load(new_root(tmp_path_factory.mktemp("jobs") / "root")))
    with watched(built) as departures:
        yield built
    assert departures == []
    built.state.store.engine.dispose()


@pytest.fixture
def client(server: Server) -> FlaskClient:
    """Another system."""
    return server.app.test_client()


def ask(client: FlaskClient, **arguments: Any) -> dict[str, Any]:
    """The answer to a training that is asked for."""
    answer = client.post("/api/jobs", json={"kind": "train", "arguments": arguments})
    assert answer.status_code == 201, answer.text
    asked: dict[str, Any] = answer.get_json()
    return asked


def test_a_request_sent_again_asks_for_one_job(server: Server, client: FlaskClient) -> None:
    """With the same key and body; another body is refused, another key or day is another job."""
    body = {"kind": "train", "arguments": {"quick": True}}

    def sent(key: str, body: Any = body) -> TestResponse:
        return client.post("/api/jobs", json=body, headers={"Idempotency-Key": key})

    first, again, other = sent("one"), sent("one"), sent("two")
    assert (first.status_code, again.data) == (201, first.data)
    assert other.get_json()["job_id"] != first.get_json()["job_id"]
    assert sent("one", body | {"asked_by": "a"}).status_code == 422
    assert sent("").status_code == 422
    with server.state.store.engine.begin() as connection:
        early = utc_now() - timedelta(hours=25)
        connection.execute(update(jobs).values(asked_at=early))

    assert sent("one").get_json()["job_id"] > other.get_json()["job_id"]
    assert len(client.get("/api/jobs").get_json()["jobs"]) == 3


def test_a_table_is_scored_by_one_job(client: FlaskClient) -> None:
    """The place of its results is told from the beginning, and a request sent again is one job."""
    body = {"table": "顧客 2026.csv", "model": "20260101-000000-abcdef"}
    first, again = (
        client.post("/api/score_batch", json=body, headers={"Idempotency-Key": "one"})
        for _ in range(2)
    )
    asked = first.get_json()

    assert (first.status_code, again.data) == (201, first.data)
    assert (asked["kind"], asked["state"]) == ("score", "queued")
    assert asked["arguments"].pop("results").startswith("scored_")
    assert asked["arguments"] == body | {"customers": None}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "table"), ({"table": "../config.py"}, "table"),
        ({"table": "a.csv", "model": ".."}, "model"), ({"table": "a.csv", "data": "b"}, "data"),
    ],
)  # fmt: skip
def test_a_table_that_leads_elsewhere_is_refused(
    client: FlaskClient, body: dict[str, Any], named: str
) -> None:
    """422, and the field is named; nothing is put in the queue."""
    answer = client.post("/api/score_batch", json=body)

    assert (answer.status_code, named in answer.get_json()["detail"]) == (422, True)
    assert client.get("/api/jobs").get_json() == {"jobs": []}


def test_a_job_is_asked_for_seen_and_cancelled(client: FlaskClient) -> None:
    """Its number leads to it; what its kind needs and was not given is the usual."""
    asked = ask(client, tune=5)
    assert (asked["state"], asked["arguments"]) == ("queued", {"quick": False, "tune": 5})
    assert client.get(f"/api/jobs/{asked['job_id']}").get_json() == asked
    second = ask(client)
    listed = client.get("/api/jobs?limit=1").get_json()["jobs"]
    assert listed == [second]
    checks = client.get("/api/health").get_json()["checks"]
    assert checks["jobs"] == {"ok": True, "detail": "2 waiting"}
    for _ in range(2):
        cancelled = client.post(f"/api/jobs/{asked['job_id']}/cancel")
        assert (cancelled.status_code, cancelled.get_json()["state"]) == (200, "cancelled")


def test_health_tells_what_runs_and_what_failed(client: FlaskClient, server: Server) -> None:
    """And a job that is over cannot be cancelled."""
    asked, _ = ask(client), ask(client)
    claims = JobClaims(server.state.store.engine, "other", "other")
    claim = claims.claim(["train"], utc_now())
    assert claim is not None
    detail = client.get("/api/health").get_json()["checks"]["jobs"]["detail"]
    assert detail == f"job {asked['job_id']} (train) runs, 0%; 1 waiting"
    claims.failed(claim, "column 未払FLAG is missing", utc_now())
    check = client.get("/api/health").get_json()["checks"]["jobs"]
    assert check["ok"] is True
    assert check["detail"].endswith("failed: column 未払FLAG is missing")
    refused = client.post(f"/api/jobs/{asked['job_id']}/cancel")
    assert (refused.status_code, "is over" in refused.get_json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"kind": "shell", "arguments": {}}, "kind"),
        ({"arguments": {}}, "kind"),
        ({"kind": "train", "arguments": {"data": "/etc/passwd"}}, "arguments"),
        ({"kind": "train", "arguments": {"promote_as": "x"}}, "arguments"),
        ({"kind": "train", "arguments": {"tune": 1_001}}, "arguments"),
        ({"kind": "train", "arguments": {"tune": "--models"}}, "arguments"),
        ({"kind": "train", "arguments": {"quick": 1}}, "arguments"),
        ({"kind": "train", "arguments": [], "more": 1}, "more"),
    ],
)
def test_another_kind_or_argument_is_refused(
    client: FlaskClient, body: dict[str, Any], named: str
) -> None:
    """422, and the field is named; nothing is put in the queue."""
    answer = client.post("/api/jobs", json=body)

    assert answer.status_code == 422
    assert named in answer.get_json()["detail"]
    assert client.get("/api/jobs").get_json() == {"jobs": []}


@pytest.mark.parametrize("number", ["0", "1", "x", "-1", "9" * 19, "9" * 30, "1%00"])
def test_a_number_that_no_job_bears_is_404(client: FlaskClient, number: str) -> None:
    """Also what is no number."""
    for answer in (client.get(f"/api/jobs/{number}"), client.post(f"/api/jobs/{number}/cancel")):
        assert (answer.status_code, "no job" in answer.get_json()["detail"]) == (404, True)
