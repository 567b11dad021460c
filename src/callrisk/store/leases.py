"""Leases on partitions of calls: of several servers on one database one assesses each call.

A lease has an owner, a time at which it ends unless it is renewed, and a token that rises whenever
it changes hands. Who writes assessments names the tokens that it holds, in the same transaction: a
server that was frozen and comes back after its lease went to another one is refused, whatever its
clock says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, text, update

from callrisk.store import tables
from callrisk.store.transaction import writing

PARTITIONS = 32
_L = tables.leases.c
# Made once, as it runs with every batch of assessments.
_TOKENS = select(_L.partition, _L.token).where(
    _L.partition.in_(bindparam("partitions", expanding=True))
)
_CLOCK_OF_POSTGRES = text("SELECT clock_timestamp()")
# A lease ends so long after it was renewed last.
LEASE_S = 10.0
# A lease that ends later than this was written before a clock was set back.
_LONGEST = timedelta(seconds=2 * LEASE_S)


class LeaseLostError(RuntimeError):
    """Another server assesses calls of this partition by now; nothing was written."""


@dataclass(frozen=True, slots=True)
class Held:
    """The leases that a server holds: their tokens by partition, and how many servers there are."""

    tokens: Mapping[int, int]
    servers: int


def moment_of(connection: Connection, now: datetime) -> datetime:
    """Return the moment that leases go by: that of the database where machines share one."""
    if connection.dialect.name != "postgresql":
        return now
    moment: datetime = connection.execute(_CLOCK_OF_POSTGRES).scalar_one()
    return moment


def partition_of(call_id: str) -> int:
    """Return the partition that a call belongs to."""
    return crc32(call_id.encode("utf-8")) % PARTITIONS


class Leases:
    """The leases of one server; `owner` is its name, and `place` what earlier runs of it shared.

    A server that starts in the place of one that died takes its leases over at once.
    """

    def __init__(self, engine: Engine, owner: str, place: str) -> None:
        self._engine = engine
        self._owner = owner
        self._place = place

    def renew(self, now: datetime) -> Held:
        """Renew the leases held, take those that are free, and give up more than a fair share."""
        with writing(self._engine) as connection:
            now = moment_of(connection, now)
            leases, others = _leases(connection), self._others(connection, now)
            share = ceil(PARTITIONS / (len(others) + 1))
            mine = [n for n, row in leases.items() if row.owner == self._owner]
            held = {n for n, row in leases.items() if row.owner in others and _holds(row, now)}
            free = [n for n in leases if n not in held and n not in mine]
            kept, given = mine[:share], mine[share:]
            taken = free[: share - len(kept)]
            self._write(connection, kept, now)
            self._write(connection, taken, now, more=1)
            _release(connection, given)
        tokens = {n: leases[n].token for n in kept} | {n: leases[n].token + 1 for n in taken}
        return Held(tokens, len(others) + 1)

    def release(self) -> None:
        """Give up every lease, so that another server need not wait for its end."""
        with writing(self._engine) as connection:
            leases = _leases(connection)
            _release(connection, [n for n, row in leases.items() if row.owner == self._owner])
            s = tables.assessing_servers
            connection.execute(delete(s).where(s.c.owner == self._owner))

    def _others(self, connection: Connection, now: datetime) -> set[str]:
        """Say that this server is there; return the names of the others."""
        s = tables.assessing_servers.c
        until = now + timedelta(seconds=LEASE_S)
        gone = (s.owner == self._owner) | (s.until <= now) | (s.until > now + _LONGEST)
        gone |= s.owner.startswith(self._place, autoescape=True)
        connection.execute(delete(tables.assessing_servers).where(gone))
        own = {"owner": self._owner, "until": until}
        connection.execute(insert(tables.assessing_servers).values(**own))
        others = select(s.owner).where(s.owner != self._owner)
        return set(connection.execute(others).scalars())

    def _write(
        self, connection: Connection, partitions: Iterable[int], now: datetime, more: int = 0
    ) -> None:
        c = tables.leases.c
        values = {
            "owner": self._owner, "until": now + timedelta(seconds=LEASE_S),
            "token": c.token + more,
        }  # fmt: skip
        these = c.partition.in_(list(partitions))
        connection.execute(update(tables.leases).where(these).values(**values))


def _holds(lease: Any, now: datetime) -> bool:
    return bool(now < lease.until <= now + _LONGEST)


def check_fence(connection: Connection, call_ids: Iterable[str], tokens: Mapping[int, int]) -> None:
    """Raise LeaseLostError unless these tokens are those of the partitions of calls still."""
    wanted = {partition_of(call_id) for call_id in call_ids}
    rows = connection.execute(_TOKENS, {"partitions": list(wanted)})
    found = {row.partition: row.token for row in rows}
    lost = [n for n in wanted if n not in tokens or found.get(n) != tokens[n]]
    if lost:
        raise LeaseLostError(f"{len(lost)} of {len(wanted)} partitions went to another server")


def _leases(connection: Connection) -> dict[int, Any]:
    """Return the leases by partition; they are made at their first use."""
    c = tables.leases.c
    every = select(tables.leases).order_by(c.partition)
    rows = connection.execute(every).all()
    if len(rows) < PARTITIONS:
        missing = set(range(PARTITIONS)) - {row.partition for row in rows}
        new = [{"partition": n, "owner": None, "token": 0, "until": _LONG_AGO} for n in missing]
        connection.execute(insert(tables.leases), new)
        rows = connection.execute(every).all()
    return {row.partition: row for row in rows}


def _release(connection: Connection, partitions: Iterable[int]) -> None:
    c = tables.leases.c
    these = c.partition.in_(list(partitions))
    connection.execute(update(tables.leases).where(these).values(owner=None, until=_LONG_AGO))


_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
