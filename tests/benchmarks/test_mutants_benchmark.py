"""The faults that the benchmark of the tests plants, and the tests that it runs for a file."""

import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from coverage import CoverageData

from harness import ROOT
from harness.scripts import module_of

SOURCE = '''"""A file."""


def is_due(now: float, least: int = 2) -> bool:
    """Return True if it is."""
    waits = 「日」 if False else max(now - 1.5, 0)
    if not waits:
        return False
    return waits >= least and sorted([now], reverse=True) == [now]
'''.replace("「日」", '"日"')


@pytest.fixture(scope="module", autouse=True)
def _benchmarks_on_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        yield


@pytest.fixture(scope="module")
def faults(_benchmarks_on_path: None) -> ModuleType:
    """The faults that can be planted."""
    return module_of("benchmarks/single_faults.py")


def test_every_kind_of_fault_is_one_change_that_still_compiles(faults: ModuleType) -> None:
    """Only the line of the fault differs, also behind Japanese text, whose characters are long."""
    found = faults.faults_in_python(Path("due.py"), SOURCE.encode())
    for fault in found:
        planted = fault.planted(SOURCE.encode()).decode()
        compile(planted, "due.py", "exec")
        pairs = zip(SOURCE.splitlines(), planted.splitlines(), strict=True)
        assert [n for n, (a, b) in enumerate(pairs, 1) if a != b] == [fault.line], fault

    changes = {f"{fault.kind}: {fault.old} → {fault.new}" for fault in found}
    assert {
        "boundary: waits >= least → (waits > least)",
        "branch skipped: not waits → False",
        "constant: 0 → (-1)",
        "constant: 1.5 → (2.5)",
        "constant: 2 → (3)",
        "keyword dropped: reverse: sorted([now], reverse=True) → (sorted([now]))",
        "min/max: max → min",
        "not dropped: not waits → (waits)",
        "plus/minus: now - 1.5 → (now + 1.5)",
        "return negated: False → (not False)",
    } <= changes


def test_scripts_get_faults_outside_their_texts_and_comments(faults: ModuleType) -> None:
    """Swapped are the tokens of the code only."""
    source = 'if (a < b) f("x < y"); // c < d\n  const 日 = a === b; /* a < b */\n'.encode()
    found = faults.faults_in_javascript(Path("a.js"), source)

    assert [fault.planted(source).decode() for fault in found] == [
        source.decode().replace("a < b)", "a <= b)"),
        source.decode().replace("===", "!=="),
    ]


def test_chance_takes_all_kinds_alike(faults: ModuleType) -> None:
    """The same seed plants the same; a kind of which there is much crowds no other out."""
    found = faults.faults_in_python(Path("due.py"), SOURCE.encode())
    kinds = {fault.kind.partition(":")[0] for fault in found}
    drawn = faults.sample(found, len(kinds), random.Random(4))

    assert {fault.kind.partition(":")[0] for fault in drawn} == kinds
    assert drawn == faults.sample(found, len(kinds), random.Random(4))


def test_a_file_is_tried_by_the_tests_that_import_it_and_those_of_its_folder() -> None:
    """The tests of a module that no folder mirrors are those of the folder above."""
    mutants = module_of("benchmarks/mutants.py")

    importing, folder = "tests/domain/test_call_end.py", "tests/domain"
    file = Path("src/callrisk/domain/call_end.py")
    narrow = mutants.tests_of(file, is_wide=False)
    assert importing in narrow
    assert mutants.tests_of(file, is_wide=True) == [*narrow, folder]
    routes = Path("src/callrisk/web/routes/health.py")
    assert mutants.tests_of(routes, is_wide=False) == ["tests/web"]
    assert mutants.tests_of(Path("static/js/state.js"), is_wide=False) == [
        "tests/web/test_live_page_scripts.py"
    ]


def test_a_fault_is_tried_by_the_tests_that_ran_its_line(tmp_path: Path) -> None:
    """The quickest of each file come first, so many seconds in all, parameters taken together."""
    data = CoverageData(basename=str(tmp_path / "coverage"))
    for context, lines in (
        ("", {7}),
        ("tests/live/test_a.py::test_slow|run", {7}),
        ("tests/live/test_a.py::test_quick[1-|]|run", {7}),
        ("tests/live/test_a.py::test_quick[2]|setup", {7}),
        ("tests/web/test_b.py::test_other|run", {7, 9}),
    ):
        data.set_context(context)
        data.add_lines({"/anywhere/src/callrisk/live/policy.py": lines})
    data.write()
    times = tmp_path / "times.xml"
    times.write_text(
        '<testsuites><testsuite><testcase classname="tests.live.test_a" name="test_slow" time="9"/>'
        '<testcase classname="tests.live.test_a" name="test_quick[1-|]" time="1"/>'
        '<testcase classname="tests.live.test_a" name="test_quick[2]" time="1"/>'
        '<testcase classname="tests.web.test_b" name="test_other" time="3"/>'
        "</testsuite></testsuites>",
        encoding="utf-8",
    )
    recorded = module_of("benchmarks/line_tests.py").LineTests.of(tmp_path / "coverage", times)

    policy, quick = Path("src/callrisk/live/policy.py"), "tests/live/test_a.py::test_quick"
    other, slow = "tests/web/test_b.py::test_other", "tests/live/test_a.py::test_slow"
    assert recorded.running(policy, 7, 60) == [quick, other, slow]
    assert recorded.running(policy, 7, 5) == [quick, other]
    assert recorded.running(policy, 10, 60) == [other]
    assert recorded.running(policy, 6, 60) == []
    assert recorded.running(Path("src/callrisk/live/other.py"), 7, 60) == []
