"""The contents of a copy in figures, and how its parts are written and read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, TypeAlias

from callrisk.domain.wording import Text

# Writes a part of the copy under its name; opens one to be read.
Put: TypeAlias = Callable[[str, Iterable[bytes]], object]
OpenPart: TypeAlias = Callable[[str], AbstractContextManager[IO[bytes]]]
# The table in which Alembic keeps the version of the schema.
VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """The kind of database, the version of its schema, and the rows of each table.

    `sequences` are those of PostgreSQL by "table.column": the last number, and whether it was
    given away.
    """

    kind: str
    schema: str
    rows: Mapping[str, int]
    sequences: Mapping[str, tuple[int, bool]] = field(default_factory=dict)


def differences(stated: CopyFacts, found: CopyFacts) -> Iterator[Text]:
    """Yield where a copy differs from what its manifest states."""
    if stated.schema != found.schema:
        yield Text(
            f"スキーマが {found.schema or 'なし'} で、記録の {stated.schema} と違います",
            f"the schema is {found.schema or 'none'}, and the manifest says {stated.schema}",
        )
    for table in sorted({*stated.rows, *found.rows}):
        here, there = found.rows.get(table), stated.rows.get(table)
        if here != there:
            yield Text(
                f"表 {table} の行数が {_or_none(here)} で、記録の {_or_none(there)} と違います",
                f"table {table} has {_or_none(here)} rows, and the manifest says {_or_none(there)}",
            )


def _or_none(count: int | None) -> str:
    return "-" if count is None else str(count)
