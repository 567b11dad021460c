"""Model versions: folders of boosters and JSON with a manifest of SHA-256; never pickle."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.artifacts.files import ArtifactError, new_folder, shown_path
from callrisk.artifacts.promotion_gate import VersionFigures
from callrisk.domain.evaluation import Alarm, Interval, Skill
from callrisk.model import RiskModel

_MANIFEST = "manifest.json"
_EVALUATION = "evaluation.json"
_SELF_TEST = "self_test.json"
_SELF_TEST_ROWS = 20
# Two releases of XGBoost may differ in the last digits of a contribution.
_TOLERANCE = 1e-4
# What a version is made of; nothing in these can be executed.
_SUFFIXES = {".ubj", ".json", ".md"}
# One plain name, so that no version leads out of the folder of models.
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,99}")
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OSError)


def new_version(now: datetime, sha256: str) -> str:
    """Return a version name that sorts by time and differs for two versions of one second.

    `sha256` is the hash of the data that it learnt from, in hexadecimal digits.
    """
    return f"{now:%Y%m%d-%H%M%S}-{sha256[:6]}"


def is_version_name(name: object) -> bool:
    """Return True for a valid version name."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def version_names(models: Path) -> list[str]:
    """Return every version in the folder, readable or not, the newest first."""
    found = models.iterdir() if models.is_dir() else iter(())
    folders = (path for path in found if is_version_name(path.name) and path.is_dir())
    return sorted((path.name for path in folders if not _holds_versions(path)), reverse=True)


def _holds_versions(folder: Path) -> bool:
    """Return True for the folder of another portfolio; a version holds files alone."""
    is_version = (folder / _MANIFEST).exists()
    return not is_version and any(path.is_dir() for path in folder.iterdir())


def save_version(
    models: Path, model: RiskModel, rows: NDArray[np.float64], files: Mapping[str, str]
) -> Path:
    """Write `models`/<version>/ with a manifest; `rows` (rows, features) become the self-test."""
    target = models / model.version
    with new_folder(target) as draft:
        model.save(draft)
        for name, content in files.items():
            (draft / name).write_text(content, encoding="utf-8")
        self_test = _self_test(model, rows[:_SELF_TEST_ROWS])
        (draft / _SELF_TEST).write_text(self_test, encoding="utf-8")
        hashes = {path.name: _sha256(path) for path in sorted(draft.iterdir())}
        (draft / _MANIFEST).write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")
    return target


def load_version(models: Path, version: str) -> RiskModel:
    """Return the model of a version; raise ArtifactError if any file differs from its manifest."""
    folder = _verified(models, version)
    where = shown_path(folder, models)
    try:
        model = RiskModel.load(folder)
        reproduced = _reproduces(folder, model)
    except _UNREADABLE as error:
        raise ArtifactError(
            f"{where}: not a model that this program can read ({_one_line(error)}); train again",
            f"{where}: このプログラムでは読めないモデルです。学習し直してください",
        ) from error
    if model.version != version:
        raise ArtifactError(
            f"{where}: holds the model {model.version}, not {version}; refused",
            f"{where}: 別のモデル {model.version} が入っているため使いません",
        )
    if not reproduced:
        raise ArtifactError(
            f"{where}: this machine does not reproduce the scores stored with the model; refused",
            f"{where}: 保存時のスコアをこの環境で再現できないため使いません",
        )
    return model


def version_figures(models: Path, version: str) -> VersionFigures:
    """Return the figures of a version from its evaluation; ArtifactError if it cannot be read."""
    path = _verified(models, version) / _EVALUATION
    try:
        described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return VersionFigures(
            verdict=Skill(described["verdict"]),
            auc=Interval(**described["auc"]),
            brier_skill=Interval(**described["brier_skill"]),
            alarms=tuple(Alarm(**alarm) for alarm in described["alarms"]),
            demo=bool(described["demo"]),
        )
    except _UNREADABLE as error:
        where = shown_path(path, models)
        raise ArtifactError(
            f"{where}: no evaluation that this program can read ({_one_line(error)}); train again",
            f"{where}: 評価が読めないモデルです。学習し直してください",
        ) from error


def version_text(models: Path, version: str, name: str) -> str | None:
    """Return a text file of a version, None where an older one lacks it; ArtifactError."""
    path = _verified(models, version) / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


def fingerprint(models: Path, version: str) -> tuple[object, ...]:
    """Return a value that changes with any file of a version, by name, time and size only."""
    folder = models / version
    if not folder.is_dir():
        return (version,)
    files = ((path.name, path.stat()) for path in sorted(folder.iterdir()))
    return (version, *((name, stat.st_mtime_ns, stat.st_size) for name, stat in files))


def _verified(models: Path, version: str) -> Path:
    """Return the folder of a version, its files checked against the manifest."""
    if not is_version_name(version):
        raise ArtifactError(
            f"{version!r} is not the name of a model version; --list shows them",
            f"{version!r} はモデルの版の名前ではありません",
        )
    folder = models / version
    try:
        _verify(folder, shown_path(folder, models))
    except OSError as error:
        raise ArtifactError(
            f"{shown_path(folder, models)}: cannot be read: {_one_line(error)}",
            f"{shown_path(folder, models)}: 読めません",
        ) from error
    return folder


def _verify(folder: Path, where: str) -> None:
    if not folder.is_dir():
        raise ArtifactError(
            f"{where}: no such model version; --list shows those there are",
            f"{where}: このモデルの版はありません",
        )
    hashes = _manifest(folder, where)
    names = {path.name for path in folder.iterdir()} - {_MANIFEST}
    if odd := sorted(names ^ set(hashes)):
        raise ArtifactError(
            f"{where}: files do not match the manifest: {', '.join(odd)}; refused",
            f"{where}: ファイルが目録（manifest）と一致しないため使いません: {'、'.join(odd)}",
        )
    if foreign := sorted(name for name in names if Path(name).suffix not in _SUFFIXES):
        raise ArtifactError(
            f"{where}: not made by callrisk: {', '.join(foreign)}; refused",
            f"{where}: callrisk のものではないファイルがあるため使いません: {'、'.join(foreign)}",
        )
    for name, expected in hashes.items():
        if _sha256(folder / name) != expected:
            raise ArtifactError(
                f"{where}/{name}: was changed after training; refused",
                f"{where}/{name}: 学習のあとで書き換えられているため使いません",
            )


def _manifest(folder: Path, where: str) -> dict[str, object]:
    path = folder / _MANIFEST
    if not path.is_file():
        raise ArtifactError(
            f"{where}: no {_MANIFEST}; not a model version of callrisk",
            f"{where}: {_MANIFEST} がなく、callrisk のモデルではありません",
        )
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ArtifactError(
            f"{where}/{_MANIFEST}: damaged ({_one_line(error)}); refused",
            f"{where}/{_MANIFEST}: 壊れているため使いません",
        ) from error


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _self_test(model: RiskModel, rows: NDArray[np.float64]) -> str:
    listed: list[list[float | None]] = [
        [None if np.isnan(value) else float(value) for value in row] for row in rows
    ]
    probability = model.assess_many(rows).probability.tolist()
    return json.dumps({"rows": listed, "probability": probability}) + "\n"


def _reproduces(folder: Path, model: RiskModel) -> bool:
    stored: dict[str, Any] = json.loads((folder / _SELF_TEST).read_text(encoding="utf-8"))
    rows = np.array(stored["rows"], dtype=np.float64)
    probability = model.assess_many(rows).probability
    return bool(np.allclose(probability, stored["probability"], rtol=0, atol=_TOLERANCE))
