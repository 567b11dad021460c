"""One database, several processes: each with a role, any of which may die."""

import shutil
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import socketio

from callrisk.domain.kept.call_facts import CallFacts
from callrisk.store.database import open_database
from callrisk.store.facts.facts_queries import FactsQueries
from callrisk.store.queries import Queries
from harness import ROOT
from harness.databases import KINDS, fresh_database
from harness.fleet import Fleet, started
from harness.key_rings import KEYS
from harness.small_world import World, new_root
from harness.waiting import wait_until

SAID = ("今月の支払いの件です", "失業して、今月は払えません", "来月五日に必ず払います")
CALLS = [f"call-{number}" for number in range(8)]


@pytest.fixture(params=KINDS)
def fleet(request: pytest.FixtureRequest, tmp_path: Path, world: World) -> Iterator[Fleet]:
    """Two web servers, two assessors and one for jobs."""
    with fresh_database(request.param) as database:
        found = started(tmp_path / "installation", world.settings.models_dir, database)
        try:
            yield found
        finally:
            found.stop()


@pytest.mark.slow
def test_five_processes_do_what_one_does(fleet: Fleet) -> None:
    """A turn at one web server is scored by an assessor and shown by the other web server.

    An assessor dies; the other one takes its calls over, and every call ends with its summary.
    """
    shown = Counter[str]()
    scored: dict[str, int] = {}
    client = socketio.Client()
    client.on("transcript_segment", lambda one: shown.update([one["call_id"]]))
    client.on("risk_score_update", lambda one: scored.update({one["call_id"]: one["risk_score"]}))
    client.connect(fleet.url(1))
    client.call("join_wallboard")
    for call_id in CALLS:
        begun = fleet.post("/api/start_call", {"call_id": call_id, "agent_id": "a"})
        assert begun.status_code == 200
    for number, words in enumerate(SAID):
        if number == 1:
            fleet.kill("assess-1")
        for call_id in CALLS:
            turn = {"segment_id": f"s{number}", "role": "CUSTOMER", "text": words}
            answer = fleet.post(f"/api/calls/{call_id}/segments", {"segments": [turn]}, number % 2)
            assert answer.json() == {"accepted": 1, "duplicates": 0}
    wait_until(lambda: all(shown[call_id] == len(SAID) for call_id in CALLS), seconds=30)
    # A lease of ten seconds and some, then the calls of the dead one are assessed.
    wait_until(lambda: len(scored) == len(CALLS), seconds=60)
    engine = open_database(fleet.database, KEYS)
    queries = Queries(engine)
    wait_until(lambda: all(queries.is_assessed(call_id) for call_id in CALLS), seconds=60)
    asked = fleet.post("/api/score_customer", {"call_id": CALLS[0]}).json()
    assert asked["quality"]["turns"] == len(SAID)
    assert {one["intent"] for one in asked["statements"]} >= {"income_loss", "promise"}
    for number, call_id in enumerate(CALLS):
        over = fleet.post("/api/end_call", {"call_id": call_id}, number % 2)
        assert over.json()["summary"]["turns"] == len(SAID), over.text

    day = next(iter(queries.calls(None, 1, None))).started_at.date()
    facts = FactsQueries(engine)
    wait_until(lambda: len(_facts(facts, day)) == len(CALLS), seconds=30)
    engine.dispose()
    client.disconnect()


def _facts(facts: FactsQueries, day: date) -> list[CallFacts]:
    return facts.calls(day - timedelta(days=1), day + timedelta(days=1))


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM ends a program at once there")
def test_a_process_without_a_port_ends_when_told(tmp_path: Path) -> None:
    """With status 0, as a web server does."""
    root = new_root(tmp_path / "installation")
    shutil.copy(ROOT / "realtime_api_server.py", root)
    fleet = Fleet(root, f"sqlite:///{tmp_path / 'calls.db'}")
    fleet.start("assess-1")
    log = root / "assess-1.log"
    wait_until(lambda: "started to assess" in log.read_text(encoding="utf-8"), seconds=90)
    fleet.running["assess-1"].send_signal(signal.SIGTERM)

    assert fleet.running["assess-1"].wait(20) == 0
