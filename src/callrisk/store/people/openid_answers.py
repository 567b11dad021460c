"""The answers of identity providers to logins: each is taken once."""

from datetime import datetime

from sqlalchemy import Engine, delete

from callrisk.store.people import people_tables as tables
from callrisk.store.people.kept_sessions import hashed
from callrisk.store.transaction import insert_into, writing


class OpenIdAnswers:
    """The answers that one database took."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, state: str, ends_at: datetime, now: datetime) -> bool:
        """Return True for the first answer to the login of this state, which ends by itself."""
        c = tables.openid_answers.c
        with writing(self._engine) as connection:
            connection.execute(delete(tables.openid_answers).where(c.ends_at < now))
            row = insert_into(connection, tables.openid_answers).values(
                state_sha256=hashed(state), ends_at=ends_at
            )
            taken = connection.execute(row.on_conflict_do_nothing(index_elements=["state_sha256"]))
            return taken.rowcount == 1
