"""The version of a call: it rises with every change of what a delivery is planned from.

That is its turns, its drafts, and the columns of its row that make its contact. So a plan made
without a lock holds if the version is the same within the lock, and nothing is read twice. Whoever
writes one of these raises the version in the same transaction.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, update

from callrisk.store import tables

_C = tables.calls.c
# The change of a call's row that raises its version.
RAISED: dict[str, Any] = {"version": _C.version + 1}
_RAISE = (
    update(tables.calls)
    .where(_C.call_id.in_(bindparam("ids", expanding=True)))
    .values(RAISED)
    .returning(_C.call_id, _C.version)
)


def raise_versions(connection: Connection, call_ids: Collection[str]) -> dict[str, int]:
    """Raise the versions of calls; return those that they have now, of the calls that there are."""
    if not call_ids:
        return {}
    rows = connection.execute(_RAISE, {"ids": list(call_ids)})
    return {row.call_id: row.version for row in rows}
