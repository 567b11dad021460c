"""The words of a turn and what part of speech each is, told by a dictionary.

The dictionary knows family names, given names and places. It is loaded with the first turn.
"""

import re
import threading
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from sudachipy import Dictionary, SplitMode, Tokenizer

from callrisk.domain.masking.tagging.letter_kinds import Integers

_LOCK = threading.Lock()
# The finest parts of speech: 名詞/固有名詞/人名/姓.
_PARTS = 4
_REMEMBERED = 4_096
# Letters that are read at once; no turn of a conversation is longer.
PIECE = 1_000
_NAMES = ("人名", "地名")
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a turn, each entry followed by three of no word.

    `part` and `form` are numbers for the part of speech and the dictionary's form of each word,
    `unknown` is 1 where the dictionary lacks it; `of` and `place` give for each letter its word
    and how far inside of that it stands, 0 to 2.
    """

    part: Integers
    form: Integers
    unknown: Integers
    of: NDArray[np.intp]
    place: Integers
    has_name: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its place, its part of speech, and its reading in katakana."""

    begin: int
    end: int
    part: tuple[str, ...]
    text: str
    reading: str
    is_unknown: bool


def dictionary_words(text: str) -> list[Word]:
    """Return the words of a text in order; a long one is read in pieces."""
    text = _HALVES.sub("\ufffd", text)
    with _LOCK:
        return [
            Word(at + word.begin(), at + word.end(), tuple(word.part_of_speech()[:_PARTS]),
                 word.surface(), word.reading_form(), word.is_oov())
            for at in range(0, len(text), PIECE)
            for word in _tokenizer().tokenize(text[at : at + PIECE])
        ]  # fmt: skip


def words_of(text: str) -> Words:
    """Return the words of a text; half of a character beyond the basic plane is no word."""
    text = _HALVES.sub("\ufffd", text)
    with _LOCK:
        tokens = [
            (word.begin(), word.end(), word.part_of_speech()[:_PARTS], word.dictionary_form(),
             word.is_oov())
            for word in _tokenizer().tokenize(text)
        ]  # fmt: skip
    of = np.zeros(len(text), np.intp)
    place = np.zeros(len(text), np.uint64)
    for number, (begin, end, *_) in enumerate(tokens):
        of[begin:end] = number
        place[begin:end] = np.minimum(np.arange(end - begin), 2)
    return Words(
        np.array([*(_part(token[2]) for token in tokens), 1, 1, 1], np.uint64),
        np.array([*(_form(token[3]) for token in tokens), 1, 1, 1], np.uint64),
        np.array([*(token[4] for token in tokens), 0, 0, 0], np.uint64),
        of, place, any(token[2][2] in _NAMES for token in tokens),
    )  # fmt: skip


def names_person_or_place(text: str) -> bool:
    """Return True if the dictionary knows a word of a text as the name of a person or a place."""
    pieces = (text[begin : begin + PIECE] for begin in range(0, len(text), PIECE))
    return any(words_of(piece).has_name for piece in pieces)


@cache
def _tokenizer() -> Tokenizer:
    return Dictionary(dict="small").tokenizer(mode=SplitMode.C)


@cache
def _part(parts: tuple[str, ...]) -> int:
    return zlib.crc32("/".join(parts).encode())


@lru_cache(_REMEMBERED)
def _form(form: str) -> int:
    return zlib.crc32(form.encode())
