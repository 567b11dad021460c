"""The rooms of the product: which imports are allowed, and which library comes in by which door.

The layers and their exceptions stand in pyproject.toml, where import-linter reads them.
"""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from harness import ROOT

# Each library has its doors, rooms or files; what is not listed here has none.
DOORS = {
    "alembic": {"store"},
    "altair": {"charts"},
    "apiflask": {"web"},
    "argon2": {"people"},
    "authlib": {"integrations"},
    "boto3": {"integrations"},
    "botocore": {"integrations"},
    "cryptography": {"store", "integrations"},
    "dotenv": {"settings"},
    "engineio": {"web"},
    "flask": {"web"},
    "flask_cors": {"web"},
    "flask_socketio": {"web"},
    "jaconv": {"integrations"},
    "jinja2": {"reporting"},
    "joserfc": {"integrations"},
    "limits": {"web"},
    "numpy": {
        *("artifacts", "charts", "dashboards", "domain", "integrations", "live", "model"),
        *("pipeline", "reporting", "sample"),
    },
    "openpyxl": {"reporting", "sample"},
    "optuna": {"pipeline"},
    "pandas": {"dashboards"},
    "phonenumbers": {"domain/phone.py"},
    "prometheus_client": {"bootstrap"},
    "psutil": {"bootstrap", "background"},
    "pyarrow": {"pipeline/readings/part_files.py"},
    "pycrfsuite": {"pipeline/masking/tagger_fitting.py"},
    "pydantic": {"settings", "web", "integrations", "wire"},
    "pydantic_core": {"wire"},
    "pydantic_settings": {"settings"},
    "pyotp": {"people"},
    "python_calamine": {"integrations"},
    "requests": {"integrations", "wire/client/connection.py", "dashboards/api_client.py"},
    "scipy": {"charts", "model", "pipeline", "sample"},
    "segno": {"people"},
    "sklearn": {"pipeline"},
    "sqlalchemy": {"store"},
    "standardwebhooks": {"integrations/webhooks/webhook_post.py"},
    "starlette": {"dashboards"},
    # Streamlit looks for its application in the script that it is told to run.
    "streamlit": {"dashboards", "streamlit_dashboard.py", "mobile_dashboard.py"},
    "structlog": {"bootstrap", "web"},
    "sudachipy": {"domain/masking/tagging/words.py"},
    "tenacity": {"background"},
    "tqdm": {"entry scripts", "bootstrap", "sample"},
    "uvicorn": {"web"},
    "vl_convert": {"charts"},
    "websockets": {"web"},
    "werkzeug": {"web"},
    "xgboost": {"model", "pipeline"},
    "zxcvbn": {"people"},
}
# An import that breaks each contract, by the file that would hold it.
FORBIDDEN = {
    "domain/call.py": "from callrisk.store import calls",
    "integrations/amazon/kinesis.py": "from callrisk.integrations.kintone import client",
    "pipeline/scoring.py": "from callrisk.pipeline import export",
    "crm/service.py": "from callrisk.integrations.kintone import client",
    "dashboards/frame.py": "import callrisk.pipeline",
    "live/follower.py": "from callrisk.settings import load",
    "web/pages.py": "def page():\n    import callrisk.sample",
}


def linted(root: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the packages below `root`/src, with the contracts as they are."""
    code = (
        "from importlinter.application.use_cases import lint_imports\n"
        "import importlinter.api\n"
        f"passed = lint_imports({str(ROOT / 'pyproject.toml')!r}, cache_dir=None)\n"
        "sys.exit(0 if passed else 1)"
    )
    return python(code, root)


def test_imports_keep_the_contracts() -> None:
    """No module imports upward, across, or what only others may know."""
    done = linted(ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


def test_each_contract_finds_an_import_that_breaks_it(tmp_path: Path) -> None:
    """A copy with one forbidden import a contract breaks every one of them."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for file, line in FORBIDDEN.items():
        with (tmp_path / "src" / "callrisk" / file).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")

    done = linted(tmp_path)

    assert f"Contracts: 0 kept, {len(FORBIDDEN)} broken." in done.stdout, done.stdout + done.stderr


def python_files(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield every Python file of the product, and its path as seen from its room."""
    for path in sorted([*root.glob("*.py"), *root.glob("src/*.py")]):
        if path.name not in {"run.py", "config.py"}:  # neither imports the product
            yield path, path.name
    package = root / "src" / "callrisk"
    for path in sorted(package.rglob("*.py")):
        yield path, path.relative_to(package).as_posix()


def imported_libraries(path: Path) -> set[str]:
    """Return the top-level names of the libraries that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    own = {"__future__", "callrisk", "kintone_stand_in"}
    return names - sys.stdlib_module_names - own


def wrong_doors(root: Path) -> list[str]:
    """Return one line for each library that comes in by another's door."""
    return [
        f"{name} imports {library}"
        for path, name in python_files(root)
        for library in sorted(imported_libraries(path))
        if not DOORS.get(library, set()) & {name, room_of(name)}
    ]


def room_of(name: str) -> str:
    """Return the room of a file by its path below the package; scripts stand outside it."""
    return PurePosixPath(name).parts[0] if "/" in name else "entry scripts"


def test_libraries_come_in_by_their_doors() -> None:
    """No file of the product imports a library that belongs to another room."""
    assert wrong_doors(ROOT) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("src/callrisk/live/call_end.py", "import pandas"),
        ("src/callrisk/live/calls.py", "def f():\n    import flask"),
        ("src/callrisk/dashboards/live.py", "import sqlalchemy.orm"),
        ("src/callrisk/integrations/kinesis.py", "import left_pad"),
        ("src/callrisk/domain/customer.py", "import phonenumbers"),
        ("src/main.py", "import sklearn"),
        ("streamlit_dashboard.py", "import pandas"),
    ],
)
def test_library_by_a_wrong_door_is_found(tmp_path: Path, file: str, line: str) -> None:
    """A product of one file that breaks the table is reported, with file and library."""
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line + "\n", encoding="utf-8")

    [complaint] = wrong_doors(tmp_path)
    assert complaint.startswith(file.removeprefix("src/").removeprefix("callrisk/"))


IMPORT_ALL = """
import importlib, pkgutil
import callrisk
for module in pkgutil.walk_packages(callrisk.__path__, "callrisk."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


def test_importing_does_nothing(tmp_path: Path) -> None:
    """Importing every module of a fresh copy prints nothing and leaves nothing on the disk."""
    # With what Python compiled before: it holds for the same files at another place.
    shutil.copytree(ROOT / "src", tmp_path / "src")
    before = set(tmp_path.rglob("*"))

    done = python(IMPORT_ALL, tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    assert set(tmp_path.rglob("*")) == before


def test_programs_carry_nothing_that_they_never_run(tmp_path: Path) -> None:
    """What the reader of a telephony imports at its start, and then the live server."""
    shutil.copytree(ROOT / "src", tmp_path / "src")

    done = python(
        "import sys, callrisk.bootstrap.ingest; print(*sys.modules)\n"
        "import callrisk.bootstrap.server; print(*sys.modules)",
        tmp_path,
    )

    assert done.returncode == 0, done.stderr
    reader, server = (set(line.split()) for line in done.stdout.splitlines())
    assert "callrisk.ingest.stream" in reader
    assert "callrisk.web.app" in server
    unwanted = {"callrisk.pipeline.phases", "callrisk.sample", "streamlit", "altair", "openpyxl"}
    # XGBoost alone would import them.
    unwanted |= {"sklearn", "pandas", "scipy.stats"}
    assert not server & unwanted
    assert not reader & {"callrisk.live", "callrisk.model", "callrisk.web", "flask", "xgboost"}


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own that finds the package in this folder and writes no cache."""
    path = f"import sys; sys.path.insert(0, {str(folder / 'src')!r})\n"
    command = [sys.executable, "-B", "-c", path + code]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, encoding="utf-8")
