"""The mood that words suggest: rarely, and only for the eye."""

from pathlib import Path

import pytest

import callrisk
from callrisk.domain.language.mood_estimate import (
    NEGATIVE_INTENTS,
    POSITIVE_INTENTS,
    mood_estimate,
)
from callrisk.domain.language.statement import Intent, Mood, Statement
from callrisk.domain.segment import Sentiment

GOOD, BAD = Sentiment.POSITIVE, Sentiment.NEGATIVE


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("ありがとうございます、助かりました。", GOOD),
        ("それを聞いて安心しました。", GOOD),
        ("納得しました。", GOOD),
        ("急に言われても困ります。", BAD),
        ("支払いが続くか不安で、ちょっと厳しいです。", BAD),
        ("その説明では納得できません。", BAD),
        ("安心できないんです、最悪ですよ。", BAD),
        # Both at once, formulas, denials, and talk about nothing but facts.
        ("ありがたいのですが、今月は厳しいです。", None),
        ("お電話ありがとうございます。", None),
        ("ご迷惑をおかけしております。", None),
        ("ご心配なく、よかったらお待ちください。", None),
        ("無理のない範囲で結構です。", None),
        ("毎月27日でお願いします。", None),
        ("はい", None),
        ("", None),
    ],
)
def test_only_plain_words_suggest_a_mood(text: str, mood: Sentiment | None) -> None:
    """One mood by its words; both, none, or mere politeness is no estimate."""
    assert mood_estimate(text) is mood


def said(
    text: str, phrase: str, intent: Intent, mood: Mood = Mood.ASSERTED, strength: float = 1.0
) -> Statement:
    """A statement that this phrase of a text makes."""
    begin = text.index(phrase)
    return Statement(intent, begin, begin + len(phrase), mood, strength)


@pytest.mark.parametrize("intent", Intent)
def test_what_is_asserted_tells_the_mood_without_any_word_of_feeling(intent: Intent) -> None:
    """Worries and protest are negative, promises and relief positive, the rest tells nothing."""
    text = "来月になります。"
    expected = BAD if intent in NEGATIVE_INTENTS else GOOD if intent in POSITIVE_INTENTS else None

    assert mood_estimate(text, [said(text, "来月", intent)]) is expected


def test_what_is_asserted_outweighs_politeness() -> None:
    """Who says thank you and cannot pay is not content."""
    text = "ありがとうございます。ただ、今月は払えません。"

    assert mood_estimate(text, [said(text, "払えません", Intent.INABILITY)]) is BAD


@pytest.mark.parametrize(
    ("text", "mood"),
    [("払えませんが、来月必ず払います。", None), ("困りましたが、来月払います。", BAD)],
)
def test_statements_of_both_moods_leave_it_to_the_words(text: str, mood: Sentiment | None) -> None:
    """A worry and a promise in one turn decide nothing; words of feeling still may."""
    both = [said(text, text[:4], Intent.INABILITY), said(text, "払います", Intent.PROMISE)]

    assert mood_estimate(text, both) is mood


@pytest.mark.parametrize(
    ("mood", "strength"), [(Mood.ASSERTED, 0.0), (Mood.QUESTION, 0.0), (Mood.PAST, 0.4)]
)
def test_a_suppressed_phrase_suggests_no_mood(mood: Mood, strength: float) -> None:
    """Words of feeling in what is negated, asked or past do not count; those beside it do."""
    text = "支払いは全然厳しくないです。"
    suppressed = said(text, "全然厳しくない", Intent.HARDSHIP, mood, strength)

    assert mood_estimate(text) is BAD
    assert mood_estimate(text, [suppressed]) is None
    assert mood_estimate(text + "助かりました。", [suppressed]) is GOOD
    assert mood_estimate(text + "迷惑です。", [suppressed]) is BAD


def test_a_span_beyond_the_text_changes_nothing() -> None:
    """Offsets of an older version of a turn are no failure."""
    beyond = Statement(Intent.HARDSHIP, 90, 99, Mood.QUESTION, 0.0)

    assert mood_estimate("助かりました。", [beyond]) is GOOD


def test_nobody_but_the_push_knows_the_estimate() -> None:
    """Totals, features and models cannot see it: one file imports it, the one that tells turns."""
    package = Path(callrisk.__file__).parent
    knowing = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "import mood_estimate" in path.read_text(encoding="utf-8")
    ]

    assert knowing == ["wire/segment.py"]
