"""Customer segments in one database, each sealed; a private one is its owner's alone."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select

from callrisk.domain.portfolio.customer_segments import CustomerSegment, SegmentRule
from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.customer_segments.segment_tables import customer_segments
from callrisk.store.transaction import writing

MOST_SEGMENTS = 50
_S = customer_segments.c


class TooManySegmentsError(ValueError):
    """The person has as many segments as one may have."""


class SegmentStore:
    """Reads and writes of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            keys = cipher_of(connection).keys
        self._cipher = RingCipher(keys, KeyPurpose.ACCOUNTS, "customer segment")

    def seen_by(self, person: str) -> list[CustomerSegment]:
        """Return the segments of a person and the shared ones of others, the oldest first."""
        asked = select(customer_segments).where((_S.owner == person) | _S.shared)
        with self._engine.connect() as connection:
            return [self._segment(row) for row in connection.execute(asked.order_by(_S.segment_id))]

    def add(
        self, name: str, rules: tuple[SegmentRule, ...], owner: str, *, shared: bool, now: datetime
    ) -> CustomerSegment:
        """Store a segment; TooManySegmentsError for an owner who has too many."""
        told = {
            "name": name,
            "rules": [[rule.column, rule.low, rule.high] for rule in rules],
        }
        sealed = self._cipher.seal(
            json.dumps(told, ensure_ascii=False).encode(), _place(owner, now)
        )
        row = {"owner": owner, "shared": shared, "sealed": sealed, "made_at": now}
        with writing(self._engine) as connection:
            own = select(func.count()).where(_S.owner == owner)
            if connection.execute(own).scalar_one() >= MOST_SEGMENTS:
                raise TooManySegmentsError(f"a person may save {MOST_SEGMENTS} segments")
            added = insert(customer_segments).values(row).returning(_S.segment_id)
            number = int(connection.execute(added).scalar_one())
        return CustomerSegment(number, name, rules, owner, shared, now)

    def remove(self, segment_id: int, owner: str) -> CustomerSegment | None:
        """Delete a segment and return it as it was; None where the person owns none of this id."""
        this = (_S.segment_id == segment_id) & (_S.owner == owner)
        with writing(self._engine) as connection:
            row = connection.execute(select(customer_segments).where(this)).one_or_none()
            if row is None:
                return None
            connection.execute(delete(customer_segments).where(this))
        return self._segment(row)

    def _segment(self, row: Any) -> CustomerSegment:
        told = json.loads(self._cipher.open(row.sealed, _place(row.owner, row.made_at)))
        rules = tuple(SegmentRule(*rule) for rule in told["rules"])
        return CustomerSegment(
            row.segment_id, told["name"], rules, row.owner, row.shared, row.made_at
        )


def _place(owner: str, at: datetime) -> bytes:
    return f"{at.isoformat()} {owner}".encode()
