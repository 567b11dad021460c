"""Turns that bear another version of the language than the one in use: found and read again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from callrisk.background.crash_points import crash_point
from callrisk.domain.language import Language
from callrisk.store import tables
from callrisk.store.log.appending import NewEvent, append
from callrisk.store.planning.contact_versions import raise_versions
from callrisk.store.statements.language_in_use import named_language
from callrisk.store.statements.understanding import Understanding, read_calls
from callrisk.store.store_away import store_away_reported
from callrisk.store.transaction import writing
from callrisk.store.turns import told, write_statements

# Others wait while a batch is written, some ten milliseconds for so many turns.
_TURNS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StaleBatch:
    """Calls with stale turns; `versions` are those of the turns, with when the last was heard."""

    call_ids: tuple[str, ...]
    versions: dict[str | None, datetime]


class StaleTurns:
    """The stored turns with words that bear another version than that of a language, or none."""

    def __init__(self, engine: Engine, language: Language) -> None:
        self._engine = engine
        self._language = language

    def batch(self) -> StaleBatch:
        """Return some calls with stale turns; none when all turns bear the version."""
        c, version = tables.segments.c, self._language.version
        # Each finds its rows in the index; one condition with "or" might read the whole table.
        conditions = (c.language.is_(None), c.language < version, c.language > version)
        calls: dict[str, None] = {}
        versions: dict[str | None, datetime] = {}
        left = _TURNS_AT_ONCE
        with store_away_reported(), self._engine.connect() as connection:
            for stale in conditions:
                turns = select(c.call_id, c.language, c.heard_at).where(tables.HAS_WORDS, stale)
                rows = connection.execute(turns.limit(left)).all()
                left -= len(rows)
                calls |= dict.fromkeys(row.call_id for row in rows)
                for row in rows:
                    heard_at = versions.get(row.language, row.heard_at)
                    versions[row.language] = max(heard_at, row.heard_at)
        return StaleBatch(tuple(calls), versions)

    def read_again(self, call_ids: Collection[str], at: datetime) -> int:
        """Read the stale turns of calls again, in their context; return how many.

        Nothing is written if another version is in use by now. Calls in progress are told.
        """
        understanding = Understanding(self._language)
        with store_away_reported():
            with self._engine.connect() as connection:
                # As `Contacts.take` does: read before anybody has to wait.
                read_calls(connection, call_ids, understanding)
            with writing(self._engine) as connection:
                named = named_language(connection)
                if named is None or named.version != understanding.version:
                    return 0
                turns = self._write(connection, call_ids, understanding, at)
                crash_point("before_reread_commit")
        crash_point("after_reread_commit")
        return turns

    def _write(
        self, connection: Connection, call_ids: Collection[str], understanding: Understanding,
        at: datetime,
    ) -> int:  # fmt: skip
        in_progress, events, count = _in_progress(connection, call_ids), list[NewEvent](), 0
        raise_versions(connection, call_ids)
        for call_id, turns in read_calls(connection, call_ids, understanding).items():
            stale = [one for one in turns.values() if not one.is_stored]
            write_statements(connection, call_id, stale)
            count += len(stale)
            events += told(call_id, stale, at) if call_id in in_progress else []
        append(connection, events)
        return count


def _in_progress(connection: Connection, call_ids: Collection[str]) -> set[str]:
    c = tables.calls.c
    statement = select(c.call_id).where(c.call_id.in_(call_ids), c.ended_at.is_(None))
    return set(connection.execute(statement).scalars())
