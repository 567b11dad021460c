"""The workshop: locks that fit, a repository without data, code that ruff and mypy accept."""

import ast
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest
from packaging.markers import Marker

from callrisk.settings import Environment
from harness import ROOT

GENERATED = ("data", "models", "output")
LARGEST_FILE = 1_000_000


# Needed though no file of ours imports them.
UNSEEN = {
    "httptools": "uvicorn reads requests with it",
    "matplotlib": "the plots of shap in the notebook are drawn with it",
    "psycopg": "SQLAlchemy loads it for PostgreSQL",
    "redis": "limits counts requests in it",
    "shap": "the notebook draws with it, and a test checks our contributions by it",
    "sudachidict-small": "SudachiPy reads its words from it",
}


def required(path: Path) -> set[tuple[str, str]]:
    """Name and marker of each direct requirement, but for ourselves and constraint files."""
    lines = re.sub(r"\s*#.*", "", path.read_text(encoding="utf-8")).split("\n")
    found = (re.match(r"([\w.-]+)[^;]*;?\s*(.*)", line) for line in lines if line[:1] not in "-")
    return {(match[1].lower(), match[2]) for match in found if match}


def locked(path: Path) -> dict[str, str]:
    """Each package of a lock with all that the lock says about it."""
    blocks = re.split(r"\n(?=[a-z0-9])", path.read_text(encoding="utf-8"))
    names = [re.match(r"([\w.-]+)(\[.*\])?==", block) for block in blocks]
    return {name[1]: block for name, block in zip(names, blocks, strict=True) if name}


@pytest.mark.parametrize("folder", ["", "tests"])
def test_lock_holds_every_requirement(folder: str) -> None:
    """Who adds a requirement and forgets the lock is told so."""
    lock = locked(ROOT / folder / "requirements.lock")

    missing = {name for name, _ in required(ROOT / folder / "requirements.txt")} - lock.keys()
    assert missing == set()


def test_every_requirement_is_used() -> None:
    """What no file imports any more is not downloaded either."""
    imported = set()
    for path in [*ROOT.glob("*.py"), *(ROOT / "src").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).partition(".")[0])
    homes = metadata.packages_distributions()
    used = {home.lower().replace("_", "-") for module in imported for home in homes.get(module, [])}

    here = {name for name, marker in required(ROOT / "requirements.txt") if applies(marker)}
    assert here - used == UNSEEN.keys() & here


def applies(marker: str) -> bool:
    """Whether a marker of requirements.txt holds on this system."""
    return not marker or Marker(marker).evaluate()


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_lock_is_hashed_and_belongs_to_no_place(lock: str) -> None:
    """Every package has hashes; no index, no address and no path of a machine is in the lock."""
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert [
        name for name, block in locked(ROOT / lock).items() if "--hash=sha256:" not in block
    ] == []
    assert re.search(r"://|--index|--find-links|file:", text) is None


def test_both_locks_agree() -> None:
    """A package that product and tests share has one version."""
    product, tests = locked(ROOT / "requirements.lock"), locked(ROOT / "tests/requirements.lock")

    shared = product.keys() & tests.keys()
    different = [name for name in shared if version(product[name]) != version(tests[name])]
    assert different == []


def version(block: str) -> str:
    """The version that a block of a lock pins."""
    return block.partition("==")[2].split()[0]


# What customers say, labelled, and what is learnt from it: sources of the product, though large.
SENTENCES = PurePosixPath("src/callrisk/pipeline/language/statements/japanese")
LARGE_SOURCES = {
    PurePosixPath("src/callrisk/domain/language/japanese/weights.npz"),
    PurePosixPath("src/callrisk/domain/advice/needs.npz"),
    PurePosixPath("src/callrisk/pipeline/needs/moments.jsonl"),
    PurePosixPath("static/vendor/noto-sans-jp-japanese-400-normal.woff2"),
}


@pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()), reason="this is no clone of git"
)
def test_repository_holds_no_data_and_nothing_large() -> None:
    """What run.py and the product make is never in git, and no file there is over a megabyte."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    tracked = [PurePosixPath(name) for name in listing.stdout.decode().split("\0") if name]
    assert PurePosixPath("run.py") in tracked

    generated = [path for path in tracked if path.parts[0] in GENERATED and path.name != ".gitkeep"]
    assert generated == []
    present = [
        ROOT / path
        for path in tracked
        if (ROOT / path).exists()
        and not path.is_relative_to(SENTENCES)
        and path not in LARGE_SOURCES
    ]
    assert [path for path in present if path.stat().st_size > LARGEST_FILE] == []


def test_env_example_names_settings_that_exist() -> None:
    """Nobody fills in a line of .env.example that nothing reads."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    lines = re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)
    named = {name.lower() for name in lines}
    # The last of two lines would undo what somebody wrote into the first.
    assert len(lines) == len(named)
    assert named <= Environment.model_fields.keys()
    assert "flask_secret_key" in named


@pytest.mark.parametrize("check", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]])
@pytest.mark.slow
def test_checks_pass(check: list[str]) -> None:
    """Style and types are as pyproject.toml wants them."""
    done = subprocess.run(
        [sys.executable, "-m", *check], cwd=ROOT, capture_output=True, check=False, encoding="utf-8"
    )

    assert done.returncode == 0, done.stdout + done.stderr
