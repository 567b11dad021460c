"""The scripts of the live page without a browser: state, selectors, store, and what views draw."""

import shutil
import subprocess
from pathlib import Path

import pytest

from harness import ROOT

OLDEST_NODE = 20
CASES = Path(__file__).parent / "js"
ALL = sorted(path.relative_to(CASES).as_posix() for path in CASES.rglob("*.test.mjs"))


def node() -> str:
    """Return the Node.js of this machine; skip where it is missing or too old for the scripts."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("Node.js is not installed")
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    if int(answer.stdout.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"Node.js {answer.stdout.strip()} is older than {OLDEST_NODE}")
    return path


@pytest.mark.parametrize("case", ALL)
def test_scripts_do_what_their_cases_say(case: str, tmp_path: Path) -> None:
    """Every case of this file holds under node --test."""
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for folder in ("js", "i18n"):
        shutil.copytree(ROOT / "static" / folder, tmp_path / "static" / folder)
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    shutil.copytree(CASES, tmp_path / "cases")

    done = subprocess.run(
        [node(), "--test", f"cases/{case}"],
        cwd=tmp_path, capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# pass 0\n" not in done.stdout
