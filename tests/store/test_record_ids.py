"""Record ids become text: an old database opens with its choices, in both kinds of database."""

import pytest
from sqlalchemy import Engine, text

from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from harness.key_rings import KEYS
from harness.old_database import ROW, moved


def test_an_old_database_opens_with_its_record_ids(engine: Engine) -> None:
    """A number becomes its digits, none stays none, and what refers to the call stays."""
    moved(engine, "0003")
    with engine.begin() as connection:
        for call_id, record_id in (("c-1", 17), ("c-2", None)):
            values = {"call_id": call_id, "record_id": record_id, "no": False}
            connection.execute(text(ROW), values)
        connection.execute(text(
            "insert into segments (call_id, segment_id, sequence, role, text, heard_at)"
            " values ('c-1', 's-1', '1', 'AGENT', 'はい', '2026-01-01 00:00:00')"
        ))  # fmt: skip
    opened = open_database(engine.url.render_as_string(hide_password=False), KEYS)
    queries = Queries(opened)
    kept = {call.call_id: call.record_id for call in queries.active_calls()}
    assert kept == {"c-1": "17", "c-2": None}
    assert [one.text for one in queries.segments("c-1")] == ["はい"]
    opened.dispose()


@pytest.mark.parametrize("record_id", ["C-00A7/x", "台帳 7", "x" * 256])
def test_an_id_is_any_text(engine: Engine, record_id: str) -> None:
    """Not every CRM numbers its records."""
    with engine.begin() as connection:
        values = {"call_id": "c-1", "record_id": record_id, "no": False}
        connection.execute(text(ROW), values)
    call = Queries(engine).call("c-1")
    assert call is not None
    assert call.record_id == record_id
