"""Text as it is compared in a search: width, case, spaces and punctuation make no difference.

Each letter is normalised together with the marks that follow it, so a place in the plain text leads
back to a place in the text as it was written, although half-width ｶﾞ is two letters there and one
here.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Two letters make a token, so nothing shorter can be looked for.
LEAST_LETTERS = 2
# The marks of half-width kana, and the vowels and finals of Hangul, join the letter before them.
_JOINING = frozenset("ﾞﾟ")
_JAMO = range(0x1160, 0x1200)
# Marks, which join; spaces, controls and punctuation, which are left out.
_MARKS, _LEFT_OUT = "M", frozenset("ZCP")


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text in its plain form; each letter has its place in the text as it was written."""

    letters: str
    begins: tuple[int, ...]
    ends: tuple[int, ...]

    def place_of(self, word: str) -> tuple[int, int] | None:
        """Return begin and end of a plain word in the text as it was written, or None."""
        at = self.letters.find(word) if word else -1
        return None if at < 0 else (self.begins[at], self.ends[at + len(word) - 1])


def plain_text(text: str) -> PlainText:
    """Return a text in its plain form."""
    letters: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for begin, end in _clusters(text):
        folded = _folded(text[begin:end])
        letters.append(folded)
        begins += [begin] * len(folded)
        ends += [end] * len(folded)
    return PlainText("".join(letters), tuple(begins), tuple(ends))


def plain_letters(text: str) -> str:
    """Return the letters of a text in its plain form."""
    return "".join(_folded(text[begin:end]) for begin, end in _clusters(text))


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of a question, which spaces part, in their plain form, each once."""
    plain = (plain_letters(word) for word in text.split())
    return tuple(dict.fromkeys(word for word in plain if word))


def pairs_of(letters: str) -> set[str]:
    """Return the pairs of neighbouring letters of a plain text."""
    return {letters[at : at + LEAST_LETTERS] for at in range(len(letters) - 1)}


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for at in range(1, len(text)):
        if not _joins(text[at]):
            yield begin, at
            begin = at
    if text:
        yield begin, len(text)


@lru_cache(maxsize=1 << 14)
def _joins(letter: str) -> bool:
    if letter in _JOINING or ord(letter) in _JAMO:
        return True
    return unicodedata.category(letter)[0] == _MARKS


@lru_cache(maxsize=1 << 14)
def _folded(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", cluster).casefold()
    # Folding may leave what is not normal: it is made normal once more.
    whole = unicodedata.normalize("NFKC", folded)
    return "".join(one for one in whole if unicodedata.category(one)[0] not in _LEFT_OUT)
