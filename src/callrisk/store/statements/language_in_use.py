"""The version of the language in which all processes are to read turns."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from callrisk.store.store_away import store_away_reported
from callrisk.store.tables import language_in_use
from callrisk.store.transaction import writing


@dataclass(frozen=True, slots=True)
class NamedLanguage:
    """A version of the language, and since when it is the one in use."""

    version: str
    since: datetime


class LanguageInUse:
    """Reads and changes the version that the database names."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def named(self) -> NamedLanguage | None:
        """Return the version in use; None before a server was started."""
        with store_away_reported(), self._engine.connect() as connection:
            return named_language(connection)

    def activate(self, version: str, at: datetime) -> NamedLanguage | None:
        """Name this version; return the one that was in use before."""
        with store_away_reported(), writing(self._engine) as connection:
            before = named_language(connection)
            if before is None or before.version != version:
                connection.execute(delete(language_in_use))
                row = {"version": version, "since": at}
                connection.execute(insert(language_in_use).values(row))
            return before


def named_language(connection: Connection) -> NamedLanguage | None:
    """Return the version in use, as a transaction sees it."""
    c = language_in_use.c
    row = connection.execute(select(c.version, c.since)).first()
    return None if row is None else NamedLanguage(row.version, row.since)
