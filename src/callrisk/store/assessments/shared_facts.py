"""Facts that many assessments share, stored once: those of a model, and the words of a play."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from callrisk.domain.call_record import Payload
from callrisk.store import tables
from callrisk.store.transaction import writing

# A playbook has some hundred plays; more come only when it is edited again and again.
_MOST_REMEMBERED = 10_000


class SharedFacts:
    """Stores each body once and remembers it; safe to use from many threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ids: dict[str, int] = {}
        self._bodies: dict[int, Payload] = {}

    def id_of(self, body: Payload) -> int:
        """Return the id of a body, which is stored if it is new, in a transaction of its own."""
        written = json.dumps(body, ensure_ascii=False, sort_keys=True)
        known = self._ids.get(written)
        if known is None:
            known = self._stored(sha256(written.encode("utf-8")).hexdigest(), body)
            if len(self._ids) >= _MOST_REMEMBERED:
                self._ids.clear()
            self._ids[written] = known
        return known

    def bodies(self, connection: Connection, ids: Iterable[int]) -> dict[int, Payload]:
        """Return the bodies with these ids."""
        wanted = set(ids)
        found = {one: body for one in wanted if (body := self._bodies.get(one)) is not None}
        if missing := wanted - found.keys():
            s = tables.shared_facts.c
            rows = connection.execute(select(s.facts_id, s.body).where(s.facts_id.in_(missing)))
            read = {row.facts_id: row.body for row in rows}
            if len(self._bodies) >= _MOST_REMEMBERED:
                self._bodies.clear()
            self._bodies |= read
            found |= read
        return found

    def _stored(self, digest: str, body: Payload) -> int:
        s = tables.shared_facts.c
        with writing(self._engine) as connection:
            this = select(s.facts_id).where(s.sha256 == digest)
            known = connection.execute(this).scalar_one_or_none()
            if known is None:
                values: dict[str, Any] = {"sha256": digest, "body": body}
                statement = insert(tables.shared_facts).values(values)
                known = connection.execute(statement.returning(s.facts_id)).scalar_one()
        return int(known)
