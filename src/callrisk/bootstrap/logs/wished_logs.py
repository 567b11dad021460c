"""The logs that the settings ask for."""

import logging
from pathlib import Path

from callrisk.bootstrap.logs.log_setup import Logs
from callrisk.settings import Settings, SettingsError, load

_MB = 1_000_000
_NO_FILE = "none"


def wished_logs(settings: Settings, shown: int | None = None) -> Logs:
    """Return how a process logs; `shown` is the least level on the screen, where that differs."""
    env = settings.env
    level = logging.DEBUG if env.debug_mode else logging.INFO
    return Logs(
        level, level if shown is None else shown, settings.is_production,
        env.log_file_mb * _MB, env.log_files_kept, tuple(env.secrets.values()),
    )  # fmt: skip


def wished_log_file(settings: Settings, name: str) -> Path | None:
    """Return the file that a process logs to, None for none; processes never share one.

    LOG_FILE=folder/callrisk.log makes folder/callrisk-server.log for server.log.
    """
    wished = settings.env.log_file
    if not wished:
        return settings.output_dir / name
    if wished == _NO_FILE:
        return None
    path = settings.root / wished
    return path.with_name(f"{path.stem}-{Path(name).stem}{path.suffix or '.log'}")


def logs_in_doubt(root: Path, name: str, fallback: Path, shown: int) -> tuple[Path | None, Logs]:
    """Return file and logs for a command that says itself what is wrong with the settings."""
    try:
        settings = load(root)
    except SettingsError:
        return fallback, Logs(shown=shown)
    wished = wished_log_file(settings, name)
    return fallback if not settings.env.log_file else wished, wished_logs(settings, shown)
