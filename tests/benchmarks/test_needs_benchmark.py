"""The benchmark of needs: a file of one's own is measured, and what is heard wrongly is listed."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from harness import ROOT
from harness.scripts import module_of

ASKED = "お支払いはいかがでしょうか"
ROWS = (
    {"author": "1", "agent": ASKED, "customer": "給料日の二十五日に必ず振り込みます",
     "needs": ["promise_day"]},
    {"author": "1", "agent": ASKED, "customer": "昨日コンビニで払いましたよ",
     "needs": ["paid_already"]},
    # Labelled wrongly, to be missed.
    {"author": "2", "agent": ASKED, "customer": "一円も払いません", "needs": ["settled"]},
)  # fmt: skip


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    """The benchmark as a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        yield module_of("benchmarks/needs.py")


def test_a_file_of_ones_own_is_measured(
    benchmark: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two of three are right, and the third is shown with its label and what was heard."""
    file = tmp_path / "own.jsonl"
    lines = (json.dumps(row, ensure_ascii=False) for row in ROWS)
    file.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["needs.py", str(file), "--wrong"])

    assert benchmark.main() == 0

    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("all")
    assert "66.7%" in first
    assert rest[-2:] == [f"{ASKED} | 一円も払いません", rest[-1]]
    assert "settled, heard refusal" in rest[-1]


def test_authors_are_heard_by_weights_of_the_others(benchmark: ModuleType) -> None:
    """Every moment is heard once; what only its own author said teaches nothing of it."""
    moments = [*benchmark.moments_of()][::25]

    heard = benchmark.left_out(moments)

    assert sorted(one.moment.customer for one in heard) == sorted(one.customer for one in moments)
    assert 0.3 < sum(one.is_right for one in heard) / len(heard) < 0.95
