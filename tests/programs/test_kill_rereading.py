"""The server dies while it reads stored turns again; the next one reads the rest."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store.database import open_database
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from callrisk.store.statements.language_in_use import LanguageInUse
from callrisk.store.tables import segments
from harness.echo_language import EchoLanguage
from harness.installation import Program, lay_out
from harness.key_rings import KEYS
from harness.small_world import World
from harness.waiting import wait_until

KILLED = 137
CALLS, TURNS = 150, 8


def store_calls(engine: Engine) -> None:
    """Store calls as a program with another language did."""
    now, language = datetime.now(UTC), EchoLanguage()
    LanguageInUse(engine).activate(language.version, now)
    roles = tuple(ParticipantRole)
    turns = tuple(
        Segment(f"s{n}", n, roles[n % 2], f"発話{n}、払えません", 5_000 * n, 5_000 * n + 4_000)
        for n in range(TURNS)
    )
    events = [
        AnalysisEvent(f"c{number}", AnalysisKind.COMPLETED, now, turns) for number in range(CALLS)
    ]
    Contacts(engine, language).take(Delivery(events, now))


def left(engine: Engine) -> int:
    """How many turns bear another version than the program's."""
    stale = segments.c.language != packaged().version
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).where(stale)).scalar_one())


@pytest.mark.slow
def test_a_server_that_dies_while_reading_again_is_gone_on_with(
    world: World, free_port: int, tmp_path: Path
) -> None:
    """Dead after the first batch, in a process of its own; in the end every turn is read."""
    root = lay_out(tmp_path, world.settings.models_dir)
    engine = open_database(f"sqlite:///{root / 'data' / 'processed' / 'callrisk.db'}", KEYS)
    store_calls(engine)
    own = {"API_PORT": str(free_port), "REPLAY_CALLS": "0", "DATABASE_URL": ""}
    server = Program(root, ("realtime_api_server.py",), own)
    try:
        server.start("after_reread_commit")
        wait_until(server.is_dead)
        ended = server.process.returncode if server.process else None
        after_death = left(engine)
        server.start()
        wait_until(lambda: left(engine) == 0)
    finally:
        if not server.is_dead():
            server.kill()
    named = LanguageInUse(engine).named()
    turns = Queries(engine).turns("c0")
    whole = packaged().read([(one.turn.role, one.turn.text) for one in turns])

    assert ended == KILLED
    assert 0 < after_death < CALLS * TURNS
    assert named is not None
    assert named.version == packaged().version
    assert [one.statements for one in turns] == list(whole)
    engine.dispose()
