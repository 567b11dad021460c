"""A training as a process of its own ends with whoever began it."""

from pathlib import Path

import pytest

from callrisk.background.pipeline_process import (
    PipelineLog,
    end_pipeline,
    read_pipeline_log,
    start_pipeline,
)
from callrisk.data_folder import customer_table
from harness import ROOT
from harness.small_world import few_customers

STARTER_GONE = 3


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """Those of a training that takes much longer than its start."""
    export = few_customers(tmp_path / "raw")
    table = customer_table(export.parent)
    files = ["--data", str(export), "--customers", str(table)]
    return [*files, "--output", str(tmp_path / "out"), "--models", str(tmp_path / "models")]


def test_a_training_ends_when_its_starter_is_gone(options: list[str], tmp_path: Path) -> None:
    """Its input ends then, however its starter ended; no model is left of it."""
    pipeline, log = ROOT / "src" / "main.py", tmp_path / "logs" / "training.log"
    process = start_pipeline(pipeline, options, log, ends_with_us=True)
    try:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == STARTER_GONE
    finally:
        end_pipeline(process)
    assert not (tmp_path / "models").exists()
    assert read_pipeline_log(log).finish is None


def test_a_log_tells_the_newest_step_the_end_and_the_words(tmp_path: Path) -> None:
    """The last line may be cut short."""
    log = tmp_path / "training.log"
    log.write_text(
        'note: 通話\n{"phase": "training", "whole": 0.2}\n{"phase": "scoring", "whole": 0.6}\n'
        'error: no column\n\n{"done": true}\n{"pha',
        encoding="utf-8",
    )

    told = read_pipeline_log(log)

    assert told.step == {"phase": "scoring", "whole": 0.6}
    assert told.finish == {"done": True}
    assert (told.error, told.last_words) == ("no column", "error: no column")
    log.write_text("", encoding="utf-8")
    assert read_pipeline_log(log) == PipelineLog({}, None, ())
