"""A database of the first version that kept calls: moved up, sealed and served all at once.

`first_version.sql` is what that version wrote in its own time, with a model and a customer.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import (
    JSON,
    Engine,
    MetaData,
    Table,
    create_engine,
    func,
    insert,
    null,
    select,
    text,
)

from callrisk.bootstrap.server import create_app
from callrisk.store import tables
from callrisk.store.ciphers.clear_rows import rows_in_clear
from callrisk.store.schema import metadata
from callrisk.web.app import Server
from harness.databases import KINDS, fresh_database
from harness.old_database import moved
from harness.ports import free_port
from harness.serving import serving
from harness.small_world import World
from harness.waiting import wait_until

WRITTEN = Path(__file__).with_name("first_version.sql")
# What was said and noted in it, a piece of each.
WORDS = ("合歓の木", "万年青の鉢", "山葵田", "寄木細工", "鳴子百合", "水琴窟")
SAID, NOTED = WORDS[:3], WORDS[3:]
# So many turns more than it wrote, for more than one batch of each job.
MORE_TURNS = 3_000
ENDED, OPEN = "old-ended", "old-open"


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database as the first version left it."""
    file = tmp_path / "first.db"
    connection = sqlite3.connect(file)
    connection.executescript(WRITTEN.read_text(encoding="utf-8"))
    _say_more(connection)
    connection.close()
    first = f"sqlite:///{file}"
    if request.param == "sqlite":
        yield first
        return
    with fresh_database(request.param, migrated=False) as postgres:
        _copy(create_engine(first), create_engine(postgres))
        yield postgres


def _say_more(connection: sqlite3.Connection) -> None:
    """Let the call that ended have many turns, each with its event, as the version wrote them."""
    with connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO segments SELECT call_id, 'x' || i, sequence, role, text, begin_ms, "
            "end_ms, sentiment, heard_at FROM segments, n WHERE call_id = ? AND segment_id = 's1'",
            (MORE_TURNS, ENDED),
        )
        connection.execute(
            "INSERT INTO events (call_id, type, at, payload) SELECT s.call_id, e.type, e.at, "
            "json_set(e.payload, '$.segment_id', s.segment_id) FROM segments s JOIN events e "
            "ON e.call_id = s.call_id AND e.type = 'transcript_segment' "
            "AND json_extract(e.payload, '$.segment_id') = 's1' WHERE s.segment_id LIKE 'x%'"
        )


def _copy(first: Engine, to: Engine) -> None:
    """Bring the rows into a PostgreSQL of the same revision."""
    moved(to, "0001", "upgrade")
    kept, new = MetaData(), MetaData()
    kept.reflect(first)
    new.reflect(to)
    with first.connect() as reading, to.begin() as writing:
        for table in new.sorted_tables:
            rows = reading.execute(select(kept.tables[table.name])).mappings().all()
            if rows and table.name != "alembic_version":
                writing.execute(insert(table), [_as_it_was(table, row) for row in rows])
        for table, column in (("events", "seq"), ("notes", "note_id")):
            newest = f"SELECT max({column}) FROM {table}"  # noqa: S608 - names of these lines
            sequence = f"pg_get_serial_sequence('{table}', '{column}')"
            writing.execute(text(f"SELECT setval({sequence}, ({newest}))"))
    first.dispose()
    to.dispose()


def _as_it_was(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the values of a row; what has none is no JSON null."""
    is_json = {column.name for column in table.columns if isinstance(column.type, JSON)}
    return {
        name: null() if value is None and name in is_json else value for name, value in row.items()
    }


@pytest.fixture
def server(world: World, url: str) -> Server:
    """The server of today on it."""
    env = world.settings.env.model_copy(update={"database_url": url, "replay_calls": 0})
    return create_app(world.settings.model_copy(update={"env": env}))


def detail(address: str, call_id: str) -> dict[str, Any]:
    """What is told of a call."""
    answer = requests.get(f"{address}/api/calls/{call_id}", timeout=20)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def said(told: dict[str, Any]) -> list[tuple[str, str]]:
    """The turns of a call; what is understood of them, a later version adds."""
    return [(one["segment_id"], one["text"]) for one in told["segments"]]


def all_events(address: str) -> list[dict[str, Any]]:
    """The whole log, as a page that was away for long reads it."""
    events: list[dict[str, Any]] = []
    while True:
        after = events[-1]["seq"] if events else 0
        path = f"{address}/api/events?after={after}&limit=2000"
        page = requests.get(path, timeout=20).json()
        events += page["events"]
        if not page["more"]:
            return events


def stored(engine: Engine) -> str:
    """Every row of every table, as text."""
    with engine.connect() as connection:
        return repr([connection.execute(select(one)).all() for one in metadata.sorted_tables])


def post(address: str, path: str, body: dict[str, object]) -> dict[str, Any]:
    """What a change is answered with."""
    answer = requests.post(f"{address}/api/{path}", json=body, timeout=20)
    assert answer.ok, answer.text
    told: dict[str, Any] = answer.json()
    return told


def go_on(address: str) -> None:
    """Hear, note and end the call that was in progress, and begin one."""
    turn = {"segment_id": "new", "role": "CUSTOMER", "text": "やはり払えません。"}
    post(address, f"calls/{OPEN}/segments", {"segments": [turn]})
    post(address, f"calls/{OPEN}/notes", {"agent_id": "agent-old", "text": "続きの見本"})
    post(address, "start_call", {"call_id": "new", "customer_id": "1001", "agent_id": "agent-old"})
    assert post(address, "end_call", {"call_id": OPEN})["summary"] is not None


@pytest.mark.slow
def test_a_database_of_the_first_version_is_sealed_while_it_is_served(
    server: Server, url: str, tmp_path: Path
) -> None:
    """Calls read the same before, meanwhile and after, go on, and stand nowhere in clear then."""
    engine = server.state.store.engine
    clear_at_first = rows_in_clear(engine)
    assert clear_at_first["segments"] > MORE_TURNS
    assert all(words in stored(engine) for words in WORDS)
    with serving(server, free_port()) as address:
        before = detail(address, ENDED)
        assert rows_in_clear(engine), "it was sealed before anybody read it"
        assert all(_holds(_files(tmp_path), words) for words in WORDS if url.startswith("sqlite"))
        go_on(address)

        def is_sealed() -> bool:
            assert said(detail(address, ENDED)) == said(before)
            return not rows_in_clear(engine) and not any(one in stored(engine) for one in WORDS)

        wait_until(is_sealed, seconds=90)
        after, opened = detail(address, ENDED), detail(address, OPEN)
        events = all_events(address)
        left = _files(tmp_path)

    told = str(before["segments"]) + str(before["notes"])
    assert all(words in told for words in WORDS)
    assert after["notes"] == before["notes"]
    # Another version of the model may say something else of it by now.
    assert after["assessments"][: len(before["assessments"])] == before["assessments"]
    assert [note["text"] for note in opened["notes"]][-1] == "続きの見本"
    heard = [one["payload"]["text"] for one in events if one["type"] == "transcript_segment"]
    assert sum(WORDS[0] in words for words in heard) > MORE_TURNS
    if url.startswith("sqlite"):
        assert [words for words in WORDS if _holds(left, words)] == []
    with engine.connect() as connection:
        sealed = select(func.count()).where(tables.segments.c.sealed.is_not(None))
        assert connection.execute(sealed).scalar_one() > MORE_TURNS


def _holds(content: bytes, words: str) -> bool:
    return words.encode() in content or words.encode("unicode_escape") in content


def _files(folder: Path) -> bytes:
    """The database with its journal, while the server runs."""
    return b"".join(path.read_bytes() for path in folder.glob("first.db*"))
