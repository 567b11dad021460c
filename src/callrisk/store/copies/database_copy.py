"""The database of an address copied, checked and restored, of whichever kind it is."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from callrisk.domain.wording import Text
from callrisk.store.copies import postgres_copy, postgres_restore, sqlite_copy
from callrisk.store.copies.copy_error import CopyError, told_as
from callrisk.store.copies.copy_facts import CopyFacts, OpenPart, Put
from callrisk.store.database import (
    DatabaseError,
    is_known,
    open_to_read,
    parsed_address,
    schema_of,
)

_NOT_COPIED = ("データベースを写せません", "the database cannot be copied")


def copy_database(url: str, put: Put, scratch: Path) -> CopyFacts:
    """Copy the database as it is at one moment; raise CopyError where there is none of ours."""
    engine = open_to_read(url)
    try:
        schema = None if engine is None else schema_of(engine)
    except DatabaseError as error:
        raise CopyError(
            f"データベースを開けません: {error}", f"the database cannot be opened: {error}"
        ) from error
    if engine is None or schema is None or schema.found is None:
        raise CopyError(
            "データベースはまだありません。最初の起動で作られます",
            "there is no database yet: the first start makes it",
        )
    if schema.is_newer:
        raise _newer(schema.found)
    try:
        if engine.dialect.name == postgres_copy.KIND:
            with told_as(engine.dialect.loaded_dbapi.Error, *_NOT_COPIED):
                return postgres_copy.write_copy(engine, put)
        with told_as(sqlite3.Error, *_NOT_COPIED):
            return sqlite_copy.write_copy(_file_of(url), put, scratch)
    finally:
        engine.dispose()


def faults_of(open_part: OpenPart, facts: CopyFacts, scratch: Path) -> Iterator[Text]:
    """Yield what is wrong with a copy."""
    if facts.kind == postgres_copy.KIND:
        yield from postgres_copy.faults_of(open_part, facts)
    else:
        yield from sqlite_copy.faults_of(open_part, facts, scratch)


def check_fits(url: str, facts: CopyFacts) -> None:
    """Raise CopyError for a copy of another kind, or of a schema that this program lacks."""
    kind = parsed_address(url).get_backend_name()
    if kind != facts.kind:
        raise CopyError(
            f"{facts.kind} のバックアップは {kind} には戻せません。"
            ".env の DATABASE_URL を確かめてください",
            f"a backup of {facts.kind} cannot be restored into {kind}; check DATABASE_URL in .env",
        )
    if not is_known(facts.schema):
        raise _newer(facts.schema)


def _newer(schema: str) -> CopyError:
    return CopyError(
        f"スキーマ {schema} は新しい版のものです。プログラムを更新してください",
        f"its schema {schema} is of a newer version of this program; update the program",
    )


def restore_database(
    url: str, open_part: OpenPart, facts: CopyFacts, replace: bool, kept_as: str
) -> str | None:
    """Put a copy in the place of the database; return the name under which that one is kept."""
    if facts.kind == postgres_copy.KIND:
        address = parsed_address(url)
        return postgres_restore.restore_copy(address, open_part, facts, replace, kept_as)
    kept = sqlite_copy.restore_copy(open_part, _file_of(url), replace, kept_as)
    return None if kept is None else str(kept)


def _file_of(url: str) -> Path:
    return Path(parsed_address(url).database or "")
