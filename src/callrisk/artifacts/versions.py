"""Where model versions lie, which of them serves, and how nothing half-written is ever served."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.model import RiskModel

_MANIFEST = "manifest.json"
_CHAMPION = "champion.json"
_SELF_TEST = "self_test.json"
_SELF_TEST_ROWS = 20
# Two releases of XGBoost may differ in the last digits of a contribution.
_TOLERANCE = 1e-4


class ArtifactError(RuntimeError):
    """A model version is missing, damaged or foreign; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that serves, and the one that served before it."""

    version: str
    previous: str | None


def new_version(now: datetime, content: bytes) -> str:
    """A name that sorts by time and tells two versions of one second apart."""
    return f"{now:%Y%m%d-%H%M%S}-{hashlib.sha256(content).hexdigest()[:6]}"


def write_folder(target: Path, files: Mapping[str, str | bytes]) -> None:
    """Write a folder of files whole or not at all: beside it first, then renamed into place."""
    draft = _draft(target)
    for name, content in files.items():
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    draft.replace(target)


def write_file(target: Path, text: str) -> None:
    """Write one file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(target)


def save_version(
    models: Path, model: RiskModel, rows: NDArray[np.float64], files: Mapping[str, str]
) -> Path:
    """Write `models`/<version>/ with a manifest of SHA-256; `rows` become the self-test."""
    target = models / model.version
    draft = _draft(target)
    model.save(draft)
    for name, content in files.items():
        (draft / name).write_text(content, encoding="utf-8")
    (draft / _SELF_TEST).write_text(_self_test(model, rows[:_SELF_TEST_ROWS]), encoding="utf-8")
    hashes = {path.name: _sha256(path) for path in sorted(draft.iterdir())}
    (draft / _MANIFEST).write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")
    draft.replace(target)
    return target


def load_version(models: Path, version: str) -> RiskModel:
    """The model of a version whose every file is as it was written; ArtifactError otherwise."""
    folder = models / version
    _verify(folder)
    try:
        model = RiskModel.load(folder)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ArtifactError(f"{folder}: not a model that this version can read: {error}") from error
    _reproduce(folder, model)
    return model


def champion(models: Path) -> Champion | None:
    """Which version serves; None before the first training."""
    path = models / _CHAMPION
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Champion(found["version"], found.get("previous"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(f"{path}: damaged ({error}); train again or restore it") from error


def promote(models: Path, version: str) -> None:
    """Let a saved version serve; the one before is remembered."""
    before = champion(models)
    text = json.dumps({"version": version, "previous": before.version if before else None})
    write_file(models / _CHAMPION, text + "\n")


def _draft(target: Path) -> Path:
    if target.exists():
        raise ArtifactError(f"{target}: exists already; nothing was overwritten")
    draft = target.with_name(f".{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    return draft


def _verify(folder: Path) -> None:
    manifest = folder / _MANIFEST
    if not manifest.is_file():
        raise ArtifactError(f"{folder}: no {_MANIFEST}; train a model with: python src/main.py")
    hashes: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    found = {path.name for path in folder.iterdir()} - {_MANIFEST}
    if found != set(hashes):
        odd = ", ".join(sorted(found ^ set(hashes)))
        raise ArtifactError(f"{folder}: files do not match the manifest: {odd}")
    for name, expected in hashes.items():
        if _sha256(folder / name) != expected:
            raise ArtifactError(f"{folder / name}: was changed after training; refused")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _self_test(model: RiskModel, rows: NDArray[np.float64]) -> str:
    listed: list[list[float | None]] = [
        [None if np.isnan(value) else float(value) for value in row] for row in rows
    ]
    probability = model.assess_many(rows).probability.tolist()
    return json.dumps({"rows": listed, "probability": probability}) + "\n"


def _reproduce(folder: Path, model: RiskModel) -> None:
    stored: dict[str, Any] = json.loads((folder / _SELF_TEST).read_text(encoding="utf-8"))
    rows = np.array(stored["rows"], dtype=np.float64)
    probability = model.assess_many(rows).probability
    if not np.allclose(probability, stored["probability"], rtol=0, atol=_TOLERANCE):
        raise ArtifactError(
            f"{folder}: this machine does not reproduce the scores stored with the model; refused"
        )
