"""A database as an earlier version left it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from callrisk.store import database

# A call in its columns since revision 0003.
ROW = """
insert into calls (call_id, customer_id, agent_id, source, demo, started_at, alerted, escalated,
                   looked_up, has_gap, record_id)
values (:call_id, '1001', 'a', 'rest', :no, '2026-01-01 00:00:00', :no, :no, :no, :no, :record_id)
"""


def moved(engine: Engine, revision: str, to: str = "downgrade") -> None:
    """Bring the tables to a revision."""
    config = Config()
    folder = Path(database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        getattr(command, to)(config, revision)
