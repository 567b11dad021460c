"""The file of a backup: written member by member, sealed with a sum over all of it, and read."""

import hashlib
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from callrisk.bootstrap.backup.manifest import Manifest, Member, manifest_from

MANIFEST = "manifest.json"
# What reading a damaged zip file raises.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, OSError, ValueError, KeyError,
)  # fmt: skip
_CHUNK = 1 << 20
_MARK = b"sha256:"
_SEAL_BYTES = len(_MARK) + 64
# JSON of calls becomes a sixth already at this level, which takes a third of the usual time.
_LEVEL = 1
_PRIVATE_FILE = 0o100600


class Archive:
    """A backup that is being written; whole once `seal` returned."""

    def __init__(self, path: Path, moment: tuple[int, int, int, int, int, int]) -> None:
        self._path, self._moment = path, moment
        self._zip = zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._zip.close()

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add a member from its bytes, piece by piece."""
        info = zipfile.ZipInfo(name, self._moment)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, _PRIVATE_FILE << 16
        digest, length = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                length += len(chunk)
                member.write(chunk)
        self.members[name] = Member(digest.hexdigest(), length)

    def seal(self, manifest: Manifest) -> None:
        """Add the manifest, then the sum of the whole file; bring it to the disk."""
        self.put(MANIFEST, [manifest.to_json()])
        self._zip.comment = bytes(_SEAL_BYTES)
        self._zip.close()
        with self._path.open("rb+") as file:
            digest = _sum_without_seal(file)
            file.seek(-_SEAL_BYTES, os.SEEK_END)
            file.write(_MARK + digest)
            file.flush()
            os.fsync(file.fileno())


def _sum_without_seal(file: IO[bytes]) -> bytes:
    left = file.seek(0, os.SEEK_END) - _SEAL_BYTES
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (chunk := file.read(min(left, _CHUNK))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode()


def is_backup(path: Path) -> bool:
    """Return True if a file ends as a backup of ours does."""
    if path.stat().st_size <= _SEAL_BYTES:
        return False
    with path.open("rb") as file:
        file.seek(-_SEAL_BYTES, os.SEEK_END)
        return file.read(len(_MARK)) == _MARK


def is_unchanged(path: Path) -> bool:
    """Return True if every byte is as it was written."""
    with path.open("rb") as file:
        digest = _sum_without_seal(file)
        file.seek(-_SEAL_BYTES, os.SEEK_END)
        return file.read() == _MARK + digest


class OpenedArchive:
    """A backup that is being read."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        self.names = opened.namelist()

    def manifest(self) -> Manifest:
        """Return the manifest; ManifestError where it cannot be understood."""
        return manifest_from(self._zip.read(MANIFEST))

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member to be read."""
        with self._zip.open(name) as member:
            yield member

    def measured(self, name: str) -> Member:
        """Return a member as it is now."""
        digest, length = hashlib.sha256(), 0
        with self.part(name) as member:
            while chunk := member.read(_CHUNK):
                digest.update(chunk)
                length += len(chunk)
        return Member(digest.hexdigest(), length)


@contextmanager
def opened(path: Path) -> Iterator[OpenedArchive]:
    """Open a backup to be read; one of UNREADABLE for what is no zip file."""
    with zipfile.ZipFile(path) as file:
        yield OpenedArchive(file)
