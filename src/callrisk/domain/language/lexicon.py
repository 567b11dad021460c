"""The lexicon of phrases that are counted in a turn, by class.

Counting is by literal substring, each phrase on its own: a count over turns joined by line breaks
equals the sum of the counts turn by turn, which is what lets a spreadsheet row and a live stream
become the same running totals. No phrase may hold a line break, and none of one class may hold
another of the same class, or it would count twice.
"""

from enum import StrEnum


class PhraseClass(StrEnum):
    """The classes of phrases; the names appear in `CallTotals` as `customer_<class>`."""

    PAYMENT_WORRY = "payment_worry"
    HESITATION = "hesitation"
    PROMISE = "promise"
    EVASION = "evasion"


# Stems rather than whole words, so that 厳しい, 厳しく and 厳しくて count alike.
PHRASES: dict[PhraseClass, tuple[str, ...]] = {
    PhraseClass.PAYMENT_WORRY: (
        "厳し",
        "払えな",
        "払えま",
        "払えるか",
        "足りな",
        "苦しい",
        "きつい",
        "きつく",
        "余裕がな",
        "余裕がありま",
        "滞納",
        "延滞",
        "遅れ",
        "待ってもら",
        "待っていただ",
        "引き落とせな",
        "残高",
        "借金",
        "ローンが通",
        "審査が不安",
        "審査に落ち",
        "ブラック",
        "お金がな",
        "給料日",
        "分割",
        "失業",
        "仕事を辞め",
        "不安",
        "心配",
    ),
    PhraseClass.HESITATION: (
        "えっと",
        "えーと",
        "うーん",
        "あのー",
        "そのー",
        "まあ",
        "ちょっと",
        "どうしよう",
        "迷っ",
        "悩",
        "考えさせ",
        "考えて",
        "なんか",
        "微妙",
    ),
    PhraseClass.PROMISE: (
        "必ず",
        "約束",
        "間違いなく",
        "確実に",
        "ちゃんと",
        "大丈夫です",
        "問題ありません",
        "問題ないです",
        "準備してあ",
        "準備できて",
        "用意してあ",
        "用意できて",
        "お支払いします",
        "払います",
        "承知しました",
        "かしこまりました",
    ),
    PhraseClass.EVASION: (
        "わからな",
        "分からな",
        "わかりませ",
        "分かりませ",
        "覚えてな",
        "また今度",
        "また後で",
        "あとで",
        "後にして",
        "忙し",
        "家族に聞",
        "家族に相談",
        "主人に聞",
        "妻に聞",
        "言いたくな",
        "別にいい",
        "特にな",
        "どっちでも",
    ),
}

_PHRASES_BY_CLASS = tuple(PHRASES[phrase_class] for phrase_class in PhraseClass)


def phrase_counts(text: str) -> tuple[int, ...]:
    """Return the number of phrases of each class in `text`, in the order of `PhraseClass`."""
    count = text.count
    return tuple(sum(map(count, phrases)) for phrases in _PHRASES_BY_CLASS)
