"""The manifest of a backup: versions, row counts, and the sum of each member."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callrisk.store.copies.copy_facts import CopyFacts

FORMAT = 1
_SECRETS = {
    "ja": ".env と、鍵・パスワード・トークンは入っていません。別に保管してください",
    "en": ".env, keys, passwords and tokens are not in it: keep them apart",
}


class ManifestError(ValueError):
    """A manifest cannot be read; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the file: its SHA-256 and its length in bytes."""

    sha256: str
    length: int


@dataclass(frozen=True, slots=True)
class RingKeys:
    """Keys of the ring by name: those that seal values in the database, and wrap data keys."""

    values: tuple[str, ...] = ()
    data_keys: tuple[str, ...] = ()

    def __or__(self, other: "RingKeys") -> "RingKeys":
        """Return the keys of both."""
        values, data_keys = {*self.values, *other.values}, {*self.data_keys, *other.data_keys}
        return RingKeys(tuple(sorted(values)), tuple(sorted(data_keys)))


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a backup; `left_out` are settings that held a secret."""

    format: int
    version: str
    made_at: datetime
    portfolio: str
    database: CopyFacts
    members: Mapping[str, Member]
    left_out: tuple[str, ...] = ()
    # Older versions named none.
    ring_keys: RingKeys = RingKeys()

    def to_json(self) -> bytes:
        """Return the manifest as it stands in the file."""
        written = {
            "product": "callrisk",
            "format": self.format,
            "version": self.version,
            "made_at": self.made_at.isoformat(),
            "portfolio": self.portfolio,
            "database": {
                "kind": self.database.kind,
                "schema": self.database.schema,
                "rows": dict(self.database.rows),
                "sequences": {name: list(it) for name, it in self.database.sequences.items()},
            },
            "members": {
                name: {"sha256": member.sha256, "length": member.length}
                for name, member in self.members.items()
            },
            "left_out": list(self.left_out),
            "ring_keys": {
                "values": list(self.ring_keys.values),
                "data_keys": list(self.ring_keys.data_keys),
            },
            "not_in_this_file": _SECRETS,
        }
        return json.dumps(written, ensure_ascii=False, indent=2).encode()


def manifest_from(content: bytes) -> Manifest:
    """Return the manifest that `to_json` wrote; ManifestError for anything else."""
    try:
        read = json.loads(content)
        database = read["database"]
        return Manifest(
            int(read["format"]),
            str(read["version"]),
            datetime.fromisoformat(read["made_at"]),
            str(read["portfolio"]),
            CopyFacts(
                str(database["kind"]),
                str(database["schema"]),
                {str(table): int(count) for table, count in database["rows"].items()},
                {str(name): _counted(it) for name, it in database["sequences"].items()},
            ),
            {name: Member(it["sha256"], int(it["length"])) for name, it in read["members"].items()},
            tuple(map(str, read["left_out"])),
            _ring_keys(read.get("ring_keys", {})),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestError(f"{type(error).__name__}: {error}") from error


def _ring_keys(written: Any) -> RingKeys:
    values, data_keys = written.get("values", ()), written.get("data_keys", ())
    return RingKeys(tuple(map(str, values)), tuple(map(str, data_keys)))


def _counted(written: Any) -> tuple[int, bool]:
    last, given = written
    return int(last), bool(given)
