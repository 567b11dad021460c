"""GET /metrics of real processes, read as Prometheus reads it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from callrisk.bootstrap.metrics.exposing import MetricsOf, exposed
from callrisk.bootstrap.metrics.figures import gauge, register_figures
from callrisk.bootstrap.server import create_app
from callrisk.live.servers.role import Role
from callrisk.web.app import Server
from callrisk.wire.client import LiveApi, LiveApiError
from harness.ports import free_port
from harness.serving import serving
from harness.small_world import World

CALL, CUSTOMER, AGENT = "metrics-call-1", "1001", "agent-metrics"
TURN = {"segment_id": "s1", "role": "CUSTOMER", "text": "今月は払えません。", "begin_ms": 0}
_DISK = ("free_bytes", "bytes")
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples_at(port: int) -> Samples:
    """What a process shows, by name and labels."""
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    """One of them; 0 where nothing was counted yet."""
    return samples.get((name, tuple(sorted(labels.items()))), 0.0)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def server_of(world: World, port: int, role: Role = Role.ALL) -> Server:
    """A server that shows its metrics, on a database of its own."""
    url = f"sqlite:///{world.settings.root / f'metrics-{port}.db'}"
    changed: dict[str, Any] = {"database_url": url, "metrics_port": port, "replay_calls": 0}
    env = world.settings.env.model_copy(update=changed)
    return create_app(world.settings.model_copy(update={"env": env}), role=role)


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """The port of the server and that of its metrics."""
    return free_port(), free_port()


@pytest.fixture(scope="module")
def address(world: World, ports: tuple[int, int]) -> Iterator[str]:
    """A server that serves, and shows its metrics."""
    server = server_of(world, ports[1])
    with server.beside, serving(server, ports[0]) as where:
        yield where


def post(address: str, path: str, body: Any) -> None:
    """Send a request as another system."""
    requests.post(f"{address}/api/{path}", json=body, timeout=10).raise_for_status()


def test_a_turn_moves_the_metrics(address: str, ports: tuple[int, int]) -> None:
    """It is taken, pushed and scored, and the requests are counted by route."""
    before = samples_at(ports[1])
    post(address, "start_call", {"call_id": CALL, "customer_id": CUSTOMER, "agent_id": AGENT})
    post(address, f"calls/{CALL}/segments", {"segments": [TURN | {"end_ms": 4_000}]})
    until(lambda: value(samples_at(ports[1]), "callrisk_turn_score_seconds_count") > 0)
    after = samples_at(ports[1])

    def moved(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert moved("callrisk_turns_taken_total") == 1
    assert moved("callrisk_turn_push_seconds_count") == 1
    assert moved("callrisk_turn_score_seconds_count") == 1
    assert 0 < moved("callrisk_turn_push_seconds_sum") < moved("callrisk_turn_score_seconds_sum")
    assert moved("callrisk_assessments_total") >= 1
    route = "/api/calls/<call_id>/segments"
    assert moved("callrisk_requests_total", method="POST", route=route, status="200") == 1
    assert moved("callrisk_request_seconds_count", route=route) == 1
    assert moved("process_cpu_seconds_total") > 0


def test_every_group_is_there_and_well(address: str, ports: tuple[int, int]) -> None:
    """Leases, model, health, what waits, memory."""
    shown = samples_at(ports[1])
    up = {labels for (name, labels), well in shown.items() if name.endswith("group_up") and well}

    assert up == {
        (("group", name),)
        for name in (
            "calls", "counts", "disk", "events", "health", "model", "process", "sources",
            "waiting", "webhooks",
        )
    }  # fmt: skip
    assert value(shown, "callrisk_lease_partitions") == 32
    assert value(shown, "callrisk_model_served") == 1
    assert value(shown, "callrisk_model_age_seconds") > 0
    assert value(shown, "callrisk_check_ok", check="store") == 1
    assert value(shown, "process_resident_memory_bytes") > 10_000_000
    for folder in ("data", "models", "output"):
        free, whole = (value(shown, f"callrisk_disk_{of}", folder=folder) for of in _DISK)
        assert 0 < free < whole


def test_no_id_stands_in_a_label(address: str, ports: tuple[int, int]) -> None:
    """Neither of a call nor of a customer or an agent, nor of a path that has no route."""
    api = LiveApi(address)
    for path in (CALL, "no-such-call", CUSTOMER):
        with pytest.raises(LiveApiError):
            api.changes(f"{path}x")
    unknown = requests.get(f"{address}/not/a/route/{AGENT}", timeout=10)
    labels = {label for _, of_one in samples_at(ports[1]) for _, label in of_one}

    assert unknown.status_code == 404
    assert "none" in labels
    assert not any(one in label for label in labels for one in (CALL, CUSTOMER, AGENT, "no-such"))


def test_the_public_port_has_no_metrics(address: str) -> None:
    """They are for programs of this machine."""
    assert requests.get(f"{address}/metrics", timeout=10).status_code == 404


def test_a_foreign_name_is_refused(address: str, ports: tuple[int, int]) -> None:
    """As of a page whose name leads to this machine."""
    where, headers = f"http://127.0.0.1:{ports[1]}/metrics", {"Host": "evil.example"}

    assert requests.get(where, headers=headers, timeout=10).status_code == 404


def test_each_role_has_a_port_of_its_own(world: World) -> None:
    """Counted on from METRICS_PORT; a role that shows calls and assesses none holds no lease."""
    base = free_port()
    assess, web = (server_of(world, base, role) for role in (Role.ASSESS, Role.WEB))
    with assess.beside, web.beside:
        shown = samples_at(base + MetricsOf.ASSESS), samples_at(base)

    assert all(value(one, "process_threads") > 0 for one in shown)
    assert value(shown[1], "callrisk_lease_partitions") == 0
    for server in (assess, web):
        server.state.store.engine.dispose()


def test_the_role_of_jobs_tells_of_no_model(world: World) -> None:
    """It loads none, which is no fault that anybody should be woken for."""
    base = free_port()
    jobs = server_of(world, base, Role.JOBS)
    with jobs.beside:
        shown = samples_at(base + MetricsOf.JOBS)
    jobs.state.store.engine.dispose()

    checks = {dict(labels)["check"] for name, labels in shown if name == "callrisk_check_ok"}
    assert "jobs" in checks
    assert "model" not in checks
    assert not any(name == "callrisk_model_served" for name, _ in shown)


def test_a_group_that_fails_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """Such as while the database is away; the group is named."""
    port = free_port()

    def away() -> Any:
        raise OSError("the database does not answer")

    registry = CollectorRegistry()
    register_figures(registry, {"away": away, "well": lambda: [gauge("well", "Well", 1)]})
    with exposed(registry, port, MetricsOf.SERVER):
        shown = samples_at(port)

    assert value(shown, "well") == 1
    assert value(shown, "callrisk_metrics_group_up", group="well") == 1
    assert shown["callrisk_metrics_group_up", (("group", "away"),)] == 0
    assert "away: OSError" in caplog.text


def test_a_port_that_is_taken_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """It is told."""
    port = free_port()
    first, second = (exposed(CollectorRegistry(), port, MetricsOf.SERVER) for _ in range(2))
    with first, second:
        assert samples_at(port) == {}

    assert f"no metrics at port {port}" in caplog.text


def test_every_metric_is_documented(address: str, ports: tuple[int, int]) -> None:
    """In the table of docs/metrics.md, by its name."""
    page = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text(encoding="utf-8")
    text = requests.get(f"http://127.0.0.1:{ports[1]}/metrics", timeout=10).text
    families = [*text_string_to_metric_families(text)]

    names = {one.name.removesuffix("_created") for one in families}
    assert {name for name in names if f"`{name}" not in page} == set()
