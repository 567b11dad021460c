"""The size of what is stored: rows by kind, and bytes of the whole database."""

from dataclasses import dataclass

from sqlalchemy import Engine, func, select, text

from callrisk.store import tables

_BYTES = {
    "sqlite": text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
    "postgresql": text("SELECT pg_database_size(current_database())"),
}


@dataclass(frozen=True, slots=True)
class StoredSizes:
    """The number of calls, of those whose words are kept, and of turns; bytes of the database."""

    calls: int
    with_words: int
    turns: int
    megabytes: float


def stored_sizes(engine: Engine) -> StoredSizes:
    """Return how much is stored; on a large database that takes seconds."""
    c = tables.calls.c
    with engine.connect() as connection:
        count = select(func.count()).select_from(tables.calls)
        return StoredSizes(
            calls=connection.execute(count).scalar_one(),
            with_words=connection.execute(count.where(c.words_removed_at.is_(None))).scalar_one(),
            turns=connection.execute(
                select(func.count()).select_from(tables.segments)
            ).scalar_one(),
            megabytes=connection.execute(_BYTES[engine.dialect.name]).scalar_one() / 1e6,
        )
