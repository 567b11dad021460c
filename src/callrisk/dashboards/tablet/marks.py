"""Marks on what is said about paying in a turn, with the names of the statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from callrisk.dashboards.texts import say
from callrisk.domain.language.mood_estimate import NEGATIVE_INTENTS, POSITIVE_INTENTS
from callrisk.domain.language.statement import Mood
from callrisk.wire.segment import StatementAnswer

# Of several statements on one phrase the first of these is shown.
_TONES = ("worry", "calm", "neutral", "suppressed")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a turn; `ends` are the statements that end with it, `tone` is None without any."""

    text: str
    tone: str | None
    ends: tuple[StatementAnswer, ...]


def counts(statement: StatementAnswer) -> bool:
    """Return True if the customer asserts the statement."""
    return statement.mood is Mood.ASSERTED and statement.strength > 0


def tone_of(statement: StatementAnswer) -> str:
    """Return worry, calm, neutral or suppressed."""
    if not counts(statement):
        return "suppressed"
    if statement.intent in NEGATIVE_INTENTS:
        return "worry"
    return "calm" if statement.intent in POSITIVE_INTENTS else "neutral"


def name_of(statement: StatementAnswer) -> str:
    """Return what is stated in a few words, with the reason where it does not count."""
    name = say(f"statement.{statement.intent}")
    if counts(statement):
        return name
    why = "negated" if statement.mood is Mood.ASSERTED else statement.mood
    return say("statement.suppressed", name=name, why=say(f"suppressed.{why}"))


def marked(text: str, statements: Sequence[StatementAnswer]) -> str:
    """Return a turn as HTML: marked phrases, each followed by the names of its statements."""
    return f'<p class="marked">{"".join(map(_html, pieces_of(text, statements)))}</p>'


def _html(piece: Piece) -> str:
    words = escape(piece.text)
    if piece.tone is None:
        return words
    names = {name_of(one): tone_of(one) for one in piece.ends}
    labels = (f'<small class="{tone}">{escape(name)}</small>' for name, tone in names.items())
    return f'<mark class="{piece.tone}">{words}</mark>{"".join(labels)}'


def pieces_of(text: str, statements: Sequence[StatementAnswer]) -> list[Piece]:
    """Return the text cut where statements begin and end; a span may lie beyond the text."""
    spans = [(max(0, one.begin), min(one.end, len(text)), one) for one in statements]
    spans = [span for span in spans if span[0] < span[1]]
    cuts = sorted({0, len(text), *(cut for begin, end, _ in spans for cut in (begin, end))})
    return [
        Piece(
            text[begin:end],
            _strongest([one for first, last, one in spans if first <= begin and end <= last]),
            tuple(one for _, last, one in spans if last == end),
        )
        for begin, end in pairwise(cuts)
    ]


def _strongest(statements: Sequence[StatementAnswer]) -> str | None:
    tones = {tone_of(one) for one in statements}
    return next((tone for tone in _TONES if tone in tones), None)
