"""Whoever reads an answer, a page or a report reads one language: no text has two at once.

Programs of the command line may speak both, since nobody told them a language.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from harness import ROOT

SRC = ROOT / "src" / "callrisk"
# The rooms whose words reach somebody whose language is known.
ROOMS = ("charts", "crm", "dashboards", "live", "people", "reporting", "web", "wire")
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
# Words that stand in nearly every English sentence, and in no name of a command or a file.
ENGLISH = re.compile(
    r"\b(?:the|an?|is|are|was|were|be|been|of|to|this|that|it|not|no|or|and|with|for|in|on|at|by"
    r"|cannot|must|may|more|than|how|why|when)\b",
    re.IGNORECASE,
)


def mixed(source: str) -> list[tuple[int, str]]:
    """Return the lines of a program at which a text has both languages."""
    tree = ast.parse(source)
    return [
        (line, text)
        for line, text in _texts(tree)
        if JAPANESE.search(text) and ENGLISH.search(text)
    ] + [(line, "ja and en") for line in _joined(tree)]


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each text with its line; of one with values in it, what stands around them."""
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            yield node.lineno, "…".join(map(str, parts))
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
            and id(node) not in skipped
        ):  # fmt: skip
            yield node.lineno, node.value


def _joined(tree: ast.AST) -> Iterator[int]:
    """The lines at which a text is put together of a Japanese and an English one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr | ast.BinOp):
            named = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
            parts = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
            # A line each is how both are stored, for whoever reads them to take one.
            if {"ja", "en"} <= named and "\n" not in parts:
                yield node.lineno


@pytest.mark.parametrize(
    "source",
    [
        'TOLD = "送れません / cannot be sent"', 'TOLD = f"{count} 件が多すぎます. It is too many."',
        'TOLD = f"{text.ja} / {text.en}"', 'TOLD = text.en + " " + text.ja',
    ],
)  # fmt: skip
def test_two_languages_are_noticed(source: str) -> None:
    """In one text, and in one that is put together."""
    assert mixed(source)


def test_one_language_is_none_too_many() -> None:
    """A command within a Japanese sentence is no English, nor are both side by side."""
    assert not mixed(
        'TOLD = Text("python run.py keys new で作ってください", "make it by keys new")'
    )


def test_no_text_has_two_languages() -> None:
    """Of what a screen or an answer may show."""
    found = [
        f"{path.relative_to(SRC)}:{line} {text[:60]!r}"
        for room in ROOMS
        for path in sorted((SRC / room).rglob("*.py"))
        for line, text in mixed(path.read_text(encoding="utf-8"))
    ]
    assert found == []
