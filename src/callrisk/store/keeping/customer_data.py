"""Everything that the database has of one customer: found, and erased for good.

Theory of operation
-------------------
An erasure is noted in the ledger first, then the data keys of the calls are destroyed, then their
rows are removed. So it may be interrupted anywhere: what is not removed yet cannot be read, and
`erase_again`, which every start and every restore does, removes the rest. What came after the
moment of an erasure is another matter, and stays. The sums of days stay; they tell of nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, exists, func, select, union, update

from callrisk.domain.event_types import EventType
from callrisk.store import tables
from callrisk.store.ciphers.erasures import Erasures
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.contacting.contact_tables import contact_decisions
from callrisk.store.facts import fact_tables
from callrisk.store.facts.daily_sums import days_of, sum_days
from callrisk.store.keeping.old_calls import remove_calls
from callrisk.store.people.audit_subjects import AuditSubjects
from callrisk.store.search.search_tables import saved_searches
from callrisk.store.transaction import writing

_C, _P, _F, _E, _D = (
    table.c
    for table in (
        tables.calls, tables.earlier_calls, fact_tables.call_facts, tables.events,
        contact_decisions,
    )
)  # fmt: skip
_AT_ONCE = 20


class CustomerInCallError(ValueError):
    """The customer is in a call just now; the message names it."""


@dataclass(frozen=True, slots=True)
class Erased:
    """The numbers of calls and of earlier calls that were removed, and of events that named one."""

    calls: int
    earlier_calls: int
    events: int


class CustomerData:
    """The data of customers in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._keys = cipher_of(connection).keys
        self.erasures = Erasures(self._keys)
        self._subjects = AuditSubjects(self._keys)

    def call_ids(self, customer_id: str, before: datetime | None = None) -> list[str]:
        """Return the calls of a customer, those that began before a moment if one is given.

        Parts of a conversation that no customer was found for are among them.
        """
        own = select(_C.call_id).where(_C.customer_id == customer_id)
        conversations = select(func.coalesce(_C.conversation_id, _C.call_id)).where(
            _C.customer_id == customer_id
        )
        part = _C.customer_id.is_(None) & (
            _C.conversation_id.in_(conversations) | _C.call_id.in_(conversations)
        )
        theirs = select(_C.call_id).where(_C.call_id.in_(own) | part).order_by(_C.started_at)
        if before is not None:
            # What goes on just now came after the erasure, or is erased once it is over.
            theirs = theirs.where(_C.started_at < before, _C.ended_at.is_not(None))
        with self._engine.connect() as connection:
            return list(connection.execute(theirs).scalars())

    def earlier_calls(self, customer_id: str) -> list[dict[str, Any]]:
        """Return the rows of earlier calls of a customer, as an export told them."""
        theirs = select(tables.earlier_calls).where(_P.customer_id == customer_id)
        with self._engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(theirs)]

    def erase(self, customer_id: str, now: datetime) -> Erased:
        """Erase everything of a customer; CustomerInCallError, and nothing done, during a call."""
        running = select(_C.call_id).where(_C.customer_id == customer_id, _C.ended_at.is_(None))
        with self._engine.connect() as connection:
            call_id = connection.execute(running.limit(1)).scalar()
        if call_id is not None:
            raise CustomerInCallError(f"the call {call_id} is in progress; end it first")
        self.erasures.add(customer_id, now)
        return self._erase(customer_id, now)

    def erase_again(self) -> Erased:
        """Erase what came back of customers whose data was erased, such as from a backup."""
        self._subjects.unlink_erased()
        if not self.erasures.all():
            return Erased(0, 0, 0)
        known = union(*(select(column.customer_id).distinct() for column in (_C, _P, _F, _D)))
        with self._engine.connect() as connection:
            ids = [one for one in connection.execute(known).scalars() if one is not None]
        done = [self._erase(one, at) for one, at in self.erasures.of(ids).items()]
        return Erased(
            sum(one.calls for one in done), sum(one.earlier_calls for one in done),
            sum(one.events for one in done),
        )  # fmt: skip

    def _told_of(self, customer_id: str, before: datetime) -> list[str]:
        """Return the calls of a customer of which facts alone are left."""
        theirs = (_F.customer_id == customer_id) & (_F.started_at < before)
        theirs &= ~exists().where(_C.call_id == _F.call_id)
        with self._engine.connect() as connection:
            return list(connection.execute(select(_F.call_id).where(theirs)).scalars())

    def _erase(self, customer_id: str, before: datetime) -> Erased:
        call_ids = self.call_ids(customer_id, before)
        known = list({*call_ids, *self._told_of(customer_id, before)})
        # In this order: who adds a call to the audit looks at the keys first.
        self._keys.erase(known, before)
        self._subjects.unlink(known)
        for at in range(0, len(call_ids), _AT_ONCE):
            some = call_ids[at : at + _AT_ONCE]
            with writing(self._engine) as connection:
                days = days_of(connection, _F.call_id.in_(some))
                remove_calls(connection, some)
                sum_days(connection, days)
        with writing(self._engine) as connection:
            earlier = (_P.customer_id == customer_id) & (_P.began_at < before)
            removed = connection.execute(delete(tables.earlier_calls).where(earlier)).rowcount
            decided = (_D.customer_id == customer_id) & (_D.at < before)
            connection.execute(delete(contact_decisions).where(decided))
            facts = (_F.customer_id == customer_id) & (_F.started_at < before)
            days = days_of(connection, facts)
            connection.execute(delete(fact_tables.call_facts).where(facts))
            sum_days(connection, days)
            # Any of them may have looked for the customer, by words too.
            connection.execute(delete(saved_searches).where(saved_searches.c.made_at <= before))
            events = _unname(connection, customer_id, before)
        return Erased(len(call_ids), removed, events)


def _unname(connection: Connection, customer_id: str, before: datetime) -> int:
    """Take a customer out of events of calls that are another's by now; return of how many."""
    told = select(_E.seq, _E.facts).where(
        _E.type == EventType.CALL_STARTED, _E.at < before,
        _E.facts["customer_id"].as_string() == customer_id,
    )  # fmt: skip
    rows = [
        {"of_seq": seq, "facts": {**facts, "customer_id": None}}
        for seq, facts in connection.execute(told)
    ]
    if rows:
        connection.execute(update(tables.events).where(_E.seq == bindparam("of_seq")), rows)
    return len(rows)
