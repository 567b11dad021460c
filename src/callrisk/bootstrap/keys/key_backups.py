"""Backups of the wrapped data keys: files of their own, kept apart and for 30 days at most."""

import gzip
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from callrisk.background.replacing import replace_when_free
from callrisk.store.ciphers.data_keys import DataKeys
from callrisk.store.ciphers.key_copies import copied, merged

# An erased customer can be read again from a copy of the keys: so none is kept for longer.
KEPT = timedelta(days=30)
_PREFIX, _SUFFIX, _MOMENT = "callrisk-keys-", ".jsonl.gz", "%Y%m%dT%H%M%SZ"


def back_up(keys: DataKeys, folder: Path, now: datetime) -> tuple[Path, list[Path]]:
    """Write a copy into a folder and delete those too old; return it, and which went."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{_PREFIX}{now.strftime(_MOMENT)}{_SUFFIX}"
    draft = target.with_name(f".{target.name}.part")
    with gzip.open(draft, "wt", encoding="utf-8") as file:
        file.writelines(copied(keys))
    replace_when_free(draft, target)
    copies = {path: _made_at(path) for path in folder.glob(f"{_PREFIX}*{_SUFFIX}")}
    old = [path for path, made_at in copies.items() if made_at and made_at < now - KEPT]
    for path in old:
        path.unlink()
    return target, old


@dataclass(frozen=True, slots=True)
class PutBack:
    """The number of keys that came back, and the keys of a ring that some need and it lacks."""

    count: int
    lacking: tuple[str, ...]


def put_back(keys: DataKeys, path: Path, now: datetime) -> PutBack:
    """Take in a copy. ValueError, OSError for another file, or if the ring opens no key of it."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = list(file)
    needed = {name for name in map(_ring_key, lines) if name}
    lacking = sorted(name for name in needed if keys.ring.find(name) is None)
    if lacking and len(lacking) == len(needed):
        # They would stand there like keys that are back, and nothing could be read.
        names = ", ".join(lacking)
        raise ValueError(
            f"この鍵束では開けません。{names} のある鍵束の控えを先に戻してください / "
            f"this ring opens none of them: first put the ring back that has {names}"
        )
    return PutBack(merged(keys, iter(lines), now), tuple(lacking))


def _ring_key(line: str) -> str | None:
    """Return the key of the ring that a line's data key is under; None for any other line."""
    match json.loads(line):
        case {"key": [_, str(name), str(_), _, _]}:
            return name
    return None


def _made_at(path: Path) -> datetime | None:
    """Return when a copy was made; None for a file with another name of somebody's."""
    moment = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
    try:
        return datetime.strptime(f"{moment}+0000", f"{_MOMENT}%z")
    except ValueError:
        return None
