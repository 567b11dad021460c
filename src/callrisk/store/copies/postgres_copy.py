"""A PostgreSQL database copied as JSON lines in one transaction, checked, and loaded again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from callrisk.domain.wording import Text
from callrisk.store import tables
from callrisk.store.copies.copy_facts import VERSION_TABLE, CopyFacts, OpenPart, Put, differences

KIND = "postgresql"
# The one way to write moments that every setting of a server reads alike.
ISO_DATES = text("SET LOCAL datestyle = 'ISO'")


def part_of(table: str) -> str:
    """Return the name of the part that holds a table."""
    return f"database/{table}.jsonl"


def own_tables(connection: Connection) -> list[str]:
    """Return our tables in the schema of this connection, each behind those that it refers to."""
    there = {*inspect(connection).get_table_names()}
    known = [table.name for table in tables.metadata.sorted_tables]
    return [name for name in (VERSION_TABLE, *known) if name in there]


def columns_of(connection: Connection, table: str) -> list[str]:
    """Return the columns of a table in their order."""
    return [column["name"] for column in inspect(connection).get_columns(table)]


def cursor_of(connection: Connection) -> Any:
    """Return a cursor of the driver itself, which knows COPY."""
    return connection.connection.driver_connection.cursor()  # type: ignore[union-attr] # it is open


def quoted(connection: Connection, *names: str) -> str:
    """Return names as they stand in a statement."""
    return ", ".join(map(connection.dialect.identifier_preparer.quote, names))


def write_copy(engine: Engine, put: Put) -> CopyFacts:
    """Copy all tables as they are at one moment, while others write; return what is in them."""
    rows = dict[str, int]()
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(ISO_DATES)
        version = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - our own name
        for table in own_tables(connection):
            lines = _Lines(connection, table)
            put(part_of(table), lines)
            rows[table] = lines.count
        return CopyFacts(KIND, str(version), rows, _sequences(connection, list(rows)))


@dataclass(slots=True)
class _Lines:
    """The rows of a table as lines, and how many there were."""

    connection: Connection
    table: str
    count: int = field(default=0)

    def __iter__(self) -> Iterator[bytes]:
        columns = columns_of(self.connection, self.table)
        # The texts of COPY are exact for every type, and null differs from JSON's null.
        source = f"{quoted(self.connection, self.table)} ({quoted(self.connection, *columns)})"
        with (
            cursor_of(self.connection) as cursor,
            cursor.copy(f"COPY {source} TO STDOUT") as copied,
        ):
            for row in copied.rows():
                self.count += 1
                line = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
                yield f"{line}\n".encode()


def _sequences(connection: Connection, names: list[str]) -> dict[str, tuple[int, bool]]:
    """Return how far each column has counted; a number that was given away is not given again."""
    found = {}
    for table in names:
        for column in columns_of(connection, table):
            sequence = sequence_of(connection, table, column)
            if sequence is not None:
                statement = text(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - PostgreSQL quoted it
                last, given = connection.execute(statement).one()
                found[f"{table}.{column}"] = (int(last), bool(given))
    return found


def sequence_of(connection: Connection, table: str, column: str) -> str | None:
    """Return the sequence that numbers a column, as it stands in a statement."""
    statement = text("SELECT pg_get_serial_sequence(:table, :column)")
    return connection.execute(statement, {"table": table, "column": column}).scalar()


def rows_of(open_part: OpenPart, table: str) -> Iterator[Mapping[str, str | None]]:
    """Yield the rows of a table; ValueError for a line that is no row."""
    with open_part(part_of(table)) as lines:
        for line in lines:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"{part_of(table)}: no row: {line[:40]!r}")
            yield row


def faults_of(open_part: OpenPart, facts: CopyFacts) -> Iterator[Text]:
    """Yield what is wrong with a copy: lines, schema, rows."""
    rows, schema = dict[str, int](), ""
    for table in facts.rows:
        try:
            rows[table] = 0
            for row in rows_of(open_part, table):
                rows[table] += 1
                schema = row["version_num"] or "" if table == VERSION_TABLE else schema
        except (ValueError, KeyError) as error:
            yield Text(
                f"{part_of(table)}: {rows[table] + 1} 行目を読めません: {error}",
                f"{part_of(table)}: line {rows[table] + 1} cannot be read: {error}",
            )
            return
    yield from differences(facts, CopyFacts(KIND, schema, rows))
