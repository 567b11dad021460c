"""Whoever reads an answer, a page or a report reads one language: no text has two at once.

Programs of the command line may speak both, since nobody told them a language.
"""

import ast
import re
from collections.abc import Iterator, Set
from typing import TypeGuard

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


def _texts(tree: ast.AST, more: Set[int] = frozenset()) -> Iterator[tuple[int, str]]:
    """Each text with its line; of one with values in it, what stands around them."""
    # `more` are the ids of nodes to skip beside docstrings.
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)} | more
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            if id(node) in skipped:
                continue
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


# The rooms that refuse what persons ask for, whose language is known.
REFUSING = ("people", "web", "wire/sockets")
# The programs that refuse at the command line, in both languages.
AT_COMMAND_LINES = (
    *(SRC / "bootstrap").rglob("*.py"), *(SRC / "replay").rglob("*.py"),
    *(ROOT / "src" / "launcher").rglob("*.py"), ROOT / "src" / "main.py", *ROOT.glob("*.py"),
)  # fmt: skip
_SENTENCE = re.compile(r"\s")
# What no refusal is, by how it begins: read by those who write programs, or by nobody.
FOR_PROGRAMS = {
    "It was taken note of.", "A random text such as a UUID", "The methods that are allowed.",
    "Seconds until it may be sent again.", "Socket.IO v5 protocol", "The connection itself",
    "The id joined.",
    # Faults of our own, and lines of the log.
    "the route … has no operation of the policy", "a message failed: %s at %s",
    # To an identity provider, as its specification has it, and before HTTP has a language.
    "no identity provider is set up", "the logout token is refused: jti was used before",
    "The headers are too long.",
    # Beside `message` and `message_en` of the state of the server.
    "Redis does not answer", "requests are counted in", " servers assess the calls",
    # Purposes of keys, passwords that are too common, and one that nobody has.
    "first code ", "logins in progress", "パスワード", "nobody has this password",
}  # fmt: skip


def untranslated(source: str) -> list[tuple[int, str]]:
    """Return the sentences of a program that stand in no `Text` and in no line of the log."""
    tree = ast.parse(source)
    skipped = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _takes_words(ast.unparse(call.func))
        for part in ast.walk(call)
    }
    return [
        (line, text)
        for line, text in _texts(tree, skipped)
        if JAPANESE.search(text) or (ENGLISH.search(text) and _SENTENCE.search(text.strip()))
    ]


def _takes_words(called: str) -> bool:
    return called == "Text" or called.startswith("logger.") or called.endswith("TypeVar")


def of_one_language(source: str) -> list[tuple[int, str]]:
    """Return the errors of a program that are raised, or end it, in English alone."""
    ending = [node for node in ast.walk(ast.parse(source)) if _ends(node)]
    return [
        (node.lineno, told)
        for node in ending
        for told in [" ".join(text for _, text in _texts(node))]
        if ENGLISH.search(told) and not JAPANESE.search(told)
    ]


def _ends(node: ast.AST) -> TypeGuard[ast.Raise | ast.Call]:
    is_call = isinstance(node, ast.Call) and ast.unparse(node.func) in ("parser.error", "sys.exit")
    return is_call or (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call))


@pytest.mark.parametrize(
    "source",
    [
        'abort(404, "There is no such call.")', 'refuse(404, f"there is no call {call_id}")',
        'REFUSED = "この通話はありません"', 'why = "Choose first." if new else "You may not."',
    ],
)  # fmt: skip
def test_a_refusal_of_one_language_is_noticed(source: str) -> None:
    """Wherever its words stand; a refusal has both, and the log has English."""
    assert untranslated(source)
    assert not untranslated(f"logger.info({source.partition('= ')[2]!r})")
    assert not untranslated('refuse(404, Text("この通話はありません", "there is no such call"))')


def test_an_error_of_one_language_is_noticed() -> None:
    """Japanese comes first, then the same in English."""
    assert of_one_language('raise SettingsError(f"there is no {name}")')
    assert of_one_language('parser.error("the three ports must differ, and none is 0")')
    assert not of_one_language('raise SettingsError(f"{name} がありません / there is no {name}")')


def test_every_refusal_has_both_languages() -> None:
    """Of pages, routes and sockets: whoever is refused reads it in the language of the request."""
    refusing = [
        f"{path.relative_to(SRC)}:{line} {text[:60]!r}"
        for room in REFUSING
        for path in sorted((SRC / room).rglob("*.py"))
        for line, text in untranslated(path.read_text(encoding="utf-8"))
        if not text.startswith(tuple(FOR_PROGRAMS))
    ]
    assert refusing == []


def test_command_lines_refuse_in_both_languages() -> None:
    """Nobody told a program which one to speak."""
    refusing = [
        f"{path.relative_to(ROOT)}:{line} {text[:60]!r}"
        for path in AT_COMMAND_LINES
        for line, text in of_one_language(path.read_text(encoding="utf-8"))
    ]
    assert refusing == []


def test_one_function_refuses_requests() -> None:
    """It takes a text in both languages, as mypy sees; nothing else stops a request."""
    stops = re.compile(r"\babort\b|\bHTTPError\(|\bmake_response\([^)]*, 4\d\d")
    using = {
        str(path.relative_to(SRC / "web"))
        for path in (SRC / "web").rglob("*.py")
        if stops.search(path.read_text(encoding="utf-8"))
    }
    # Those of the serving room end a connection, not a request.
    assert {name for name in using if not name.startswith("serving")} == {"refusal_words.py"}
