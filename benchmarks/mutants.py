"""Single faults that the tests notice: python benchmarks/mutants.py [--count 3] [--folder domain]

Into a temporary copy of this checkout goes one fault at a time: a boundary moved, a condition
turned round, a number off by one, a branch skipped. Then the tests run that import the changed
file; where none does, or with `--wide`, those of its folder too. With `--record FOLDER` all fast
tests run once first (half an hour), and each fault is tried by those that ran its line; what they
ran is kept in the folder for the next time.

Printed is, for each folder, how many faults were noticed, and each that survived, with its file and
line: a test is missing there, or the change changes nothing. A fault counts as noticed only if the
test that failed passes without it.
"""

import argparse
import io
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import cache_from_source
from pathlib import Path

import psutil

import tests_on_path  # noqa: F401
from harness import ROOT
from line_tests import LineTests
from single_faults import Fault, faults_in_javascript, faults_in_python, sample

PRODUCT, SCRIPTS = Path("src/callrisk"), Path("static/js")
FOLDERS = ("domain", "live", "store", "integrations", "pipeline", "model", "artifacts", "web", "js")
# What no test needs, and what may be large or of a real customer.
NOT_COPIED = (".git", ".venv", "__pycache__", ".*_cache", "raw", "calls.db*", "v[0-9]*", "*.log")
# The tests of all scripts are started from here.
SCRIPT_TESTS = "tests/web/test_live_page_scripts.py"
# The tests of one fault take so many seconds at most: at first, and if it survives those.
FIRST_SECONDS, MOST_SECONDS = 12.0, 60.0
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
VERDICTS = NOTICED, SURVIVED, TIMED_OUT, UNCLEAR = "noticed", "survived", "timed out", "unclear"
# The exit codes of pytest that say something about the product.
ALL_PASSED, SOME_FAILED, INTERRUPTED = 0, 1, 2


def chosen(folder: str, count: int, seed: int) -> list[Fault]:
    """Return faults of a folder by chance, as evenly of all kinds as there are."""
    of_scripts = folder == "js"
    files = (
        (ROOT / SCRIPTS).rglob("*.js") if of_scripts else (ROOT / PRODUCT / folder).rglob("*.py")
    )
    parsed = faults_in_javascript if of_scripts else faults_in_python
    faults = [
        fault
        for path in sorted(files)
        if "migrations" not in path.parts
        for fault in parsed(path.relative_to(ROOT), path.read_bytes())
    ]
    # No secret: the same seed plants the same faults.
    return sample(faults, count, random.Random(f"{seed} {folder}"))  # noqa: S311


def tests_for(fault: Fault, recorded: LineTests | None, is_wide: bool) -> list[list[str]]:
    """Return the tests that ran the line of a fault, in rounds; where none did, its file's."""
    if recorded is None:
        return [tests_of(fault.path, is_wide)]
    first = recorded.running(fault.path, fault.line, FIRST_SECONDS)
    further = recorded.running(fault.path, fault.line, MOST_SECONDS)[len(first) :]
    return list(filter(None, [first, further])) or [tests_of(fault.path, is_wide)]


def tests_of(path: Path, is_wide: bool) -> list[str]:
    """Return the tests that import a file; without any, or if wide, those of its folder too."""
    if SCRIPTS in path.parents:
        return [SCRIPT_TESTS]
    parts = path.with_suffix("").relative_to("src").parts
    module = re.escape(".".join(parts).removesuffix(".__init__"))
    imports = re.compile(rf"^\s*(?:from|import) {module}\b(?!\.)", re.MULTILINE)
    importing = [
        test.relative_to(ROOT).as_posix()
        for test in sorted((ROOT / "tests").rglob("test_*.py"))
        if imports.search(test.read_text(encoding="utf-8"))
    ]
    if importing and not is_wide:
        return importing
    mirrored = Path("tests", *parts[1:-1])
    while not any((ROOT / mirrored).rglob("test_*.py")):
        mirrored = mirrored.parent
    return [*importing, mirrored.as_posix()] if mirrored != Path("tests") else importing


class Copy:
    """A copy of the checkout that has one fault at a time."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "checkout"
        shutil.copytree(ROOT, self._root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        self._log = folder / "tests.txt"

    def judged(self, fault: Fault, rounds: Sequence[Sequence[str]], limit_s: float) -> str:
        """Return what rounds of tests make of a fault; the next is run if it survives one."""
        verdicts = (self._judged(fault, tests, limit_s) for tests in rounds)
        return next((verdict for verdict in verdicts if verdict != SURVIVED), SURVIVED)

    def _judged(self, fault: Fault, tests: Sequence[str], limit_s: float) -> str:
        source = (self._root / fault.path).read_bytes()
        self._write(fault.path, fault.planted(source))
        try:
            code = self._tested(tests, limit_s)
            failed = FAILED.search(self._log.read_text(encoding="utf-8", errors="replace"))
        finally:
            self._write(fault.path, source)
        if code is None or code == ALL_PASSED:
            return TIMED_OUT if code is None else SURVIVED
        if code not in (SOME_FAILED, INTERRUPTED) or failed is None:
            return UNCLEAR
        return NOTICED if self._tested([failed[1]], limit_s) == ALL_PASSED else UNCLEAR

    def _write(self, path: Path, source: bytes) -> None:
        whole = self._root / path
        whole.write_bytes(source)
        # Python knows a file by its size and second; two faults may share both.
        Path(cache_from_source(str(whole))).unlink(missing_ok=True)

    def _tested(self, tests: Sequence[str], limit_s: float) -> int | None:
        """Return the exit code of the tests; None if they did not end in time."""
        options = ["-x", "-q", "-n", "0", "--tb=no", "-m", "not slow and not browser"]
        with self._log.open("wb") as log:
            running = psutil.Popen(
                [sys.executable, "-m", "pytest", *options, *tests],
                cwd=self._root, env=os.environ
                | {"PYTHONPATH": str(self._root / "src"), "CALLRISK_MADE_FROM": str(ROOT)},
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            try:
                return int(running.wait(limit_s))
            except psutil.TimeoutExpired:
                # What the tests started, too.
                for process in [*running.children(recursive=True), running]:
                    process.kill()
                running.wait()
                return None


def judged_all(
    tests_by_fault: Mapping[Fault, Sequence[Sequence[str]]], jobs: int, limit_s: float
) -> list[str]:
    """Return what became of each fault, in order; each job has a copy of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        free = queue.Queue[Copy]()
        for number in range(jobs):
            free.put(Copy(Path(folder, str(number))))

        def judged(fault: Fault) -> str:
            place = free.get()
            try:
                verdict = place.judged(fault, tests_by_fault[fault], limit_s)
            finally:
                free.put(place)
            print(f"{verdict:<9}  {fault}", flush=True)
            return verdict

        with ThreadPoolExecutor(jobs) as threads:
            return list(threads.map(judged, tests_by_fault))


def main() -> None:
    """Plant faults into each folder and print what the tests made of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0, help="another one plants other faults")
    parser.add_argument("--count", type=int, default=3, help="faults of each folder")
    parser.add_argument("--folder", choices=FOLDERS, action="append", help="instead of all")
    parser.add_argument("--record", type=Path, help="folder of a run of all tests, line by line")
    parser.add_argument("--wide", action="store_true", help="all tests of the folder, too")
    parser.add_argument("--jobs", type=int, default=1, help="faults that are tried at once")
    parser.add_argument("--limit", type=float, default=300, help="seconds for the tests of one")
    asked = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Where the console of Windows has another encoding, what it lacks becomes "?".
        sys.stdout.reconfigure(errors="replace")

    folders = asked.folder or FOLDERS
    plan = {folder: chosen(folder, asked.count, asked.seed) for folder in folders}
    recorded = asked.record and LineTests.recorded(ROOT, asked.record.resolve(), asked.jobs)
    tests = {
        fault: tests_for(fault, recorded, asked.wide)
        for planned in plan.values()
        for fault in planned
    }
    verdict_of = dict(zip(tests, judged_all(tests, asked.jobs, asked.limit), strict=True))
    print(f"\n{'folder':<14}planted  noticed  survived  timed out  unclear")
    for folder, planned in plan.items():
        counts = Counter(verdict_of[fault] for fault in planned)
        shown = (f"{counts[verdict]:>{len(verdict) + 2}}" for verdict in VERDICTS)
        print(f"{folder:<14}{len(planned):>7}{''.join(shown)}")
    print("\nsurvived:")
    for fault, verdict in verdict_of.items():
        if verdict == SURVIVED:
            print(f"  {fault}")


if __name__ == "__main__":
    main()
