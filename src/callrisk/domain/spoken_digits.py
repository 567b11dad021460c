"""Digits as Japanese callers say and write them, found in a text without moving a character.

A shape is a text of the same length in which every character of a digit is one of `DIGIT`: the
first carries the value, the rest of a spoken word such as ゼロ is `REST`. A character that was
masked before is a digit of unknown value. What is a digit is decided only by what stands beside
it and never by a value, so masking a number cannot change where numbers lie.
"""

import re
import unicodedata

MASK = "●"
REST = "\ue000"
DIGIT = f"[0-9{MASK}{REST}]"
FIRST = re.compile(f"[0-9{MASK}]")

_KANJI = dict(zip("〇零○◯一二三四五六七八九", "00001234567899"[:13], strict=True))
_KANJI_CLASS = f"[{''.join(_KANJI)}]"
_HYPHENS = "-‐‑‒–—―−─━ー~〜_/"
# A letter that makes a word of the kanji digit before it: 一緒, 三井, 一つ.
_IDEOGRAPH = "\u3005\u3400-\u4dbf\u4e00-\u9fff"

# Long vowels and the half-width forms with a voiced mark of its own are the same word.
_STRONG = {
    "(?:ぜ|せ゛)ー?ろ": "0",
    "(?<!き)れ[いー](?!わ)": "0",
    "(?<![始決高止留集詰温固収定求深絡泊締埋染縮強早弱はきとあつまわしゆ])まる": "0",
    "いー?ち(?![ばどおぶじゃゅょ])": "1",
    "よー?ん": "4",
    "ろー?く": "6",
    "なーな": "7",
    "なな": "7",
    "しち(?![ゃゅょ])": "7",
    "はーち": "8",
    "はち(?![ゃゅょ])": "8",
    "き[ゅゆ][うー](?!り|よ(?!ん))": "9",
}
# Syllables that are a digit only in the company of others: 山田さんに, ご利用, 遅く.
_WEAK = {
    "に[いー](?!ち)": "2",
    "ふた": "2",
    "に": "2",
    "さーん": "3",
    "さん": "3",
    "しー?": "4",
    "(?:ご|こ゛)[ーお]?": "5",
    "くー?": "9",
}
_ANY_STRONG = "|".join(_STRONG)
_WORD = f"(?:(?:{_ANY_STRONG}|{'|'.join(_WEAK)})ー?)"

_FILLERS = (
    "はいふん|まいなす|かっことじる?|とじかっこ|かっこ|だっしゅ|すぺーす|こんま|ぴりおど|"
    "えー?っと|えーと|ええと|えと|ええ|えー|えっ|あのー?|あー|あっ|あ(?![らり])|うー?ん|んー+|"
    "はい(?!ち)|そうですね?|そう|まあ|まず|最初[がは]|頭[がは]|"
    "それから|そして|続けて|続いて|続きが|さらに|そのあと|その後が?|あとは?|次[がはに]?|つぎ[がはに]?|"
    "最後[がはに]?|[でと]ございます|でして|です[ねよが]?|であります|[にと]?なります|"
    "でよろしいでしょうか|(?:で)?よろしいですか|でしょうか|ですか|以上で?す?|"
    "お願い(?:いた)?します|おねがい(?:いた)?します|と申します|"
    "の|で|ね|よ(?!ん)|っと"
)
SEPARATOR = rf"(?:[{_HYPHENS}\s、。,.・()\[\]「」『』…]|{_FILLERS})"

RUN = re.compile(f"{DIGIT}++(?:{SEPARATOR}*+{DIGIT}++)*+")
ONLY_DIGITS = re.compile(f"(?:{SEPARATOR}|{DIGIT})*+")
GAP = re.compile(f"{SEPARATOR}*+")

_KANJI_RUN = re.compile(f"{_KANJI_CLASS}++")
_AFTER_LONE = re.compile(rf"\Z|{SEPARATOR}|[0-9{MASK}]|{_ANY_STRONG}")
# A group for each word, so that the group that matched tells the value.
_WORD_TOKEN = re.compile(f"(?:{'|'.join(f'({word})' for word in (*_STRONG, *_WEAK))})ー?")
_VALUES = (*_STRONG.values(), *_WEAK.values())
_WORDS = re.compile(f"{_WORD}(?:{SEPARATOR}*+{_WORD})*+")
_ONLY_WORDS = re.compile(f"(?:{SEPARATOR}|{_WORD})*+")
_HAS_STRONG = re.compile(_ANY_STRONG)
_LEADING_WEAK = re.compile(f"(?:{'|'.join(_WEAK)})")
_ENDS_IN_DIGIT = re.compile(rf"[0-9{MASK}](?:[{_HYPHENS}\s、・]|の){{0,3}}\Z")
_STARTS_WITH_DIGIT = re.compile(f"{SEPARATOR}*+[0-9{MASK}]")
_FEWEST_WEAK = 3


def _same_length(char: str) -> str | None:
    """The plain form of one character where it has one of the same length."""
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 and plain != char else None


def _plain_forms() -> dict[int, str]:
    """Full-width Latin and half-width kana to their usual width, katakana to hiragana."""
    wide = [*range(0x41, 0x5B), *range(0xFF01, 0xFF9E), 0xFFE5, 0x3000, 0x301C]
    forms = {code: plain for code in wide if (plain := _same_length(chr(code)))}
    forms |= {0xFF9E: "゛", 0x3099: "゛", 0xFFE5: "¥"}
    katakana = {code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)}
    halves = {code: katakana.get(ord(plain), plain) for code, plain in forms.items()}
    return katakana | halves


_PLAIN = _plain_forms()


def plain(text: str) -> str:
    """The text of the same length with one width, one kana and small Latin letters."""
    return text.translate(_PLAIN)


def shape(plain_text: str) -> str:
    """The text with every digit it says or writes as a character of `DIGIT`."""
    written = _KANJI_RUN.sub(_kanji_digits, plain_text)
    if _ONLY_WORDS.fullmatch(written):
        enough = len(_WORD_TOKEN.findall(written)) >= _FEWEST_WEAK
        if enough or _HAS_STRONG.search(written):
            return _WORD_TOKEN.sub(_digit, written)
        return written
    return _WORDS.sub(_spoken_digits, written)


def digits(run: str) -> int:
    """How many digits a run of a shape holds."""
    return len(FIRST.findall(run))


def _kanji_digits(match: re.Match[str]) -> str:
    run, text, end = match[0], match.string, match.end()
    before = text[match.start() - 1 : match.start()]
    circles_only = not run.strip("○◯")
    beside_digit = bool(re.match(f"[0-9{MASK}]", before + text[end : end + 1]))
    if circles_only and not beside_digit:
        return run
    if len(run) == 1 and not _stands_alone(before, text, end):
        return run
    return "".join(_KANJI[char] for char in run)


def _stands_alone(before: str, text: str, end: int) -> bool:
    """Whether a single kanji digit is no part of a word such as 一緒, 第一 or 三井."""
    return not re.match(f"[{_IDEOGRAPH}]", before) and bool(_AFTER_LONE.match(text, end))


def _spoken_digits(match: re.Match[str]) -> str:
    run, text = match[0], match.string
    if not _HAS_STRONG.search(run):
        before = text[max(0, match.start() - 4) : match.start()]
        between = _ENDS_IN_DIGIT.search(before) and _STARTS_WITH_DIGIT.match(text, match.end())
        return _WORD_TOKEN.sub(_digit, run) if between else run
    start = _skipped_lead(run, text[match.start() - 1 : match.start()])
    end = _kept_tail(run, text[match.end() : match.end() + 1])
    return run[:start] + _WORD_TOKEN.sub(_digit, run[start:end]) + run[end:]


def _skipped_lead(run: str, before: str) -> int:
    """Where digits begin: さんに of 山田さんにゼロキュー belongs to the word before."""
    start = 0
    while re.match(f"[{_IDEOGRAPH}ぁ-んa-z]", before) and not re.match("[はがをもでと]", before):
        weak = _LEADING_WEAK.match(run, start)
        if weak is None or _HAS_STRONG.match(run, start):
            break
        start, before = weak.end(), run[weak.end() - 1]
    return start


def _kept_tail(run: str, after: str) -> int:
    """Where digits end: ご of ハチゴ案内 belongs to the word behind."""
    if re.match(f"[{_IDEOGRAPH}お]", after) and run.endswith(("ご", "に")):
        return len(run) - 1
    return len(run)


def _digit(match: re.Match[str]) -> str:
    return _VALUES[(match.lastindex or 1) - 1] + REST * (len(match[0]) - 1)
