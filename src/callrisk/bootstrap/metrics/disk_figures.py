"""Room on the disks that a process writes to, looked up when its metrics are asked for."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from prometheus_client.core import Metric

from callrisk.bootstrap.metrics.figures import gauges
from callrisk.settings import Settings


def folders_of(settings: Settings) -> Mapping[str, Path]:
    """Return the folders that the programs of these settings write to, by their names."""
    return {
        "data": settings.processed_dir, "models": settings.models_dir,
        "output": settings.output_dir,
    }  # fmt: skip


def disk_room(folders: Mapping[str, Path]) -> Iterable[Metric]:
    """Return how large the disk of each folder is, and how much of it is free for this user."""
    rooms = {name: shutil.disk_usage(_existing(folder)) for name, folder in folders.items()}
    yield gauges(
        "callrisk_disk_free_bytes", "Room on the disk of a folder for this user", "folder",
        {name: room.free for name, room in rooms.items()},
    )  # fmt: skip
    yield gauges(
        "callrisk_disk_bytes", "Size of the disk of a folder", "folder",
        {name: room.total for name, room in rooms.items()},
    )  # fmt: skip


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists: it is made when it is needed."""
    return next(place for place in (folder, *folder.parents) if place.exists())
