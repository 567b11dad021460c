"""An estimate of the sentiment of an unlabelled turn: for display, never for a score.

The statements of the turn decide; where they suggest both moods or none, plain words of feeling do.
A turn that suggests both, or none, has no estimate; nothing is ever estimated neutral. Models must
not learn from this, or a call without labels would look labelled.
"""

from collections.abc import Sequence

from callrisk.domain.language.statement import Intent, Statement
from callrisk.domain.segment import Sentiment

# What a customer asserts with a worry or in protest, and what with a good will or relief.
NEGATIVE_INTENTS = frozenset(
    {Intent.HARDSHIP, Intent.INABILITY, Intent.REFUSAL, Intent.DELAY_REQUEST, Intent.INCOME_LOSS,
     Intent.PAST_DEFAULT, Intent.OTHER_DEBT, Intent.DISPUTE}
)  # fmt: skip
POSITIVE_INTENTS = frozenset({Intent.PROMISE, Intent.CAPACITY, Intent.RESOLVED})

# Polite formulas and denials: they hold a word of mood and tell none.
_SAY_NOTHING = (
    "お電話ありがとう",
    "お電話いただきありがとう",
    "よかったら",
    "ご迷惑をおかけ",
    "ご心配をおかけ",
    "ご心配なく",
    "心配ありません",
    "心配いりません",
    "心配な点",
    "心配はな",
    "心配しないで",
    "不安はありません",
    "不安な点",
    "不安はな",
    "困ることはありません",
    "無理のない",
    "無理なく",
    "安心できな",
    "安心できませ",
    "嬉しくな",
    "うれしくな",
    "満足できな",
    "満足していな",
    "納得できました",
)
_POSITIVE = (
    "ありがとう",
    "ありがたい",
    "感謝",
    "助かり",
    "助かる",
    "よかった",
    "良かった",
    "嬉し",
    "うれし",
    "安心",
    "満足",
    "楽しみ",
    "納得しました",
    "親切",
    "喜んで",
)
_NEGATIVE = (
    "困り",
    "困る",
    "困って",
    "不安",
    "心配",
    "厳し",
    "苦しい",
    "つらい",
    "辛い",
    "無理",
    "嫌です",
    "嫌な",
    "嫌だ",
    "ひどい",
    "最悪",
    "ふざけ",
    "いい加減に",
    "腹が立",
    "怒って",
    "納得でき",
    "納得いか",
    "話が違",
    "聞いてない",
    "不満",
    "迷惑",
    "残念",
    "がっかり",
    "信用でき",
    "信じられな",
    "二度と",
    "もういい",
)


def mood_estimate(text: str, statements: Sequence[Statement] = ()) -> Sentiment | None:
    """Return the mood that the statements of a turn agree on, else its plain words, else None."""
    asserted = {statement.intent for statement in statements if statement.counts}
    positive, negative = bool(asserted & POSITIVE_INTENTS), bool(asserted & NEGATIVE_INTENTS)
    if positive == negative:
        positive, negative = _feelings(_without_suppressed(text, statements))
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


def _feelings(text: str) -> tuple[bool, bool]:
    """Return two truth values: words of good feeling are there, words of bad feeling are there."""
    for phrase in _SAY_NOTHING:
        text = text.replace(phrase, "、")
    return any(phrase in text for phrase in _POSITIVE), any(phrase in text for phrase in _NEGATIVE)
