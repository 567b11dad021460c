"""The scripts of the live page without a browser: state, selectors, store, and what views draw."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from harness import ROOT

OLDEST_NODE = 20
CASES = Path(__file__).parent / "js"
ALL = sorted(path.relative_to(CASES).as_posix() for path in CASES.rglob("*.test.mjs"))


@pytest.fixture(scope="module")
def node() -> str:
    """The Node.js of this machine; skips where it is missing or too old for the scripts."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("Node.js is not installed")
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    if int(answer.stdout.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"Node.js {answer.stdout.strip()} is older than {OLDEST_NODE}")
    return path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts and the cases, as modules."""
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for name in ("js", "i18n"):
        shutil.copytree(ROOT / "static" / name, folder / "static" / name)
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copytree(CASES, folder / "cases")
    return folder


@pytest.mark.parametrize("case", ALL)
def test_scripts_do_what_their_cases_say(case: str, house: Path, node: str) -> None:
    """Every case of this file holds; without --test it takes one Node.js, not two."""
    done = subprocess.run(
        [node, f"cases/{case}"], cwd=house, capture_output=True, check=False, encoding="utf-8"
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE), done.stdout
