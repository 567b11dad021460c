"""A backup put in its place: database, models, settings; what was there is kept beside."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from callrisk.background.replacing import replace_when_free
from callrisk.bootstrap.backup.archive import OpenedArchive, opened
from callrisk.bootstrap.backup.kept_files import (
    MODELS,
    SETTINGS,
    model_files,
    own_files,
)
from callrisk.bootstrap.backup.manifest import Manifest
from callrisk.bootstrap.doctor.machine_points import is_ours
from callrisk.settings import Settings
from callrisk.store.copies.copy_error import CopyError
from callrisk.store.copies.database_copy import check_fits, restore_database


@dataclass(frozen=True, slots=True)
class Restored:
    """The manifest of a restored backup, and the names under which the state before it is kept."""

    manifest: Manifest
    kept: tuple[str, ...]


def restore(settings: Settings, path: Path, replace: bool, now: datetime) -> Restored:
    """Restore a backup that was found to be whole; CopyError, and nothing changed, if it cannot."""
    port = settings.env.api_port
    if is_ours("live", port):
        raise CopyError(
            f"サーバーが動いています（localhost:{port}）。止めてから、もう一度実行してください",
            f"the server is running at localhost:{port}; stop it, then try again",
        )
    kept_as = f"before-restore-{now:%Y%m%dT%H%M%SZ}"
    with opened(path) as archive:
        manifest = archive.manifest()
        _check_portfolio(settings, manifest)
        check_fits(settings.database_url, manifest.database)
        data = settings.root / "data"
        data.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=data, prefix=".restoring-") as scratch:
            staged = _unpacked(archive, manifest, settings, Path(scratch))
            database = restore_database(
                settings.database_url, archive.part, manifest.database, replace, kept_as
            )
            moved = _swap(settings, staged, manifest, data / kept_as)
    return Restored(manifest, (*([database] if database else []), *([moved] if moved else [])))


def _check_portfolio(settings: Settings, manifest: Manifest) -> None:
    if settings.portfolio != manifest.portfolio:
        theirs, ours = manifest.portfolio or "config", settings.portfolio or "config"
        raise CopyError(
            f"{theirs}.py のバックアップです。今の設定は {ours}.py です（--config で選べます）",
            f"a backup of {theirs}.py, and the settings are {ours}.py; choose with --config",
        )


def _unpacked(
    archive: OpenedArchive, manifest: Manifest, settings: Settings, scratch: Path
) -> dict[Path, Path]:
    """Unpack models and settings; return the place of each file and where it lies now."""
    staged = {}
    for number, name in enumerate(manifest.members):
        target = _place_of(name, settings)
        if target is not None:
            unpacked = scratch / str(number)
            with archive.part(name) as source, unpacked.open("wb") as file:
                shutil.copyfileobj(source, file)
            staged[target] = unpacked
    return staged


def _place_of(name: str, settings: Settings) -> Path | None:
    """Return where a member belongs; None for the database, CopyError for one that leads away."""
    for prefix, folder in ((MODELS, settings.models_dir), (SETTINGS, settings.root)):
        if name.startswith(prefix):
            path = PurePosixPath(name.removeprefix(prefix))
            if path.is_absolute() or ".." in path.parts or ":" in name or "\\" in name:
                raise CopyError(f"{name}: 使えない名前です", f"{name}: a name that leads elsewhere")
            return folder.joinpath(*path.parts)
    return None


def _swap(
    settings: Settings, staged: dict[Path, Path], manifest: Manifest, keep: Path
) -> str | None:
    """Put files in their places; return the folder of those that were there and differed."""
    same = {path for path, new in staged.items() if path.is_file() and _equal(path, new)}
    for path in _present(settings, manifest) | {path for path in staged if path.exists()}:
        if path not in same:
            kept = keep / path.relative_to(settings.root)
            kept.parent.mkdir(parents=True, exist_ok=True)
            replace_when_free(path, kept)
    _remove_empty(settings)
    # The champion names a version, which is there before it.
    for path in sorted(staged.keys() - same, key=lambda path: path.parent == settings.models_dir):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_when_free(staged[path], path)
    return str(keep) if keep.exists() else None


def _equal(path: Path, other: Path) -> bool:
    return path.read_bytes() == other.read_bytes()


def _present(settings: Settings, manifest: Manifest) -> set[Path]:
    """Return the files of before that a restored installation has no longer, or has otherwise."""
    left_out = {settings.root / name.removeprefix(SETTINGS) for name in manifest.left_out}
    files = {file.path for file in model_files(settings)} | {*own_files(settings)}
    return files - left_out


def _remove_empty(settings: Settings) -> None:
    for folder in settings.models_dir.glob("*") if settings.models_dir.is_dir() else ():
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
