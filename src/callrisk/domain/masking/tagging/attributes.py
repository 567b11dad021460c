"""The attributes of each letter of a turn that the tagger weighs, as hashed numbers.

Its *own* attributes are the letters and words around it, the run of digits and the run of letters
of one kind that it stands in, and what the rules hid there. The *shared* ones are pairs and
triples of letters of the turn and of the turns before it, once for each kind of letter: a question
for a name matters to kanji, one for a number to digits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.masking.shapes import FIRST
from callrisk.domain.masking.tagging.letter_kinds import Integers, LetterKind, Letters, letters_of
from callrisk.domain.masking.tagging.said_before import SaidBefore, Spoken
from callrisk.domain.masking.tagging.words import Words, words_of
from callrisk.domain.segment import MAIL_MASK, MASK, WORD_MASK

# Attributes are hashed into so many; the weights of those that share a number add up.
SIZE = 1 << 20
# The weight of all shared attributes of a letter together, beside 1 of each of its own.
SHARED_WEIGHT = 2.0
_PRIME, _SEED, _SHIFT = np.uint64(1099511628211), np.uint64(1469598103934665603), np.uint64(29)
_PAD = 8
_BEFORE_TEXT, _BEHIND_TEXT = 2, 3
# Where the runs of so many letters begin, seen from the letter.
_RUNS = {
    1: range(-3, 4), 2: range(-4, 4), 3: range(-4, 3), 4: (-4, 1),
}  # fmt: skip
_KIND_WINDOWS = ((-2, 3), (-4, 1), (0, 5), (-3, 4))
_JOINING = frozenset("のと-、 ,.・ー…えっ")
_LONGEST_JOIN = 3
_CONTEXT_LETTERS = 40
_MOST_DIGITS, _MOST_ALL_DIGITS, _LONGEST_RUN = 20, 24, 12
_MASKS = {MASK: 1, MAIL_MASK: 2, WORD_MASK: 3}
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of n letters: `own` n × a, `shared` g × s, and `group`, the row for each."""

    own: Integers
    shared: Integers
    group: NDArray[np.intp]

    @property
    def shared_weight(self) -> float:
        """The weight of each shared attribute of a letter."""
        return float(SHARED_WEIGHT / max(self.shared.shape[1], 1) ** 0.5)


def attributes_of(text: str, shown: str, said: SaidBefore) -> Attributes:
    """Return the attributes of the letters of a turn.

    `shown` is the text as the rules left it, `said` what was said before it.
    """
    letters = letters_of(text)
    groups = _groups(letters)
    own = [
        *_around(letters), *_of_digits(letters), *_of_runs(letters, groups, is_agent=said.is_agent),
        *_of_words(words_of(text), groups, is_agent=said.is_agent),
        *_of_rules(shown, letters, groups, is_agent=said.is_agent),
    ]  # fmt: skip
    ids = _hashed(own, len(text))
    kinds, group = np.unique(groups, return_inverse=True)
    return Attributes(ids.T, _shared(letters, said.turns, kinds), group)


def _mixed(state: Integers, value: Integers | np.uint64) -> Integers:
    mixed = (state ^ value) * _PRIME
    return mixed ^ (mixed >> _SHIFT)


def _hashed(parts: Sequence[Sequence[Integers]], count: int) -> Integers:
    """Return a row of hashed numbers for each attribute, each of up to four parts."""
    table = np.zeros((_PARTS, len(parts), count), np.uint64)
    for row, values in enumerate(parts):
        for place, value in enumerate(values):
            table[place, row] = value
    state = _mixed(
        np.full((len(parts), count), _SEED), np.arange(len(parts), dtype=np.uint64)[:, None]
    )
    for place in range(_PARTS):
        state = _mixed(state, table[place])
    return state & np.uint64(SIZE - 1)


def _groups(letters: Letters) -> Integers:
    groups = letters.kinds.copy()
    groups[groups == LetterKind.REST_OF_DIGIT] = LetterKind.DIGIT
    groups[groups == LetterKind.LONG_VOWEL] = LetterKind.KATAKANA
    return groups


def _padded(values: Integers, before: int, behind: int) -> Integers:
    ends = np.full(_PAD, before, np.uint64), np.full(_PAD, behind, np.uint64)
    return np.concatenate([ends[0], values, ends[1]])


def _around(letters: Letters) -> Iterator[Sequence[Integers]]:
    """Yield the runs of letters, and the kinds of letters, around each."""
    codes = _padded(letters.codes, _BEFORE_TEXT, _BEHIND_TEXT)
    place = np.arange(len(letters.codes)) + _PAD
    for length, offsets in _RUNS.items():
        for offset in offsets:
            yield [codes[place + offset + step] for step in range(length)]
    kinds = _padded(letters.kinds, 20, 21)
    for first, end in _KIND_WINDOWS:
        packed = np.zeros(len(place), np.uint64)
        for offset in range(first, end):
            packed = packed * np.uint64(32) + kinds[place + offset]
        yield [packed]


def _of_digits(letters: Letters) -> Iterator[Sequence[Integers]]:
    """Yield what tells of the run of digits that a letter stands in."""
    count, lead, before, behind = (np.zeros(len(letters.codes), np.uint64) for _ in range(4))
    is_digit = (letters.kinds == LetterKind.DIGIT) | (letters.kinds == LetterKind.REST_OF_DIGIT)
    codes = _padded(letters.codes, _BEFORE_TEXT, _BEHIND_TEXT)
    for begin, end in _digit_runs(letters.plain, is_digit.tolist()):
        digits = FIRST.findall(letters.shape[begin:end])
        count[begin:end] = min(len(digits), _MOST_DIGITS)
        lead[begin:end] = ord(digits[0]) if digits else 0
        before[begin:end] = codes[begin + _PAD - 1] << np.uint64(20) | codes[begin + _PAD - 2]
        behind[begin:end] = codes[end + _PAD] << np.uint64(20) | codes[end + _PAD + 1]
    total = np.full(len(count), min(len(FIRST.findall(letters.shape)), _MOST_ALL_DIGITS), np.uint64)
    digit = is_digit.astype(np.uint64)
    yield from (
        [count, letters.kinds], [count, lead], [count, behind], [count, before],
        [behind, before, digit], [count, total],
    )  # fmt: skip


def _digit_runs(plain: str, is_digit: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the runs of digits, joined over what callers put between."""
    place, length = 0, len(plain)
    while place < length:
        if not is_digit[place]:
            place += 1
            continue
        end = place
        while end < length:
            if is_digit[end]:
                end += 1
                continue
            after = end
            while (
                after < length
                and after - end <= _LONGEST_JOIN
                and plain[after] in _JOINING
                and not is_digit[after]
            ):
                after += 1
            if after == length or not is_digit[after]:
                break
            end = after
        yield place, end
        place = end


def _of_runs(letters: Letters, groups: Integers, *, is_agent: bool) -> Iterator[Sequence[Integers]]:
    """Yield what tells of the run of letters of one kind that a letter stands in."""
    count = len(groups)
    starts = np.flatnonzero(np.diff(groups, prepend=np.uint64(99)))
    ends = np.append(starts[1:], count)
    run = np.cumsum(np.isin(np.arange(count), starts)) - 1
    begin, end = starts[run], ends[run]
    words = [hash_of(letters.codes[a:b]) for a, b in zip(starts, ends, strict=True)]
    word = np.array(words, np.uint64)[run] if words else np.zeros(0, np.uint64)
    length = np.minimum(end - begin, _LONGEST_RUN).astype(np.uint64)
    place = np.arange(count)
    codes = _padded(letters.codes, _BEFORE_TEXT, _BEHIND_TEXT)
    behind = [codes[end + _PAD + step] for step in range(4)]
    before = [codes[begin + _PAD - 1 - step] for step in range(4)]
    behind_two, before_two = _packed(behind[:2]), _packed(before[:2])
    behind_three, before_three = _packed(behind[:3]), _packed(before[:3])
    is_first, is_last = (begin == 0).astype(np.uint64), (end == count).astype(np.uint64)
    role = np.full(count, is_agent, np.uint64)
    size = np.full(count, min(count // 4, 10), np.uint64)
    yield from (
        [word], [length, groups, (place == begin).astype(np.uint64)],
        [groups, behind_two], [groups, behind_three], [groups, behind_three, behind[3]],
        [groups, before_two], [groups, before_three], [groups, before_three, before[3]],
        [groups, behind[0], before[0]], [groups, length, behind_two], [groups, length, before_two],
        [groups, is_first, is_last, length], [groups, size], [groups, role],
        [np.minimum(place // 3, 8).astype(np.uint64), role],
    )  # fmt: skip


def _packed(codes: Sequence[Integers]) -> Integers:
    packed = codes[0]
    for code in codes[1:]:
        packed = packed << np.uint64(20) | code
    return packed


def hash_of(codes: Integers) -> int:
    """Return a number for a run of letters."""
    state = 0
    for code in codes.tolist():
        state = (state ^ code) * int(_PRIME) & 0xFFFF_FFFF_FFFF_FFFF
    return state


def _of_words(words: Words, groups: Integers, *, is_agent: bool) -> Iterator[Sequence[Integers]]:
    """Yield the word of a letter and those beside it; before the first one stands none."""
    here = words.of
    part, form = words.part, words.form
    own, last, next_ = part[here], here - 1, here + 1
    role = np.full(len(here), is_agent, np.uint64)
    yield from (
        [own, words.place], [own, words.unknown[here], groups], [form[here]],
        [own, part[last]], [own, part[next_]], [part[last], own, part[next_]],
        [own, form[last]], [own, form[next_]], [own, form[last], form[next_]],
        [own, form[next_], form[here + 2]], [own, form[last], form[here - 2]],
        [form[last]], [form[next_]], [form[next_], form[here + 2]], [form[last], form[here - 2]],
        [own, role, (here == 0).astype(np.uint64)],
    )  # fmt: skip


def _of_rules(
    shown: str, letters: Letters, groups: Integers, *, is_agent: bool
) -> Iterator[Sequence[Integers]]:
    """Yield what the rules hid at a letter."""
    hidden = np.array([_MASKS.get(letter, 0) for letter in shown], np.uint64)
    beside = _padded(hidden, 0, 0)
    place = np.arange(len(hidden)) + _PAD
    role = np.full(len(hidden), is_agent, np.uint64)
    yield from (
        [hidden], [hidden, groups], [beside[place - 1], hidden, beside[place + 1]],
        [hidden, letters.kinds], [hidden, role],
    )  # fmt: skip


def _shared(letters: Letters, before: Sequence[Spoken], kinds: Integers) -> Integers:
    """Return the shared attributes: a row for each kind of letter of the turn."""
    bags = [*_runs_of(letters.codes, 0)]
    for number, turn in enumerate(before):
        codes = letters_of(turn.text[-_CONTEXT_LETTERS:]).codes
        bags += _runs_of(codes, 1 + 2 * min(number, 1) + turn.is_same_speaker)
    runs = np.unique(np.concatenate(bags)) if bags else np.zeros(0, np.uint64)
    state = _mixed(np.full(len(kinds), _SEED), kinds)[:, None]
    return _mixed(state, runs[None, :]) & np.uint64(SIZE - 1)


def _runs_of(codes: Integers, name: int) -> Iterator[Integers]:
    """Yield the pairs and triples of letters, under a name of where they were said."""
    for length in (2, 3):
        if len(codes) >= length:
            count = len(codes) - length + 1
            state = np.full(count, _SEED ^ np.uint64(name * 4 + length))
            for step in range(length):
                state = _mixed(state, codes[step : step + count])
            yield state
