"""Backups of the wrapped data keys: files of their own, kept apart and for 30 days at most."""

import gzip
from collections.abc import Iterator
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


def put_back(keys: DataKeys, path: Path, now: datetime) -> int:
    """Take in a copy; return how many keys came back. ValueError, OSError for another file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return merged(keys, _lines(file), now)


def _lines(file: Iterator[str]) -> Iterator[str]:
    yield from file


def _made_at(path: Path) -> datetime | None:
    """Return when a copy was made; None for a file with another name of somebody's."""
    moment = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
    try:
        return datetime.strptime(f"{moment}+0000", f"{_MOMENT}%z")
    except ValueError:
        return None
