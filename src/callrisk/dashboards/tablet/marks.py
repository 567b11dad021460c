"""Marks on what is said about paying in a turn, with the names of the statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from callrisk.dashboards.score_words import signed
from callrisk.dashboards.texts import say
from callrisk.domain.language.mood_estimate import NEGATIVE_INTENTS, POSITIVE_INTENTS
from callrisk.domain.language.statement import Intent, Mood
from callrisk.wire.assessment import AssessmentAnswer, StatementPoints
from callrisk.wire.segment import SegmentAnswer, StatementAnswer

# Of several statements on one phrase the first of these is shown.
_TONES = ("worry", "calm", "neutral", "suppressed")
# What needs no answer.
_NO_CONCERN = POSITIVE_INTENTS | {Intent.OBLIGATION_ACK}

# What identifies a statement in its call: its turn, begin, end and intent.
Key = tuple[str, int, int, str]
PointsOf = Mapping[Key, StatementPoints]


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


def key_of(segment_id: str, statement: StatementAnswer | StatementPoints) -> Key:
    """Return what identifies a statement of a turn in its call."""
    return segment_id, statement.begin, statement.end, str(statement.intent)


def points_in(assessment: AssessmentAnswer | None) -> PointsOf:
    """Return the statements that an assessment counted, with the points that each moved."""
    assessed = [] if assessment is None else assessment.statements
    return {key_of(one.segment_id, one): one for one in assessed}


def state_of(assessed: StatementPoints) -> str | None:
    """Return open or answered for a concern in words, None for what needs no answer."""
    if assessed.intent in _NO_CONCERN:
        return None
    return say("statement.open" if assessed.open else "statement.answered")


def marked(turn: SegmentAnswer, points: PointsOf) -> str:
    """Return a turn as HTML: marked phrases, each followed by its statements and their points."""
    pieces = pieces_of(turn.text, turn.statements)
    html = "".join(_html(piece, turn.segment_id, points) for piece in pieces)
    return f'<p class="marked">{html}</p>'


def _html(piece: Piece, segment_id: str, points: PointsOf) -> str:
    words = escape(piece.text)
    if piece.tone is None:
        return words
    names = {_label(one, points.get(key_of(segment_id, one))): tone_of(one) for one in piece.ends}
    labels = (f'<small class="{tone}">{escape(name)}</small>' for name, tone in names.items())
    return f'<mark class="{piece.tone}">{words}</mark>{"".join(labels)}'


def _label(statement: StatementAnswer, assessed: StatementPoints | None) -> str:
    name = name_of(statement)
    if assessed is None:
        return name
    state = state_of(assessed)
    if state is None:
        shown = "with_points" if assessed.points else None
    else:
        shown = "with_both" if assessed.points else "with_state"
    if shown is None:
        return name
    return say(f"statement.{shown}", name=name, points=signed(assessed.points), state=state)


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
