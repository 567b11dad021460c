"""How many requests the CRM has had, which a restart must not forget."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Engine, delete, select

from callrisk.store import tables
from callrisk.store.transaction import insert_into, writing


class RequestsMade:
    """Requests by app and day."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def on(self, day: date) -> dict[int, int]:
        """How many each app has had on a day."""
        c = tables.requests.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(c.app, c.made).where(c.day == day))
            return {row.app: row.made for row in rows}

    def add(self, day: date, made: Mapping[int, int]) -> None:
        """Add requests of a day, whoever made them; earlier days are of no use any more."""
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
