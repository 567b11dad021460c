"""Watches that whoever writes what deliveries are planned from raises the version of the call."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

# The columns of a call that make its contact.
_OF_CONTACT = frozenset(
    {
        "started_at", "connected_at", "conversation_id", "agent_user_id", "agent_id", "customer_id",
        "assigned_by", "phone", "completed_at", "disconnected_at", "analysis_lost_at", "categories",
        "contact_summary",
    }
)  # fmt: skip
_TURNS = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) (segments|drafts)\b")
_CALLS = re.compile(r"UPDATE calls SET (.*?) WHERE", re.DOTALL)
# A call that begins or goes is noticed by its row.
_ROWS = re.compile(r"(INSERT INTO|DELETE FROM) calls\b")


class _Watch:
    """What each transaction wrote so far, and whether it raised a version."""

    def __init__(self) -> None:
        self.unraised: list[str] = []
        self._written: dict[int, list[str]] = {}
        self._raised: set[int] = set()

    def after_cursor_execute(
        self, connection: Any, _cursor: Any, statement: str, *_rest: Any
    ) -> None:
        """Note what a statement of the product writes; tests write by hand as well."""
        if not connection.get_execution_options().get("writes"):
            return
        found = _CALLS.match(statement)
        names = set(re.findall(r"(\w+)=", found[1])) if found else set[str]()
        if "version" in names or _ROWS.match(statement):
            self._raised.add(id(connection))
        if _TURNS.match(statement) or names & _OF_CONTACT:
            self._written.setdefault(id(connection), []).append(statement)

    def commit(self, connection: Any) -> None:
        """Keep what was written without a new version."""
        if id(connection) not in self._raised:
            self.unraised += self._written.get(id(connection), [])
        self.rollback(connection)

    def rollback(self, connection: Any) -> None:
        """Forget the transaction."""
        self._written.pop(id(connection), None)
        self._raised.discard(id(connection))


@contextmanager
def versions_watched(engine: Engine) -> Iterator[None]:
    """AssertionError at the end if a transaction wrote such rows, and raised no version."""
    watch = _Watch()
    hooks = {name: getattr(watch, name) for name in ("after_cursor_execute", "commit", "rollback")}
    for name, hook in hooks.items():
        event.listen(engine, name, hook)
    yield
    for name, hook in hooks.items():
        event.remove(engine, name, hook)
    assert watch.unraised == []
