"""The ended calls of customers, and decisions on whether to call them again."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, insert, select

from callrisk.domain.language import Intent
from callrisk.domain.operation.contact_rules import (
    ContactCall,
    ContactDecision,
    DecisionKind,
)
from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.ring_cipher import RingCipher
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.contacting.contact_tables import contact_decisions
from callrisk.store.facts import fact_tables
from callrisk.store.transaction import writing

_F, _D = fact_tables.call_facts.c, contact_decisions.c
# As many values as SQLite binds at least in one statement.
_AT_ONCE = 500
_CALL = select(
    _F.customer_id, _F.started_at, _F.agent_id, _F.outcome, _F.promised_on, _F.promised_yen,
    _F.call_back_at, _F.said,
)  # fmt: skip


class ContactStore:
    """Reads and writes of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            keys = cipher_of(connection).keys
        self._cipher = RingCipher(keys, KeyPurpose.ACCOUNTS, "contact")

    def calls(self, customer_ids: Collection[str], *, demo: bool | None) -> list[ContactCall]:
        """Return the ended calls of these customers, whoever led them.

        `demo` narrows to calls of a demonstration or to all others; None asks for all.
        """
        asked = _CALL if demo is None else _CALL.where(_F.demo == demo)
        rows = (
            row for part in _parts(customer_ids)
            for row in self._all(asked.where(_F.customer_id.in_(part)))
        )  # fmt: skip
        return [_call(row) for row in rows]

    def decisions(self, customer_ids: Collection[str]) -> list[ContactDecision]:
        """Return what was decided about these customers, in the order of the decisions."""
        asked = select(_D.customer_id, _D.kind, _D.sealed, _D.person, _D.at)
        rows = (
            row for part in _parts(customer_ids)
            for row in self._all(
                asked.where(_D.customer_id.in_(part)).order_by(_D.decision_id)
            )
        )  # fmt: skip
        return [
            ContactDecision(
                row.customer_id, DecisionKind(row.kind),
                self._cipher.open(row.sealed, _place(row.customer_id, row.at)).decode(),
                row.person, row.at,
            )
            for row in rows
        ]  # fmt: skip

    def decide(self, decision: ContactDecision) -> int:
        """Store a decision; return its number."""
        place = _place(decision.customer_id, decision.at)
        row = {
            "customer_id": decision.customer_id, "kind": str(decision.kind),
            "sealed": self._cipher.seal(decision.reason.encode(), place),
            "person": decision.person, "at": decision.at,
        }  # fmt: skip
        with writing(self._engine) as connection:
            added = insert(contact_decisions).values(row).returning(_D.decision_id)
            return int(connection.execute(added).scalar_one())

    def _all(self, statement: Select[Any]) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(statement))


def _call(row: Any) -> ContactCall:
    values = dict(row._mapping)
    said = values.pop("said")
    return ContactCall(**values, disputes=Intent.DISPUTE in said)


def _parts(customer_ids: Collection[str]) -> Iterator[Sequence[str]]:
    ids = sorted(customer_ids)
    for at in range(0, len(ids), _AT_ONCE):
        yield ids[at : at + _AT_ONCE]


def _place(customer_id: str, at: datetime) -> bytes:
    return f"{at.isoformat()} {customer_id}".encode()
