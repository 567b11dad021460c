"""The key store as one text, and merged again: what was destroyed or erased stays so."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from callrisk.store.ciphers.data_keys import DataKeys
from callrisk.store.ciphers.erasures import Erasure, Erasures
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


def merged(keys: DataKeys, lines: Iterator[str], now: datetime) -> int:
    """Take in a copy; return how many keys came back. ValueError for lines that are no copy.

    A key that is here, or that was destroyed here since, stays as it is; erasures of both count.
    """
    erasures, rows, erased = [], [], []
    calls = list[AuditCall]()
    for line in lines:
        match json.loads(line):
            case {"erasure": [hash_key, customer_hash, at]}:
                erasures.append(Erasure(hash_key, customer_hash, datetime.fromisoformat(at)))
            case {"audit_call": [subject, call_id, salt]}:
                calls.append(AuditCall(subject, call_id, salt and bytes.fromhex(salt)))
            case {"key": [call_id, _, _, _, True]}:
                erased.append(call_id)
            case {"key": [call_id, ring_key, wrapped, made_at, False]}:
                rows.append({
                    "call_id": call_id, "ring_key": ring_key, "erased": False,
                    "wrapped": None if wrapped is None else b64decode(wrapped),
                    "made_at": datetime.fromisoformat(made_at),
                })  # fmt: skip
            case _:
                raise ValueError("no line of a copy of keys")
    Erasures(keys).put(erasures)
    keys.erase(erased, now)
    AuditSubjects(keys).put(calls)
    insert = insert_of(keys.engine.dialect.name, data_keys).on_conflict_do_nothing()
    before = sum(keys.by_ring_key().values())
    for at in range(0, len(rows), _AT_ONCE):
        with keys.writing() as connection:
            connection.execute(insert, rows[at : at + _AT_ONCE])
    return sum(keys.by_ring_key().values()) - before
