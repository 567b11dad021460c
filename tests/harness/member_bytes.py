"""Members of an ensemble as bytes, to compare them with."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from callrisk.model.members import Member, parts_of


def member_bytes(members: Sequence[Member]) -> bytes:
    """Return the members as bytes that are equal when the members are."""
    parts = []
    for trees, linear in map(parts_of, members):
        parts.append(b"" if trees is None else bytes(trees.booster.save_raw("ubj")))
        parts.append(b"" if linear is None else json.dumps(asdict(linear)).encode("utf-8"))
    return b"\0".join(parts)
