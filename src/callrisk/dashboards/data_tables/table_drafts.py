"""Files that are handed in, part by part: drafts in data/raw until somebody keeps them.

A draft is a hidden file, which nothing takes for a table. Its name tells its id, its whole size and
the name that it is to bear, so an upload goes on after any interruption, and no list can be lost.
"""

import filecmp
import logging
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterable
from dataclasses import dataclass
from pathlib import Path

from callrisk.background.replacing import replace_when_free
from callrisk.dashboards.uploads import UploadError, safe_name

logger = logging.getLogger(__name__)

_DRAFT = re.compile(r"\.upload-([0-9a-f]{32})-(\d{1,15})-(.+)")
_MEGABYTE = 1024 * 1024
# What the disk must keep free beside the file.
_ROOM = 512 * _MEGABYTE
_FORGOTTEN_AFTER_S = 24 * 3600


class WrongPlaceError(ValueError):
    """A part that does not begin where the draft ends, which is at `received` bytes."""

    def __init__(self, received: int) -> None:
        super().__init__(f"the draft has {received} bytes")
        self.received = received


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was handed in, in part or whole, and is not kept yet."""

    path: Path
    draft_id: str
    size: int
    name: str

    @property
    def received(self) -> int:
        """The bytes that came so far."""
        return self.path.stat().st_size

    @property
    def is_whole(self) -> bool:
        """True once all bytes came."""
        return self.received == self.size


class Uploads:
    """The drafts in a folder; parts of one draft come one after the other."""

    def __init__(self, raw: Path, largest_mb: int) -> None:
        self._raw = raw
        self._largest = largest_mb * _MEGABYTE
        self._busy: set[str] = set()

    def begin(self, name: str, size: int) -> Draft:
        """Make an empty draft for a file of so many bytes. UploadError."""
        named = safe_name(name)
        if not 0 < size <= self._largest:
            raise UploadError("upload.too_large" if size > 0 else "upload.is_empty")
        self._raw.mkdir(parents=True, exist_ok=True)
        self._remove_forgotten()
        if shutil.disk_usage(self._raw).free < size + _ROOM:
            raise UploadError("upload.no_room")
        draft_id = secrets.token_hex(16)
        path = self._raw / f".upload-{draft_id}-{size}-{named}"
        path.touch()
        return Draft(path, draft_id, size, named)

    def drafts(self) -> list[Draft]:
        """Return the whole drafts, the newest first."""
        found = [draft for path in self._files() if (draft := _draft_of(path)) is not None]
        whole = [draft for draft in found if draft.is_whole]
        return sorted(whole, key=lambda draft: draft.path.stat().st_mtime, reverse=True)

    def draft(self, draft_id: str) -> Draft | None:
        """Return a draft, whole or not; None where there is none of this id."""
        found = (_draft_of(path) for path in self._files())
        return next((one for one in found if one is not None and one.draft_id == draft_id), None)

    async def append(self, draft: Draft, offset: int, parts: AsyncIterable[bytes]) -> int:
        """Add bytes to a draft as they come; return how many it has.

        WrongPlaceError for bytes of another place; UploadError for more than were announced.
        """
        if draft.draft_id in self._busy or offset != draft.received:
            raise WrongPlaceError(draft.received)
        self._busy.add(draft.draft_id)
        try:
            with draft.path.open("ab") as file:
                async for part in parts:
                    if file.tell() + len(part) > draft.size:
                        raise UploadError("upload.too_large")
                    file.write(part)
        finally:
            self._busy.discard(draft.draft_id)
        return draft.received

    def keep(self, draft: Draft, prefix: str = "") -> Path:
        """Keep a whole draft as a table; a number is added where its name is taken."""
        name, number = safe_name(draft.name, prefix), 2
        target = self._raw / name
        while target.exists():
            if filecmp.cmp(draft.path, target, shallow=False):
                draft.path.unlink()
                return target
            stem, _, suffix = name.rpartition(".")
            target = self._raw / f"{stem} ({number}).{suffix}"
            number += 1
        replace_when_free(draft.path, target)
        logger.info("kept a table of %d bytes that was handed in", draft.size)
        return target

    def _files(self) -> list[Path]:
        return list(self._raw.glob(".upload-*")) if self._raw.is_dir() else []

    def _remove_forgotten(self) -> None:
        for path in self._files():
            if time.time() - path.stat().st_mtime > _FORGOTTEN_AFTER_S:
                path.unlink(missing_ok=True)


def _draft_of(path: Path) -> Draft | None:
    parts = _DRAFT.fullmatch(path.name)
    return None if parts is None else Draft(path, parts[1], int(parts[2]), parts[3])
