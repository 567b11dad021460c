"""The shape of the product: small folders, file names that occur once, plain docstrings."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

from harness import ROOT

SRC = ROOT / "src"
MOST_FILES_A_FOLDER = 18
# One file for each change of the tables, read by nobody but when it is made.
GROWS = "callrisk/store/migrations/versions"
# Rooms whose files mirror what they show may repeat its name.
MIRRORS = {"wire", "pages", "tablet", "japanese", "english"}
MOST_TWINS = 5
QUESTION = re.compile(r"(?:What|Who|Whom|Whose|How|Whether)\b")
MOST_QUESTIONS = 0.05


def test_no_folder_is_a_heap() -> None:
    """A folder of more files than a reader can survey is split."""
    sizes = Counter(path.parent.relative_to(SRC).as_posix() for path in SRC.rglob("*.py"))

    large = {name: size for name, size in sizes.items() if size > MOST_FILES_A_FOLDER}
    assert large.keys() <= {GROWS}, large


def test_file_names_occur_once() -> None:
    """A file is named by its name alone, but for a few."""
    names = Counter(
        path.name
        for path in SRC.rglob("*.py")
        if not path.name.startswith("__") and not MIRRORS & set(path.parts)
    )

    twins = sorted(name for name, count in names.items() if count > 1)
    assert len(twins) <= MOST_TWINS, twins


def test_changes_of_the_tables_follow_one_another() -> None:
    """Each change of the tables builds on the one before: two after one could not be put in."""
    text = "\n".join(one.read_text(encoding="utf-8") for one in (SRC / GROWS).glob("*.py"))
    made = re.findall(r'^revision = "(\d+)"', text, re.MULTILINE)
    before = re.findall(r'^down_revision = "(\d+)"', text, re.MULTILINE)

    assert sorted(before) == sorted(made)[:-1]
    assert len(set(made)) == len(made)


def test_docstrings_begin_with_what_is_returned_or_done() -> None:
    """Few docstrings begin with a question word."""
    written = [text for path in product_files() for text in docstrings(path)]
    questions = [text.partition("\n")[0] for text in written if QUESTION.match(text)]

    assert len(questions) <= MOST_QUESTIONS * len(written), questions


def product_files() -> Iterator[Path]:
    """Yield every Python file of the product, entry scripts too."""
    yield from ROOT.glob("*.py")
    yield from SRC.rglob("*.py")


def docstrings(path: Path) -> Iterator[str]:
    """Yield the docstrings of a module, of its classes and of its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(node)
            if text:
                yield text


def test_no_module_imports_itself_by_way_of_others() -> None:
    """The modules can be put in an order in which each imports only earlier ones."""
    graph = grimp.build_graph("callrisk", "kintone_stand_in", cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}

    order = [*TopologicalSorter(imports).static_order()]

    assert order.index("callrisk.domain.call") < order.index("callrisk.live.follower")
