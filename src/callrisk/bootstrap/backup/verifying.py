"""A backup checked: every byte, every member, and the copy of the database opened and counted."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from callrisk.bootstrap.backup.archive import (
    MANIFEST,
    UNREADABLE,
    OpenedArchive,
    is_backup,
    is_unchanged,
    opened,
)
from callrisk.bootstrap.backup.manifest import FORMAT, Manifest
from callrisk.domain.wording import Text
from callrisk.store.copies.database_copy import faults_of

_DATABASE = "database/"


def faults(path: Path) -> Iterator[Text]:
    """Yield every fault of a backup; none where it can be restored."""
    if not path.is_file():
        yield Text(f"{path}: ファイルがありません", f"{path}: there is no such file")
        return
    if not is_backup(path):
        yield Text(
            f"{path.name}: callrisk のバックアップではないか、途中で切れています",
            f"{path.name}: no backup of callrisk, or cut short",
        )
        return
    is_whole, named = is_unchanged(path), 0
    for fault in _faults_inside(path):
        named += 1
        yield fault
    if not is_whole and not named:
        yield Text(
            f"{path.name}: 作ったときから変わっています（全体の SHA-256 が違います）",
            f"{path.name}: it was changed since it was made (the SHA-256 of the whole differs)",
        )


def _faults_inside(path: Path) -> Iterator[Text]:
    try:
        with opened(path) as archive:
            yield from _faults_of(archive)
    except UNREADABLE as error:
        # Python's own words, which name the place.
        yield Text(
            f"{path.name}: 壊れていて読めません: {error}",
            f"{path.name}: damaged, it cannot be read: {error}",
        )


def _faults_of(archive: OpenedArchive) -> Iterator[Text]:
    manifest = archive.manifest()
    if manifest.format > FORMAT:
        yield _newer_format(manifest)
        return
    broken = dict(_broken_members(archive, manifest))
    yield from broken.values()
    if any(name.startswith(_DATABASE) for name in broken):
        return
    with tempfile.TemporaryDirectory(prefix="callrisk-") as scratch:
        yield from faults_of(archive.part, manifest.database, Path(scratch))


def _newer_format(manifest: Manifest) -> Text:
    """Return the sentence about a backup that a newer program wrote."""
    return Text(
        f"バックアップの形式 {manifest.format} は新しい版（{manifest.version}）のものです。"
        "プログラムを更新してください",
        f"its format {manifest.format} is of a newer version ({manifest.version}) of this "
        "program; update the program",
    )


def _broken_members(archive: OpenedArchive, manifest: Manifest) -> Iterator[tuple[str, Text]]:
    there = {*archive.names} - {MANIFEST}
    for name in sorted(manifest.members.keys() | there):
        if name not in there:
            yield name, Text(f"{name}: ありません", f"{name}: is missing")
        elif name not in manifest.members:
            yield name, Text(f"{name}: 記録にありません", f"{name}: the manifest does not name it")
        else:
            fault = _fault_of_member(archive, manifest, name)
            if fault is not None:
                yield name, fault


def _fault_of_member(archive: OpenedArchive, manifest: Manifest, name: str) -> Text | None:
    try:
        if archive.measured(name) == manifest.members[name]:
            return None
    except UNREADABLE as error:
        return Text(
            f"{name}: 壊れていて読めません: {error}", f"{name}: damaged, it cannot be read: {error}"
        )
    return Text(f"{name}: SHA-256 が違います", f"{name}: its SHA-256 differs")
