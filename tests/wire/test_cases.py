"""Requests that schemathesis makes of the document: none is answered otherwise than described."""

from collections.abc import Iterator

import pytest

from callrisk.bootstrap.server import create_app
from callrisk.web.app import Server
from harness.contract_cases import run_cases
from harness.small_world import World

# More are tried by benchmarks/contract.py.
CASES_AN_OPERATION = 4


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    """The server of the small world, on a database of its own; its threads do not run."""
    changes = {
        "database_url": f"sqlite:///{world.settings.root / 'cases.db'}", "replay_speed": 500.0,
    }  # fmt: skip
    env = world.settings.env.model_copy(update=changes)
    built = create_app(world.settings.model_copy(update={"env": env}))
    yield built
    built.state.store.engine.dispose()


def test_no_case_departs_from_the_document(server: Server) -> None:
    """Good requests are taken, bad ones refused as declared, and none fails."""
    ids = {"call_id": "cases-1", "customer_id": "1001", "agent_id": "agent-7"}
    server.app.test_client().post("/api/start_call", json=ids)
    results = list(run_cases(server, CASES_AN_OPERATION, "cases-1"))

    assert len(results) == 63
    assert {result.label: result.failures for result in results if result.failures} == {}
    assert all(status < 500 for result in results for status in result.statuses)
    assert sum(sum(result.statuses.values()) for result in results) >= 40
