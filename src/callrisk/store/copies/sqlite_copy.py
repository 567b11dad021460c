"""A SQLite database copied to one file, checked, and put in its place again."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from callrisk.background.replacing import replace_when_free
from callrisk.domain.wording import Text
from callrisk.store.copies.copy_error import CopyError
from callrisk.store.copies.copy_facts import VERSION_TABLE, CopyFacts, OpenPart, Put, differences

KIND = "sqlite"
PART = "database/callrisk.db"
_CHUNK = 1 << 20
_WAIT_S = 30.0
# What SQLite keeps beside the file of a database.
_BESIDE = ("", "-wal", "-shm", "-journal")


def write_copy(path: Path, put: Put, scratch: Path) -> CopyFacts:
    """Copy the database as it is at one moment, while others write; return what is in it."""
    copy = scratch / "callrisk.db"
    # Not mode=ro: without its journal SQLite could only read a file that nobody else opens.
    with (
        contextlib.closing(sqlite3.connect(_uri(path, "rw"), uri=True, timeout=_WAIT_S)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        # All pages in one step: in several a writer in between would start the copy anew.
        source.backup(target, pages=-1)
        # One file is the whole copy only without a journal beside it.
        target.execute("PRAGMA journal_mode=DELETE")
    facts = _facts(copy)
    put(PART, _chunks(copy))
    return facts


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _uri(path: Path, mode: str) -> str:
    return f"{path.resolve().as_uri()}?mode={mode}"


def _facts(path: Path) -> CopyFacts:
    with contextlib.closing(sqlite3.connect(_uri(path, "ro") + "&immutable=1", uri=True)) as opened:
        listed = opened.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
        rows = {name: _count(opened, name) for (name,) in listed.fetchall()}
        schema = None
        if VERSION_TABLE in rows:
            schema = opened.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - our own name
    return CopyFacts(KIND, "" if schema is None else str(schema[0]), rows)


def _count(opened: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    return int(opened.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608 - quoted


def faults_of(open_part: OpenPart, facts: CopyFacts, scratch: Path) -> Iterator[Text]:
    """Yield what is wrong with a copy: pages, schema, rows."""
    copy = scratch / "checked.db"
    unpack(open_part, copy)
    try:
        with contextlib.closing(
            sqlite3.connect(_uri(copy, "ro") + "&immutable=1", uri=True)
        ) as opened:
            checked = [row[0] for row in opened.execute("PRAGMA integrity_check(3)")]
        yield from (
            Text(f"{PART}: SQLite が壊れています: {line}", f"{PART}: SQLite finds damage: {line}")
            for line in checked if line != "ok"
        )  # fmt: skip
        yield from differences(facts, _facts(copy))
    except sqlite3.Error as error:
        yield Text(
            f"{PART}: データベースとして開けません: {error}",
            f"{PART}: cannot be opened as a database: {error}",
        )
    finally:
        copy.unlink(missing_ok=True)


def unpack(open_part: OpenPart, target: Path) -> None:
    """Write the copy to a file."""
    with open_part(PART) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, _CHUNK)
        file.flush()
        os.fsync(file.fileno())


def restore_copy(open_part: OpenPart, path: Path, replace: bool, kept_as: str) -> Path | None:
    """Put the copy in the place of `path`, whole; return where the database before is kept.

    Raise CopyError where a program has it open, or where it holds rows and may not be replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{kept_as}.part")
    try:
        unpack(open_part, draft)
        kept = _kept_beside(path, replace, kept_as) if path.exists() else None
        replace_when_free(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return kept


def _kept_beside(path: Path, replace: bool, kept_as: str) -> Path:
    _close_journal(path)
    if not replace and _has_rows(path):
        raise CopyError(
            f"{path.name} は空ではありません。置き換えるには --replace を付けてください"
            "（今のものは横に残ります）",
            f"{path.name} is not empty; give --replace to put the backup in its place "
            "(it is kept beside)",
        )
    kept = path.with_name(f"{path.stem}.{kept_as}{path.suffix}")
    for ending in _BESIDE:
        part = path.with_name(f"{path.name}{ending}")
        if part.exists():
            replace_when_free(part, kept.with_name(f"{kept.name}{ending}"))
    return kept


def _close_journal(path: Path) -> None:
    """Fold the journal into the file, which nobody can while another program has it open."""
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=1.0)) as opened:
            mode = opened.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            # Damaged: it is kept as it is, with all that lies beside it.
            return
        mode = "in use"
    if mode != "delete":
        raise CopyError(
            f"{path.name} を使っているプログラムがあります。"
            "すべて止めてから、もう一度実行してください",
            f"a program has {path.name} open; stop all programs (server, ingest, training), "
            "then try again",
        )


def _has_rows(path: Path) -> bool:
    try:
        rows = _facts(path).rows
    except sqlite3.DatabaseError:
        return True
    return any(count for table, count in rows.items() if table != VERSION_TABLE)
