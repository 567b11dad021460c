"""The summary of a scored table, as it lies beside its scores: figures, and PSI by column."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from callrisk.domain.features.contract import Feature
from callrisk.domain.portfolio.stability import Change, Stability
from callrisk.domain.wording import Text

FILE = "stability.json"
_MOST = 20
_SCORE = Text("リスクスコア", "Risk score")


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A scored table: its source, the version, the rows, and the change of each column.

    `outside` are the rows with values beyond those of the training; `has_reference` is False for a
    version that does not say what these were. `labels` has the words of the columns.
    """

    model_version: str
    source: str
    made_at: datetime
    rows: int
    outside: int
    has_reference: bool
    columns: Sequence[Stability]
    labels: Sequence[Text]

    @property
    def shifted(self) -> Sequence[str]:
        """The names of the columns that have shifted since the training."""
        return [one.name for one in self.columns if one.change is Change.SHIFTED]

    def write(self, folder: Path) -> None:
        """Write the summary into the folder of the scores."""
        columns = [
            {
                "name": one.name, "label": label.ja, "label_en": label.en,
                "psi": _finite(one.psi), "limit": _finite(one.limit), "p": _finite(one.p),
                "change": str(one.change),
            }
            for one, label in zip(self.columns, self.labels, strict=True)
        ]  # fmt: skip
        described = {
            "model_version": self.model_version, "source": self.source,
            "made_at": self.made_at.isoformat(), "rows": self.rows, "outside": self.outside,
            "has_reference": self.has_reference, "columns": columns,
        }  # fmt: skip
        text = json.dumps(described, ensure_ascii=False, indent=1)
        (folder / FILE).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "BatchSummary":
        """Return what `write` wrote; OSError, ValueError, KeyError or TypeError for others."""
        described: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        columns = described["columns"]
        return cls(
            described["model_version"], described["source"],
            datetime.fromisoformat(described["made_at"]), described["rows"], described["outside"],
            described["has_reference"],
            [
                Stability(
                    one["name"], _number(one["psi"]), _number(one["limit"]), _number(one["p"]),
                    Change(one["change"]),
                )
                for one in columns
            ],
            # Summaries of before have names alone.
            [
                Text(one.get("label", one["name"]), one.get("label_en", one["name"]))
                for one in columns
            ],
        )  # fmt: skip


def summaries_in(output: Path) -> dict[str, BatchSummary]:
    """Return the newest scored tables by their folders; those that cannot be read are left out."""
    found: dict[str, BatchSummary] = {}
    for path in output.glob(f"scored_*/{FILE}"):
        try:
            found[path.parent.name] = BatchSummary.read(path.parent)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    newest = sorted(found, key=lambda name: found[name].made_at, reverse=True)
    return {name: found[name] for name in newest[:_MOST]}


def labels_of(columns: Sequence[Stability], features: Sequence[Feature]) -> list[Text]:
    """Return the words of columns: those of features, and of the score."""
    words = {feature.name: Text(feature.label, feature.label_en) for feature in features}
    return [words.get(one.name, _SCORE) for one in columns]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
