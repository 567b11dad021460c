"""The files beside the database that a backup keeps: models and settings, never secrets."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callrisk.artifacts import version_names
from callrisk.settings import Settings

MODELS, SETTINGS = "models/", "settings/"
# A shorter value would be found by chance in any text.
_SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the installation and the name of its member."""

    member: str
    path: Path


def model_files(settings: Settings) -> Iterator[KeptFile]:
    """Yield the files of all versions; which one serves comes first.

    A version is whole before it is named champion, so the one that is named here is there.
    """
    models = settings.models_dir
    if not models.is_dir():
        return
    single = (path for path in sorted(models.iterdir()) if path.is_file())
    versions = (path for name in version_names(models) for path in _files_in(models / name))
    for path in (*single, *versions):
        if not path.name.startswith("."):
            yield KeptFile(f"{MODELS}{path.relative_to(models).as_posix()}", path)


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def settings_files(settings: Settings) -> list[KeptFile]:
    """Return the settings files that there are; `.env` is none of them."""
    name = f"{settings.portfolio}.py" if settings.portfolio else "config.py"
    paths = [
        settings.root / name,
        settings.root / ".streamlit" / "config.toml",
        *own_files(settings),
    ]
    return [
        KeptFile(f"{SETTINGS}{_below(settings, path)}", path) for path in paths if path.exists()
    ]


def own_files(settings: Settings) -> list[Path]:
    """Return a company's own playbook and tables of words, which need not be there."""
    playbook, language = settings.own_playbook, settings.own_predicates.parent
    return [*([playbook] if playbook.exists() else []), *_files_in(language)]


def _below(settings: Settings, path: Path) -> str:
    return path.relative_to(settings.root).as_posix()


def holds_secret(settings: Settings, path: Path) -> bool:
    """Return True if the value of a key, a password or a token stands in a file."""
    content = path.read_bytes()
    values = settings.env.secrets.values()
    return any(len(it) >= _SHORTEST_SECRET and it.encode() in content for it in values)
