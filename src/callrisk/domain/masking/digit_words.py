"""Words and signs that callers say and write for one digit, with its value.

Written for the plain form of a text: hiragana, one width, small Latin letters.
"""

KANJI = dict(zip("〇零○◯丸一二三四五六七八九", "00000123456789", strict=True))
ENGLISH = {
    **{"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5"},
    **{"six": "6", "seven": "7", "eight": "8", "nine": "9"},
}
# Long vowels and the half-width forms with a voiced mark of its own are the same word.
STRONG = {
    "(?:ぜ|せ゛)[ーえぇ]?ろ": "0",
    "(?<!き)れ[いー](?!わ)": "0",
    "(?<![始決高止留集詰温固収定求深絡泊締埋染縮強早弱きあつわ])(?<!(?<!っ)と)ま[ーあ]?る": "0",
    "いー?ち(?![ばどおぶじゃゅょ])": "1",
    "よ[ーお]?ん": "4",
    "ろー?く": "6",
    "なーな": "7",
    "なな": "7",
    "しち(?![ゃゅょ])": "7",
    "はーち": "8",
    "はち(?![ゃゅょ])": "8",
    "き[ゅゆ](?:ーう|[うー])(?!り|よ(?!ん))": "9",
    **{f"(?<![a-z]){word}(?![a-z])": value for word, value in ENGLISH.items()},
}
# Syllables that are a digit only in the company of others: 山田さんに, ご利用, 遅く.
WEAK = {
    "に(?:ーい|[いー])(?!ー?ち)": "2",
    "ふた": "2",
    "に(?!なりま|なる|つい|お願)": "2",
    "さーん": "3",
    "さん": "3",
    "し(?!ます|まし|た|て|ょ)ー?": "4",
    "(?:ご|こ゛)(?!ざい)(?:[ーお]|う(?![いかきけしとほもりゅ]))?": "5",
    "くー?": "9",
    "おー(?![けだぷとる])": "0",
    "(?<![a-z])oh(?![a-z])": "0",
}
