"""The figures of the language on authors that tuned nothing do not fall below their floors."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from callrisk.domain.language import packaged
from callrisk.pipeline.language.corpus import ASIDE
from harness import ROOT

BENCHMARK = ROOT / "benchmarks" / "language.py"
ROWS = (
    {"text": "払えません。", "intents": ["inability"]},
    {"text": "今年の夏は暑さが厳しいですね。", "intents": []},
    {"text": "坂がきついです。", "intents": ["hardship"]},  # labelled wrongly, to be missed
    {"a": {"text": "払えます", "intents": ["capacity"]},
     "b": {"text": "払えません", "intents": ["inability"]}},
    {"agent": "ご解約をご希望ですか", "customer": "はい", "intents": ["cancellation"]},
)  # fmt: skip


def benchmark(*arguments: str | Path) -> str:
    """Return what the benchmark prints."""
    command = [sys.executable, str(BENCHMARK), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


@pytest.fixture(scope="module")
def aside() -> dict[str, Any]:
    """The figures on the authors that were put aside."""
    return json.loads(benchmark("--json"))


def test_a_file_of_ones_own_is_measured(tmp_path: Path) -> None:
    """Sentences, pairs and exchanges of one file; a BOM does not matter."""
    file = tmp_path / "own.jsonl"
    lines = (json.dumps(row, ensure_ascii=False) for row in ROWS)
    file.write_text("\n".join(lines), encoding="utf-8-sig")

    figures = json.loads(benchmark(file, "--json"))
    assert figures["language"] == packaged().version
    assert (figures["sentences"], figures["pairs"], figures["exchanges"]) == (3, 1, 1)
    assert figures["worry"] == {"precision": 1.0, "recall": 0.5, "f1": 0.667, "labelled": 2}
    assert figures["false_alarms"] == 0
    assert figures["exact"] == pytest.approx(2 / 3, abs=0.001)
    assert (figures["pairs_exact"], figures["exchanges_exact"]) == (1, 1)
    assert figures["alike_without_punctuation"] == 1
    assert "坂がきついです" in benchmark(file, "--wrong")


@pytest.mark.parametrize(
    ("group", "figure", "floor"),
    [("worry", "precision", 0.9), ("worry", "recall", 0.85), ("all", "f1", 0.88)],
)
def test_groups_are_understood(
    aside: dict[str, Any], group: str, figure: str, floor: float
) -> None:
    """Worries are found, and little else is taken for one."""
    assert aside[group][figure] >= floor


def test_false_alarms_are_rare(aside: dict[str, Any]) -> None:
    """Of turns that say nothing about paying, at most 5 of 100 are marked."""
    assert aside["false_alarms"] <= 0.05


def test_answers_are_understood_by_their_question(aside: dict[str, Any]) -> None:
    """Three of four exactly."""
    assert aside["exchanges_exact"] >= 0.75


def test_pauses_do_not_matter(aside: dict[str, Any]) -> None:
    """All texts are understood alike without 、 and 。."""
    assert aside["alike_without_punctuation"] == 1
