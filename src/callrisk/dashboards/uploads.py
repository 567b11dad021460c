"""Uploaded files: validated, given a safe name and stored in data/raw."""

import re
import unicodedata
from pathlib import Path

from callrisk.background.replacing import replace_when_free
from callrisk.data_folder import SUFFIXES

LARGEST_MB = 20
# Not allowed in a name on some system, or a way out of the folder.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST_STEM = 80


class UploadError(ValueError):
    """A file that cannot be accepted; the message is the key of its text."""


def safe_name(name: str, prefix: str = "") -> str:
    """Return a file name valid on every system; UploadError for an unsupported kind."""
    name = unicodedata.normalize("NFC", name)
    stem, dot, suffix = _FORBIDDEN.sub("_", name).rpartition(".")
    if not dot or suffix.lower() not in SUFFIXES:
        raise UploadError("upload.wrong_kind")
    stem = stem.strip(" ._~")[:_LONGEST_STEM] or "upload"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    if not stem.startswith(prefix):
        stem = f"{prefix}_{stem}"
    return f"{stem}.{suffix.lower()}"


def keep(folder: Path, name: str, content: bytes, most_mb: int = LARGEST_MB) -> Path:
    """Store a file and return its path; a number is added where the name is taken."""
    if len(content) > most_mb * 1024 * 1024:
        raise UploadError("upload.too_large")
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / name, 2
    while target.exists():
        if target.read_bytes() == content:
            return target
        stem, _, suffix = name.rpartition(".")
        target = folder / f"{stem} ({number}).{suffix}"
        number += 1
    draft = folder / f".{target.name}"
    draft.write_bytes(content)
    replace_when_free(draft, target)
    return target
