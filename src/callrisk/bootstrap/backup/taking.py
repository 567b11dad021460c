"""A backup made: the database first, then models, then settings; whole under its name, or not."""

import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from callrisk import __version__
from callrisk.background.replacing import bring_names_to_disk, replace_when_free
from callrisk.bootstrap.backup.archive import Archive
from callrisk.bootstrap.backup.kept_files import holds_secret, model_files, settings_files
from callrisk.bootstrap.backup.manifest import FORMAT, Manifest
from callrisk.bootstrap.backup.ring_keys import ring_keys_used
from callrisk.settings import Settings
from callrisk.store.copies.database_copy import copy_database

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is on the disk."""

    path: Path
    manifest: Manifest


def take(settings: Settings, folder: Path, now: datetime) -> Backup:
    """Make a backup in a folder; CopyError or OSError, and no file, where that fails."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"callrisk-{settings.portfolio}-" if settings.portfolio else "callrisk-"
    target = folder / f"{name}{now:%Y%m%dT%H%M%SZ}.zip"
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        manifest = _written(settings, draft, now)
        replace_when_free(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    bring_names_to_disk(folder)
    return Backup(target, manifest)


def _written(settings: Settings, draft: Path, now: datetime) -> Manifest:
    moment = (now.year, now.month, now.day, now.hour, now.minute, now.second)
    with (
        Archive(draft, moment) as archive,
        tempfile.TemporaryDirectory(dir=draft.parent, prefix=".callrisk-") as scratch,
    ):
        # Before and after the copy, as a server may seal values anew meanwhile.
        ring_keys = ring_keys_used(settings)
        facts = copy_database(settings.database_url, archive.put, Path(scratch))
        ring_keys |= ring_keys_used(settings)
        left_out = []
        for file in model_files(settings):
            archive.put(file.member, _chunks(file.path))
        for file in settings_files(settings):
            if holds_secret(settings, file.path):
                left_out.append(file.member)
            else:
                archive.put(file.member, _chunks(file.path))
        manifest = Manifest(
            FORMAT, __version__, now, settings.portfolio, facts, dict(archive.members),
            tuple(left_out), ring_keys,
        )  # fmt: skip
        archive.seal(manifest)
    return manifest


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
