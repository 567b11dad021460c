"""The tests that run each line of the product, from one recorded run of all of them."""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Self
from xml.etree import ElementTree

from coverage import CoverageData

# Steps of coverage that say in which part of a test a line ran: "test_file.py::test_name|run".
_PART = "|"
# The first line of an expression that spans several may not be the one that was seen to run.
_LINES_BEFORE = 4
_PRODUCT = "src/callrisk/"


@dataclass(frozen=True, slots=True)
class LineTests:
    """For each file the test functions by line, and the seconds of each function."""

    tests: Mapping[Path, Mapping[int, Sequence[str]]]
    seconds: Mapping[str, float]

    @classmethod
    def recorded(cls, root: Path, folder: Path, jobs: int) -> Self:
        """Return what a run of all fast tests of a checkout shows; `folder` takes its files.

        A run that was recorded into the folder before is used again.
        """
        coverage, times = folder / "coverage", folder / "times.xml"
        if not times.exists():
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                [
                    sys.executable, "-m", "pytest", "-q", "-n", str(jobs), "--tb=no",
                    "-m", "not slow and not browser", "-p", "no:cacheprovider",
                    "--cov", "--cov-context=test", "--cov-report=", f"--junitxml={times}",
                ],
                cwd=root, check=False,
                env=os.environ
                | {"PYTHONPATH": str(root / "src"), "COVERAGE_FILE": str(coverage)},
            )  # fmt: skip
        return cls.of(coverage, times)

    @classmethod
    def of(cls, coverage: Path, times: Path) -> Self:
        """Return the tests of a file of coverage with contexts, timed by a JUnit report."""
        data = CoverageData(basename=str(coverage))
        data.read()
        tests = {
            _of_product(file): {
                line: sorted(found)
                for line, contexts in data.contexts_by_lineno(file).items()
                if (found := {_function(context) for context in contexts if context})
            }
            for file in data.measured_files()
        }
        return cls(tests, _seconds(times))

    def running(self, path: Path, line: int, most_s: float) -> list[str]:
        """Return the tests that run a line, quick ones of many files first, of so many seconds."""
        lines = self.tests.get(path, {})
        near = (lines.get(line - back) for back in range(_LINES_BEFORE + 1))
        found = next((tests for tests in near if tests), ())
        chosen, total = [], 0.0
        for test in self._mixed(found):
            total += self.seconds.get(test, 0.0)
            if chosen and total > most_s:
                break
            chosen.append(test)
        return chosen

    def _mixed(self, tests: Iterable[str]) -> list[str]:
        """Return the quickest test of each file, then the second of each, and so on."""
        by_file = defaultdict[str, list[str]](list)
        for test in sorted(tests, key=lambda test: self.seconds.get(test, 0.0)):
            by_file[test.partition("::")[0]].append(test)
        rounds = zip_longest(*by_file.values())
        return [test for turn in rounds for test in turn if test is not None]


def _of_product(file: str) -> Path:
    name = Path(file).as_posix()
    return Path(name[name.rindex(_PRODUCT) :])


def _function(context: str) -> str:
    """Return the test function of a context, without its parameters."""
    return context.rpartition(_PART)[0].partition("[")[0]


def _seconds(times: Path) -> dict[str, float]:
    """Return the seconds of each test function, all its parameters together."""
    seconds = defaultdict[str, float](float)
    for case in ElementTree.parse(times).iter("testcase"):  # noqa: S314 - written by pytest
        file = case.get("classname", "").replace(".", "/") + ".py"
        name = case.get("name", "").partition("[")[0]
        seconds[f"{file}::{name}"] += float(case.get("time", 0))
    return seconds
