"""Files and folders put in the place of others, also where somebody holds them for a moment."""

import os
from pathlib import Path

from callrisk.background.clock import Clock
from callrisk.background.retry import RETRIES, RetryTimings, call_with_retry


def replace_when_free(
    draft: Path, target: Path,
    timings: RetryTimings = RETRIES.file_replace, clock: Clock | None = None,
) -> None:  # fmt: skip
    """Rename `draft` to `target`, tried again while the system forbids it, or raise its error.

    Windows renames nothing that a program holds open, and a virus scanner opens what is new.
    """
    call_with_retry(
        lambda: draft.replace(target), timings, clock or Clock(),
        may_repeat=lambda error: isinstance(error, PermissionError),
    )  # fmt: skip


def bring_names_to_disk(folder: Path) -> None:
    """Wait until the names of the files in a folder are on the disk, too."""
    if os.name == "nt":
        # Windows opens no folder, and writes its names by itself.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
