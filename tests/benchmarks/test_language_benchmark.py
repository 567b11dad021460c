"""The figures of the language on authors that tuned nothing do not fall below their floors."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from callrisk.domain.language import packaged
from callrisk.pipeline.language.corpus import ASIDE
from harness import ROOT
from harness.scripts import module_of

ROWS = (
    {"text": "払えません。", "intents": ["inability"]},
    {"text": "今年の夏は暑さが厳しいですね。", "intents": []},
    {"text": "坂がきついです。", "intents": ["hardship"]},  # labelled wrongly, to be missed
    {"a": {"text": "払えます", "intents": ["capacity"]},
     "b": {"text": "払えません", "intents": ["inability"]}},
    {"agent": "ご解約をご希望ですか", "customer": "はい", "intents": ["cancellation"]},
)  # fmt: skip


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    """The benchmark as a module, without its measurement of time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        module = module_of("benchmarks/language.py")
        patch.setattr(module, "cost", lambda _texts: {})
        yield module


@pytest.fixture(scope="module")
def aside(benchmark: ModuleType) -> dict[str, Any]:
    """The figures on the authors that were put aside."""
    rows = [
        (file.name, json.loads(line))
        for file in sorted(ASIDE.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return benchmark.measured(rows)


def test_a_file_of_ones_own_is_measured(
    benchmark: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sentences, pairs and exchanges of one file; a BOM does not matter."""
    file = tmp_path / "own.jsonl"
    lines = (json.dumps(row, ensure_ascii=False) for row in ROWS)
    file.write_text("\n".join(lines), encoding="utf-8-sig")

    monkeypatch.setattr(sys, "argv", ["language.py", str(file), "--json"])

    assert benchmark.main() == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["language"] == packaged().version
    assert (figures["sentences"], figures["pairs"], figures["exchanges"]) == (3, 1, 1)
    assert figures["worry"] == {"precision": 1.0, "recall": 0.5, "f1": 0.667, "labelled": 2}
    assert figures["false_alarms"] == 0
    assert figures["exact"] == pytest.approx(2 / 3, abs=0.001)
    assert (figures["pairs_exact"], figures["exchanges_exact"]) == (1, 1)
    assert figures["alike_without_punctuation"] == 1
    rows = [(file.name, row) for row in ROWS]
    (wrong,) = benchmark.misunderstood(rows)
    assert "坂がきついです" in wrong


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
