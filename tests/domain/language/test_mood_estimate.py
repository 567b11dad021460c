"""The mood that words suggest: rarely, and only for the eye."""

from pathlib import Path

import pytest

import callrisk
from callrisk.domain.language.mood_estimate import mood_estimate
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


def test_nobody_but_the_push_knows_the_estimate() -> None:
    """Totals, features and models cannot see it: one file imports it, the one that tells turns."""
    package = Path(callrisk.__file__).parent
    knowing = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "import mood_estimate" in path.read_text(encoding="utf-8")
    ]

    assert knowing == ["wire/segment.py"]
