"""The rooms of the house: who may import whom, and which library comes in by which door."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from harness import ROOT

# Imports point down: a room may import every room on a lower line, and none beside it.
LEVELS = (
    ("entry scripts",),
    ("web", "dashboards"),
    ("pipeline", "live"),
    ("artifacts", "store", "integrations"),
    ("model", "charts"),
    ("settings", "sample"),
    ("domain",),
)
# Lower lines do not help these: who else may import the room, as room or file.
KNOWN_ONLY_TO = {
    "settings": {"entry scripts", "sample", "web/app.py", "pipeline/__init__.py"},
    "sample": {"entry scripts"},
}
# No file of the pipeline knows a phase; run() in pipeline/__init__.py calls them in order.
PHASES = {"data_preparation", "model_training", "scoring", "evaluation", "export"}
# No file (or folder) of these rooms knows another, so each can be deleted by itself.
STRANGERS = {"integrations"}
# Each library has one door, a room or a file; what is not listed here has none.
DOORS = {
    "alembic": {"store"},
    "altair": {"charts"},
    "apiflask": {"web"},
    "boto3": {"integrations"},
    "botocore": {"integrations"},
    "cryptography": {"store"},
    "flask": {"web"},
    "flask_cors": {"web"},
    "flask_socketio": {"web"},
    "jinja2": {"pipeline"},
    "numpy": {name for level in LEVELS for name in level},
    "openpyxl": {"pipeline", "sample"},
    "optuna": {"pipeline"},
    "pydantic": {"settings", "wire", "web", "integrations"},
    "pydantic_settings": {"settings"},
    "python_calamine": {"integrations"},
    "requests": {"integrations", "wire/client.py"},
    "sklearn": {"pipeline"},
    "sqlalchemy": {"store"},
    "streamlit": {"dashboards"},
    "tqdm": {"entry scripts", "sample"},
    "vl_convert": {"charts"},
    "xgboost": {"model", "pipeline"},
}


def files_of(root: Path) -> Iterator[tuple[Path, str]]:
    """Every Python file of the product, and its path as seen from its room."""
    for path in sorted([*root.glob("*.py"), *root.glob("src/*.py")]):
        if path.name not in {"run.py", "config.py"}:  # neither knows the house
            yield path, path.name
    package = root / "src" / "callrisk"
    for path in sorted(package.rglob("*.py")):
        yield path, path.relative_to(package).as_posix()


def room_of(root: Path, path: Path) -> str:
    """The room that a file lies in."""
    package = root / "src" / "callrisk"
    if package not in path.parents:
        return "entry scripts"
    return path.relative_to(package).parts[0].removesuffix(".py")


def imports_of(path: Path, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The dotted names a file imports, wherever in the file; relative ones made absolute."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = tuple(node.module.split(".")) if node.module else ()
            yield from ((*base, *module, alias.name) for alias in node.names)


def broken_rules(root: Path) -> list[str]:
    """One line for each import that breaks a rule above."""
    broken = []
    for path, name in files_of(root):
        room = room_of(root, path)
        package = ("callrisk", *PurePosixPath(name).parent.parts)
        for imported in imports_of(path, package):
            if imported[0] == "callrisk":
                complaint = house_rule(room, name, imported[1:])
            else:
                complaint = door_rule(room, name, imported[0])
            broken += [f"{name} imports {'.'.join(imported)}: {complaint}"] if complaint else []
    return broken


def level_of(room: str) -> int:
    """The line of LEVELS a room stands on."""
    return next(line for line, rooms in enumerate(LEVELS) if room in rooms)


def house_rule(room: str, name: str, imported: tuple[str, ...]) -> str:
    """What is wrong with importing a part of callrisk here; empty when nothing is."""
    target = imported[0]
    if room == "__init__" or target == "__version__":
        return "" if target == "__version__" else "the package itself imports nothing"
    if room == target:
        return stranger_rule(room, name, imported)
    if level_of(target) <= level_of(room):
        return "imports point down"
    known_to = KNOWN_ONLY_TO.get(target, {room})
    return "" if {room, name} & known_to else f"known only to {', '.join(sorted(known_to))}"


def stranger_rule(room: str, name: str, imported: tuple[str, ...]) -> str:
    """What is wrong with importing a neighbour of the same room."""
    own = PurePosixPath(name).parts[1].removesuffix(".py") if "/" in name else ""
    other = imported[1] if len(imported) > 1 else own
    if own in {other, "__init__"}:
        return ""
    is_stranger = room in STRANGERS or (room == "pipeline" and other in PHASES)
    return f"{other} is known to nobody else in {room}" if is_stranger else ""


def door_rule(room: str, name: str, library: str) -> str:
    """What is wrong with importing a library here; empty when nothing is."""
    if library in sys.stdlib_module_names or library == "__future__":
        return ""
    doors = DOORS.get(library, set())
    return "" if {room, name} & doors else f"its door is {', '.join(sorted(doors)) or 'nowhere'}"


def test_every_import_keeps_to_the_house() -> None:
    """No file of the product imports upwards, sideways or by another's door."""
    assert broken_rules(ROOT) == []


def test_tables_name_what_exists() -> None:
    """Each module of the package is on a level, each level lists rooms that exist, phases too."""
    rooms = {room_of(ROOT, path) for path, _ in files_of(ROOT)} - {"__init__"}
    pipeline = {path.stem for path in (ROOT / "src" / "callrisk" / "pipeline").iterdir()}

    assert rooms == {name for level in LEVELS for name in level}
    assert pipeline >= PHASES


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("src/callrisk/domain/call.py", "import callrisk.store"),
        ("src/callrisk/domain/call.py", "from callrisk import settings"),
        ("src/callrisk/domain/call.py", "import pandas"),
        ("src/callrisk/store/queries.py", "from callrisk.integrations import replay"),
        ("src/callrisk/store/queries.py", "from ..live import calls"),
        ("src/callrisk/live/calls.py", "from callrisk.pipeline import run"),
        ("src/callrisk/live/calls.py", "from callrisk.settings import load"),
        ("src/callrisk/live/calls.py", "def f():\n    import flask"),
        ("src/callrisk/web/routes/calls.py", "from callrisk.settings import Settings"),
        ("src/callrisk/web/routes/calls.py", "from callrisk.sample import write"),
        ("src/callrisk/dashboards/live.py", "import callrisk.web.app"),
        ("src/callrisk/dashboards/live.py", "import requests"),
        ("src/callrisk/pipeline/scoring.py", "from callrisk.pipeline.export import write"),
        ("src/callrisk/pipeline/folds.py", "from . import scoring"),
        ("src/callrisk/pipeline/dataset.py", "import sqlalchemy.orm"),
        ("src/callrisk/integrations/kinesis.py", "from callrisk.integrations.kintone import read"),
        ("src/callrisk/integrations/kinesis/poll.py", "from callrisk.integrations import replay"),
        ("src/callrisk/integrations/kinesis.py", "import left_pad"),
        ("src/callrisk/sample/calls.py", "from callrisk.pipeline import run"),
        ("src/callrisk/__init__.py", "from callrisk.model import RiskModel"),
        ("src/main.py", "import sklearn"),
        ("streamlit_dashboard.py", "import streamlit"),
    ],
)
def test_forbidden_import_is_found(tmp_path: Path, file: str, line: str) -> None:
    """A house of one file that breaks one rule is reported, with file and import."""
    write(tmp_path / file, line)

    [complaint] = broken_rules(tmp_path)
    assert complaint.startswith(file.removeprefix("src/").removeprefix("callrisk/"))


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("realtime_api_server.py", "from callrisk.web.app import create_app"),
        ("src/main.py", "from callrisk import pipeline, sample, settings"),
        ("src/callrisk/web/app.py", "from callrisk.settings import Settings"),
        ("src/callrisk/web/routes/calls.py", "from callrisk.web import auth\nimport flask, json"),
        ("src/callrisk/pipeline/__init__.py", "from callrisk.pipeline import scoring, export"),
        (
            "src/callrisk/pipeline/scoring.py",
            "from callrisk.pipeline.training.folds import Ensemble",
        ),
        (
            "src/callrisk/integrations/kinesis/poll.py",
            "from callrisk.integrations.kinesis import a",
        ),
        ("src/callrisk/model.py", "import numpy, xgboost\nfrom callrisk.domain import features"),
    ],
)
def test_allowed_import_passes(tmp_path: Path, file: str, line: str) -> None:
    """What the design allows is no complaint."""
    write(tmp_path / file, line)

    assert broken_rules(tmp_path) == []


def write(path: Path, text: str) -> None:
    """A file of the made-up house."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


IMPORT_ALL = """
import importlib, pkgutil
import callrisk
for module in pkgutil.walk_packages(callrisk.__path__, "callrisk."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


def test_importing_does_nothing(tmp_path: Path) -> None:
    """Importing every module of a fresh copy prints nothing and leaves nothing on the disk."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    before = set(tmp_path.rglob("*"))

    done = python(IMPORT_ALL, tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    assert set(tmp_path.rglob("*")) == before


def test_live_server_carries_neither_training_nor_streamlit(tmp_path: Path) -> None:
    """What the server imports at its start leaves out what it never runs."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))

    done = python("import sys, callrisk.web.app; print(*sys.modules)", tmp_path)

    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "callrisk.web.app" in loaded
    assert not loaded & {"callrisk.pipeline", "callrisk.sample", "streamlit"}


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own that finds the package in this folder and writes no cache."""
    path = f"import sys; sys.path.insert(0, {str(folder / 'src')!r})\n"
    command = [sys.executable, "-B", "-c", path + code]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, encoding="utf-8")
