"""A live server as a process of its own that demands a login, with an agent and a supervisor."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.people.password_rules import hashed
from callrisk.store.people.people_store import PeopleStore
from harness.live_server import LiveServer, SmallSample
from harness.ports import free_port

PASSWORD = "馬と電池とホチキスの緑色"  # noqa: S105 - of these tests
TEAM = "東京"
AGENT, SUPERVISOR = "agent-1", "lead-1"
# Where a real telephony is named, people log in; its recordings are played slower than for others,
# so that there is something to do during a call.
_REAL = {"CONNECT_INSTANCE_ID": "11111111-2222-4333-8444-555555555555", "REPLAY_SPEED": "12"}


@contextmanager
def staffed_process(folder: Path, sample: SmallSample) -> Iterator[LiveServer]:
    """The server from when it answers, with a demonstrated model."""
    sample.serve(folder, "20260101-000000-000001", "demonstrated")
    live = LiveServer(sample.copy_to(folder), free_port(), environment=_REAL)
    try:
        live.start()
        _add_people(live)
        yield live
    finally:
        live.stop()


def _add_people(live: LiveServer) -> None:
    engine = live.database()
    persons, now, kept = PeopleStore(engine).persons, datetime.now(UTC), hashed(PASSWORD)
    for login, role in ((AGENT, Role.AGENT), (SUPERVISOR, Role.SUPERVISOR)):
        person = Person(0, login, f"見本 {login}", frozenset({role}), frozenset({TEAM}))
        persons.set_password(persons.add(person, now).person_id, kept, must_change=False)
    engine.dispose()
