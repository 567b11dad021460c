"""A lexicon estimate of the sentiment of an unlabelled turn: for display, never for a score.

Only plain words count. A turn that suggests both moods, or none, has no estimate; nothing is ever
estimated neutral. Models must not learn from this, or a call without labels would look labelled.
"""

from callrisk.domain.segment import Sentiment

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


def mood_estimate(text: str) -> Sentiment | None:
    """Return positive or negative if the words of a turn agree on it, else None."""
    for phrase in _SAY_NOTHING:
        text = text.replace(phrase, "、")
    positive = any(phrase in text for phrase in _POSITIVE)
    negative = any(phrase in text for phrase in _NEGATIVE)
    if positive == negative:
        return None
    return Sentiment.POSITIVE if positive else Sentiment.NEGATIVE
