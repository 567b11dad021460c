"""The labelled sentences: of one turn, of minimal pairs, and of answers after a question.

JSON lines in UTF-8, a folder for each language, with the number of the author in each row;
docs/language.md says how they were written and labelled. The authors in `aside/` tune nothing: they
are for reports alone.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callrisk.domain.language import Intent

STATEMENTS = Path(__file__).parent / "statements"
FOLDER = STATEMENTS / "japanese"
ASIDE = FOLDER / "aside"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A customer's turn, the agent's turn before it ("" if none), and what it asserts."""

    author: str
    text: str
    intents: frozenset[Intent]
    agent_turn: str = ""
    trap: str = ""


def sentences(folder: Path = FOLDER) -> Iterator[Labelled]:
    """Yield the turns that stand alone, then both sides of each minimal pair."""
    for row in _rows(folder / "sentences.jsonl"):
        yield _labelled(row["author"], row)
    for first, second in pairs(folder):
        yield from (first, second)


def pairs(folder: Path = FOLDER) -> Iterator[tuple[Labelled, Labelled]]:
    """Yield the minimal pairs: one predicate under two operators."""
    for row in _rows(folder / "pairs.jsonl"):
        yield _labelled(row["author"], row["a"]), _labelled(row["author"], row["b"])


def exchanges(folder: Path = FOLDER) -> Iterator[Labelled]:
    """Yield the answers that mean something after the agent's question."""
    for row in _rows(folder / "exchanges.jsonl"):
        intents = frozenset(map(Intent, row["intents"]))
        yield Labelled(row["author"], row["customer"], intents, row["agent"])


def _labelled(author: str, row: dict[str, Any]) -> Labelled:
    return Labelled(author, row["text"], frozenset(map(Intent, row["intents"])), trap=row["trap"])


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)
