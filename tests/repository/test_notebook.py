"""The notebook runs from its first cell to its last on a small sample, and keeps no output."""

import csv
import tomllib
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbformat import NotebookNode

from harness import ROOT
from harness.small_world import few_customers, new_root

HAS_SHAP = find_spec("shap") is not None
NOTEBOOK = ROOT / "notebooks" / "exploratory_analysis.ipynb"


def notebook() -> NotebookNode:
    """The notebook as it lies in the repository."""
    return nbformat.read(NOTEBOOK, as_version=4)


def test_notebook_is_kept_without_output() -> None:
    """What the notebook showed to someone stays with them: it may be real customers."""
    cells = [cell for cell in notebook().cells if cell.cell_type == "code"]

    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)


def test_the_readme_says_how_it_is_opened() -> None:
    """With the extra that brings Jupyter, and by its path."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [one for one in project["optional-dependencies"]["notebook"] if "notebook" in one]
    assert 'pip install -e ".[notebook]"' in readme
    assert f"jupyter notebook {NOTEBOOK.relative_to(ROOT).as_posix()}" in readme


def images(outputs: list[NotebookNode], kind: str) -> int:
    """Return the number of images of a MIME type."""
    return sum(kind in output.get("data", ()) for output in outputs)


@pytest.mark.slow
def test_notebook_runs_clean_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every cell runs, the counts are those of the sample, and no other file appears."""
    root = new_root(tmp_path / "installation")
    export = few_customers(root / "data" / "raw")
    with export.open(encoding="utf-8-sig") as rows:
        calls = sum(1 for _ in csv.DictReader(rows))
    monkeypatch.setenv("CALLRISK_ROOT", str(root))
    before = set(root.rglob("*"))
    opened = notebook()

    where = {"metadata": {"path": str(tmp_path)}}
    try:
        NotebookClient(opened, timeout=300, resources=where).execute()
    except NoSuchKernel:
        pytest.skip("no Jupyter kernel for Python is installed")

    outputs = [one for cell in opened.cells for one in cell.get("outputs", ())]
    said = "".join(one.data.get("text/markdown", "") for one in outputs if "data" in one)
    assert f"| 行 rows | {calls:,} |" in said
    assert images(outputs, "image/svg+xml") == 2
    assert images(outputs, "image/png") == (3 if HAS_SHAP else 0)
    assert ("shap is installed from Python 3.12 on" in said) is not HAS_SHAP
    readings = root / "data" / "processed" / "readings"
    appeared = set(root.rglob("*")) - before
    # What was read of the export is kept for the next time, without words.
    assert not [
        one
        for one in appeared
        if not (one.is_relative_to(readings) or readings.is_relative_to(one))
    ]
