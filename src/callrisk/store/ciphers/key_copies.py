"""The key store as one text, and merged again: what was destroyed or erased stays so."""

import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from callrisk.store.ciphers.data_keys import DataKeys, KeyLostError
from callrisk.store.ciphers.erasures import Erasure, Erasures
from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.ciphers.key_tables import data_keys
from callrisk.store.people.audit_subjects import AuditCall, AuditSubjects
from callrisk.store.transaction import insert_of

_AT_ONCE = 500


def copied(keys: DataKeys) -> Iterator[str]:
    """Yield the lines of a copy: JSON objects, an erasure, an id of the audit, or a key."""
    for entry in Erasures(keys).all():
        yield _line("erasure", [entry.hash_key, entry.customer_hash, entry.at.isoformat()])
    for one in AuditSubjects(keys).all():
        salt = None if one.salt is None else one.salt.hex()
        yield _line("audit_call", [one.audit_subject, one.call_id, salt])
    with keys.engine.connect() as connection:
        for row in connection.execute(select(data_keys)):
            wrapped = None if row.wrapped is None else b64encode(row.wrapped).decode("ascii")
            made_at = row.made_at.isoformat()
            yield _line("key", [row.call_id, row.ring_key, wrapped, made_at, row.erased])


def _line(kind: str, values: list[Any]) -> str:
    return json.dumps({kind: values}, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class KeyCopy:
    """The content of a copy: data keys as rows, and what was erased by then."""

    rows: list[dict[str, Any]]
    erased: list[str]
    erasures: list[Erasure]
    calls: list[AuditCall]


def read_copy(lines: Iterable[str]) -> KeyCopy:
    """Return what the lines of a copy say; ValueError for lines that are no copy."""
    copy = KeyCopy([], [], [], [])
    for line in lines:
        match json.loads(line):
            case {"erasure": [hash_key, customer_hash, at]}:
                copy.erasures.append(Erasure(hash_key, customer_hash, datetime.fromisoformat(at)))
            case {"audit_call": [subject, call_id, salt]}:
                copy.calls.append(AuditCall(subject, call_id, salt and bytes.fromhex(salt)))
            case {"key": [call_id, _, _, _, True]}:
                copy.erased.append(call_id)
            case {"key": [call_id, ring_key, wrapped, made_at, False]}:
                copy.rows.append({
                    "call_id": call_id, "ring_key": ring_key, "erased": False,
                    "wrapped": None if wrapped is None else b64decode(wrapped),
                    "made_at": datetime.fromisoformat(made_at),
                })  # fmt: skip
            case _:
                raise ValueError("no line of a copy of keys")
    return copy


def parted(keys: DataKeys, copy: KeyCopy) -> tuple[KeyCopy, dict[str, int]]:
    """Return of a copy what this ring opens, and how much it does not, by the keys of a ring.

    Each data key is unwrapped once: the name of a key of the ring does not tell that it is the
    same. Of a note of an erasure there is the name alone, by which customers are known again.
    """
    foreign = Counter[str]()
    rows, erasures = [], []
    for row in copy.rows:
        if _opens(keys, row):
            rows.append(row)
        else:
            foreign[row["ring_key"]] += 1
    for entry in copy.erasures:
        key = keys.ring.find(entry.hash_key)
        if key is not None and key.purpose is KeyPurpose.SEARCH:
            erasures.append(entry)
        else:
            foreign[entry.hash_key] += 1
    return replace(copy, rows=rows, erasures=erasures), dict(sorted(foreign.items()))


def _opens(keys: DataKeys, row: dict[str, Any]) -> bool:
    if row["wrapped"] is None:
        return True
    try:
        keys.unwrapped(row["call_id"], row["ring_key"], row["wrapped"])
    except KeyLostError:
        return False
    return True


def merged(keys: DataKeys, copy: KeyCopy, now: datetime) -> int:
    """Take in a copy; return how many keys came back.

    A key that is here, or that was destroyed here since, stays as it is; erasures of both count.
    """
    Erasures(keys).put(copy.erasures)
    keys.erase(copy.erased, now)
    AuditSubjects(keys).put(copy.calls)
    insert = insert_of(keys.engine.dialect.name, data_keys).on_conflict_do_nothing()
    before = sum(keys.by_ring_key().values())
    for at in range(0, len(copy.rows), _AT_ONCE):
        with keys.writing() as connection:
            connection.execute(insert, copy.rows[at : at + _AT_ONCE])
    return sum(keys.by_ring_key().values()) - before
