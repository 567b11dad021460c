"""The commands about model versions: list them, promote one, roll back."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from callrisk.artifacts import (
    ArtifactError,
    champion,
    promote,
    rollback,
    version_figures,
    version_names,
)


def list_versions(models: Path) -> None:
    """Print all versions, the newest first, also while the record of the champion is damaged."""
    try:
        current = champion(models)
    except ArtifactError as error:
        current = None
        print(f"note: {error}")
    names = version_names(models)
    if not names:
        print(f"{models}: no model version yet; train one with: python src/main.py")
    for name in names:
        mark = "*" if current is not None and name == current.version else " "
        print(f"{mark} {name:<22} {_figures(models, name)}")
    if current is not None:
        since = "" if current.at is None else f" since {current.at:%Y-%m-%d %H:%M} UTC"
        by = "" if current.by is None else f", by {current.by}"
        print(f"* {current.version} serves{since}{by}; before: {current.previous or 'none'}")


def _figures(models: Path, version: str) -> str:
    try:
        figures = version_figures(models, version)
    except ArtifactError as error:
        return f"cannot serve: {' '.join(str(error).split())}"
    auc, skill = figures.auc, figures.brier_skill
    return (
        f"{figures.verdict:<13} AUC {auc.value:.3f} [{auc.low:.3f}, {auc.high:.3f}]  "
        f"Brier skill {skill.value:+.3f} [{skill.low:+.3f}, {skill.high:+.3f}]"
        f"{'  DEMO' if figures.demo else ''}"
    )


def switch(models: Path, options: argparse.Namespace) -> None:
    """Promote a version or roll back, and print what serves now."""
    now = datetime.now(UTC)
    if options.rollback:
        new = rollback(models, options.by, now)
    else:
        new = promote(models, options.promote, options.by, now)
    print(f"{new.version} serves; by {new.by}; to go back: {new.previous or 'nothing'}")
