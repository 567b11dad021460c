"""The requests to the CRM, counted by app and day, so that a restart keeps the count."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Engine, delete, select

from callrisk.store import tables
from callrisk.store.transaction import insert_into, writing


class RequestsMade:
    """Reads and adds up requests by app and day."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def on(self, day: date) -> dict[int, int]:
        """Return the requests of each app on a day."""
        c = tables.requests.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(c.app, c.made).where(c.day == day))
            return {row.app: row.made for row in rows}

    def add(self, day: date, made: Mapping[int, int]) -> None:
        """Add requests of a day, and delete those of earlier days."""
        table = tables.requests
        with writing(self._engine) as connection:
            connection.execute(delete(table).where(table.c.day < day))
            for app, count in made.items():
                values = {"day": day, "app": app, "made": count}
                statement = insert_into(connection, table).values(values)
                connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["day", "app"], set_={"made": table.c.made + count}
                    )
                )
