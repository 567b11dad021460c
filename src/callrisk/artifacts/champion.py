"""Which version serves, and the record of who decided that."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from callrisk.artifacts.files import ArtifactError, append_line, place, write_file
from callrisk.artifacts.versions import is_version_name

_CHAMPION = "champion.json"
_HISTORY = "history.jsonl"


class Action(StrEnum):
    """How a version came to serve."""

    FIRST = "first"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that serves, the one to go back to, and who decided when; None where unknown."""

    version: str
    previous: str | None = None
    by: str | None = None
    at: datetime | None = None
    reason: Action | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """One line of the record: since `at`, `version` served instead of `previous`."""

    at: datetime
    by: str
    action: Action
    version: str
    previous: str | None


def champion(models: Path) -> Champion | None:
    """Which version serves; None before the first training."""
    path = models / _CHAMPION
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return _champion(told)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        what, where = " ".join(f"{type(error).__name__}: {error}".split()), place(path, models)
        raise ArtifactError(
            f"{where}: damaged ({what}); restore it, or promote a version by name",
            f"{where}: 壊れています。元に戻すか、使う版をモデル一覧から選び直してください",
        ) from error


def champion_if_readable(models: Path) -> Champion | None:
    """The same; None also when its file is damaged."""
    try:
        return champion(models)
    except ArtifactError:
        return None


def install(models: Path, new: Champion, before: str | None) -> Champion:
    """Let another version serve; what counts is written first, then the record of it."""
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


def history(models: Path) -> list[Switch]:
    """Every change of the champion, the newest first."""
    path = models / _HISTORY
    lines = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    found = [switch for switch in map(_switch, lines.splitlines()) if switch is not None]
    latest = champion_if_readable(models)
    if latest and latest.by and latest.at and latest.reason:
        told = any((one.at, one.version) == (latest.at, latest.version) for one in found)
        if not told:
            # The power went between the change and its line in the record.
            before = latest.previous
            found.append(Switch(latest.at, latest.by, latest.reason, latest.version, before))
    return found[::-1]


def _champion(told: dict[str, Any]) -> Champion:
    """KeyError or ValueError for what is no champion; older files name only the versions."""
    version, previous = told["version"], told.get("previous")
    if not is_version_name(version) or not (previous is None or is_version_name(previous)):
        raise ValueError("not the name of a version")
    at, reason = told.get("at"), told.get("reason")
    return Champion(
        version,
        previous,
        told.get("by"),
        datetime.fromisoformat(at) if at else None,
        Action(reason) if reason else None,
    )


def _switch(line: str) -> Switch | None:
    """One line of the record; None for one that a power cut left unfinished."""
    try:
        told = json.loads(line)
        at = datetime.fromisoformat(told["at"])
        return Switch(at, told["by"], Action(told["action"]), told["version"], told["previous"])
    except (ValueError, KeyError, TypeError):
        return None


def _written(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
