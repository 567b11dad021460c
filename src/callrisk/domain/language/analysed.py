"""An analysed turn: its text with operators as signs, its clauses, and what the table finds."""

from dataclasses import dataclass

from callrisk.domain.language.signs import LETTERS
from callrisk.domain.language.statement import Intent, Mood, Statement


@dataclass(frozen=True, slots=True)
class PlainText:
    """The text without pauses, and for each of its characters the offset in the turn."""

    text: str
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of an analysed text: its borders there, its mood, and what negates it as a whole.

    `outer` is "" (nothing), "-" (わけではない, it's not that), "+" (two negations, read out) or "0"
    (とは言っていない: neither said nor denied).
    """

    begin: int
    end: int
    mood: Mood
    outer: str


@dataclass(frozen=True, slots=True)
class Analysed:
    """A turn with its operators as signs; `offsets` are the places of its letters in the turn."""

    text: str
    offsets: tuple[int, ...]
    clauses: tuple[Clause, ...]

    @property
    def readable(self) -> str:
        """The text with a visible letter for each sign, for messages and tests."""
        return "".join(LETTERS.get(letter, letter) for letter in self.text)


@dataclass(frozen=True, slots=True)
class Found:
    """The statement of one predicate in its clause; `rules` are the intents it decides about."""

    statement: Statement
    clause: int
    rules: frozenset[Intent]
    decides: bool
