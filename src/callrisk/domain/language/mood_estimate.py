"""An estimate of the sentiment of an unlabelled turn: for display, never for a score.

The statements of the turn decide; where they suggest both moods or none, plain words of feeling do.
A turn that suggests both, or none, has no estimate; nothing is ever estimated neutral. Models must
not learn from this, or a call without labels would look labelled.
"""

from collections.abc import Sequence

from callrisk.domain.language.spoken import spoken_in
from callrisk.domain.language.statement import Intent, Statement
from callrisk.domain.segment import Sentiment

# What a customer asserts with a worry or in protest, and what with a good will or relief.
NEGATIVE_INTENTS = frozenset(
    {Intent.HARDSHIP, Intent.INABILITY, Intent.REFUSAL, Intent.DELAY_REQUEST, Intent.INCOME_LOSS,
     Intent.PAST_DEFAULT, Intent.OTHER_DEBT, Intent.DISPUTE}
)  # fmt: skip
POSITIVE_INTENTS = frozenset({Intent.PROMISE, Intent.CAPACITY, Intent.RESOLVED})


def mood_estimate(text: str, statements: Sequence[Statement] = ()) -> Sentiment | None:
    """Return the mood that the statements of a turn agree on, else its plain words, else None."""
    asserted = {statement.intent for statement in statements if statement.counts}
    positive, negative = bool(asserted & POSITIVE_INTENTS), bool(asserted & NEGATIVE_INTENTS)
    if positive == negative:
        felt = _without_suppressed(text, statements)
        positive, negative = spoken_in(text).feelings(felt)
    if positive == negative:
        return None
    return Sentiment.POSITIVE if positive else Sentiment.NEGATIVE


def _without_suppressed(text: str, statements: Sequence[Statement]) -> str:
    """Return the text with suppressed phrases blanked out: what is negated or asked is not felt."""
    letters = list(text)
    for statement in statements:
        if not statement.counts:
            place = slice(statement.begin, statement.end)
            letters[place] = "、" * len(letters[place])
    return "".join(letters)
