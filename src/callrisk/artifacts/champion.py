"""The champion (the version that serves) and the history of its changes."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from callrisk.artifacts.files import ArtifactError, append_line, shown_path, write_file
from callrisk.artifacts.versions import is_version_name

_CHAMPION = "champion.json"
_HISTORY = "history.jsonl"


class Action(StrEnum):
    """The kind of a change of the champion."""

    FIRST = "first"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that serves, its predecessor, and the person and time; None where unknown."""

    version: str
    previous: str | None = None
    by: str | None = None
    at: datetime | None = None
    reason: Action | None = None


@dataclass(frozen=True, slots=True)
class ChampionChange:
    """One line of the history: since `at`, `version` served instead of `previous`."""

    at: datetime
    by: str
    action: Action
    version: str
    previous: str | None


def champion(models: Path) -> Champion | None:
    """Return the champion, None before the first training.

    Raise ArtifactError for a damaged file.
    """
    path = models / _CHAMPION
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        return _champion(described)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        cause, where = (
            " ".join(f"{type(error).__name__}: {error}".split()),
            shown_path(path, models),
        )
        raise ArtifactError(
            f"{where}: damaged ({cause}); restore it, or promote a version by name",
            f"{where}: 壊れています。元に戻すか、使う版をモデル一覧から選び直してください",
        ) from error


def champion_if_readable(models: Path) -> Champion | None:
    """Return the champion, None also for a damaged file."""
    try:
        return champion(models)
    except ArtifactError:
        return None


def install_champion(models: Path, new: Champion, before: str | None) -> Champion:
    """Write the champion, then its line of the history; raise ArtifactError if that fails."""
    described = asdict(new) | {"at": _written(new.at)}
    line = {"at": _written(new.at), "by": new.by, "action": new.reason}
    line |= {"version": new.version, "previous": before}
    try:
        write_file(models / _CHAMPION, json.dumps(described, ensure_ascii=False) + "\n")
        append_line(models / _HISTORY, json.dumps(line, ensure_ascii=False))
    except OSError as error:
        raise ArtifactError(
            f"{models}: cannot be written: {error}", f"{models}: 書き込めません（{error}）"
        ) from error
    return new


def history(models: Path) -> list[ChampionChange]:
    """Return every change of the champion, the newest first."""
    path = models / _HISTORY
    lines = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    switches = [switch for switch in map(_switch, lines.splitlines()) if switch is not None]
    latest = champion_if_readable(models)
    if latest and latest.by and latest.at and latest.reason:
        is_recorded = any(
            (switch.at, switch.version) == (latest.at, latest.version) for switch in switches
        )
        if not is_recorded:
            # The power went between the change and its line in the record.
            before = latest.previous
            switches.append(
                ChampionChange(latest.at, latest.by, latest.reason, latest.version, before)
            )
    return switches[::-1]


def _champion(described: dict[str, Any]) -> Champion:
    """Return the parsed champion; raise KeyError or ValueError for anything else.

    Older files name only the versions.
    """
    version, previous = described["version"], described.get("previous")
    if not is_version_name(version) or not (previous is None or is_version_name(previous)):
        raise ValueError("not the name of a version")
    at, reason = described.get("at"), described.get("reason")
    return Champion(
        version,
        previous,
        described.get("by"),
        datetime.fromisoformat(at) if at else None,
        Action(reason) if reason else None,
    )


def _switch(line: str) -> ChampionChange | None:
    """Return one parsed line of the history; None for one that a power cut left unfinished."""
    try:
        described = json.loads(line)
        at = datetime.fromisoformat(described["at"])
        return ChampionChange(
            at,
            described["by"],
            Action(described["action"]),
            described["version"],
            described["previous"],
        )
    except (ValueError, KeyError, TypeError):
        return None


def _written(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
