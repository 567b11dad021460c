"""Calls made of statements alone, with no words to read, and the rows of features they give."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.features.columns import matrix, said_columns, said_table
from callrisk.domain.language import Intent, Mood, Statement
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.language.said import ReadTurn, Said, said_in
from callrisk.domain.segment import ParticipantRole, Segment

DATED, UNDATED = "来週には払います", "そうですね"
STRENGTHS = (1.0, 0.8, 0.5, 0.0)
_INTENTS, _MOODS = tuple(Intent), (*(Mood.ASSERTED,) * 6, Mood.QUESTION, Mood.PAST)


def turn(number: int, *statements: Statement, text: str = UNDATED) -> ReadTurn:
    """A turn of the customer at its place in the call, and what it says."""
    segment = Segment(f"s{number:03d}", number, ParticipantRole.CUSTOMER, text)
    return segment, statements


def states(intent: Intent, strength: float = 1.0, begin: int = 0) -> Statement:
    """An asserted statement."""
    return Statement(intent, begin, begin + 1, Mood.ASSERTED, strength)


def random_turns(rng: np.random.Generator, most: int = 8) -> list[ReadTurn]:
    """Turns with up to two statements each, of any kind, mood and strength."""
    return [
        turn(
            number,
            *(_random_statement(rng, begin) for begin in range(int(rng.integers(0, 3)))),
            # No two are alike, since a turn that only repeats the one before counts nowhere.
            text=f"{DATED if rng.random() < 0.3 else UNDATED}{number}人目",
        )
        for number in range(int(rng.integers(0, most + 1)))
    ]


def _random_statement(rng: np.random.Generator, begin: int) -> Statement:
    intent = _INTENTS[int(rng.integers(len(_INTENTS)))]
    mood = _MOODS[int(rng.integers(len(_MOODS)))]
    return Statement(intent, begin, begin + 1, mood, STRENGTHS[int(rng.integers(4))])


def random_said(rng: np.random.Generator, most: int = 8) -> Said:
    """What was said in a random call."""
    return said_in(random_turns(rng, most), packaged_concerns())


def path_rows(said: Said, features: Sequence[str]) -> NDArray[np.float64]:
    """One row of features a statement; those of what was known are 0, as they do not matter."""
    columns = said_columns(said_table(said.path))
    known = {name: np.zeros(len(said.path)) for name in features if name not in columns}
    return matrix(columns | known, features)


def with_said(
    known: NDArray[np.float64], paths: Sequence[NDArray[np.float64]], said: Sequence[int]
) -> NDArray[np.float64]:
    """The rows of what is known, each with what its call has said at its end."""
    x = known.copy()
    x[:, list(said)] = 0.0
    for row, path in enumerate(paths):
        if len(path):
            x[row, list(said)] = path[-1, list(said)]
    return x
