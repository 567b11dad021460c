"""Backups of the wrapped data keys: files of their own, kept apart and for 30 days at most."""

import gzip
from datetime import datetime, timedelta
from pathlib import Path

from callrisk.background.replacing import replace_when_free
from callrisk.store.ciphers.data_keys import DataKeys
from callrisk.store.ciphers.key_copies import copied, merged, parted, read_copy

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


class ForeignKeysError(ValueError):
    """Some keys of a copy were wrapped by another ring; nothing of it was taken in."""


def put_back(
    keys: DataKeys, path: Path, now: datetime, *, only_what_opens: bool = False
) -> tuple[int, int]:
    """Take in a copy; return how many keys came back, and how much this ring does not open.

    ForeignKeysError if there is any of that, unless all but that is wanted. ValueError, OSError for
    another file.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        copy = read_copy(file)
    opening, foreign = parted(keys, copy)
    count = sum(foreign.values())
    if foreign and not only_what_opens:
        # They would stand there like keys that are back, and nothing could be read.
        names = ", ".join(f"{name} ({number:,})" for name, number in foreign.items())
        raise ForeignKeysError(
            f"控えの {count:,} 個はこの鍵束では開けません。元の鍵は {names}。何も戻していません。"
            "その鍵のある鍵束を先に戻すか、--only-what-opens を付けてください / "
            f"this ring does not open {count:,} entries of the copy, which are under {names}; "
            "nothing was taken in: first put the ring back that has these keys, or add "
            "--only-what-opens"
        )
    return merged(keys, opening, now), count


def _made_at(path: Path) -> datetime | None:
    """Return when a copy was made; None for a file with another name of somebody's."""
    moment = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
    try:
        return datetime.strptime(f"{moment}+0000", f"{_MOMENT}%z")
    except ValueError:
        return None
