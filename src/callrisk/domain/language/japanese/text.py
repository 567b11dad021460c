"""The text of a turn without pauses: what operators, table and weights look at.

Commas, full stops, spaces and brackets are left out, so that a turn is understood alike with and
without them; a recogniser sets them as it likes. Full-width letters become half-width.
"""

import re

from callrisk.domain.language.analysed import PlainText

PAUSES = "、。，．, 　\t「」『』（）()・"
_PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN |= dict.fromkeys(map(ord, PAUSES))  # type: ignore[arg-type]
_WORD_LETTER = re.compile(r"[一-龠々ァ-ヴー\dA-Za-z]")
_HONORIFIC = re.compile("[おご](?=[一-龠々])")
_NEAR = 9


def plain_text(turn: str) -> PlainText:
    """Return the turn without pauses."""
    text = turn.translate(_PLAIN)
    if len(text) == len(turn):
        return PlainText(text, tuple(range(len(turn))))
    kept = (number for number, letter in enumerate(turn) if letter not in PAUSES)
    return PlainText(text, tuple(kept))


def whole_phrases(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the borders moved outwards to where a phrase begins and ends, if that is near.

    A phrase begins with a word in kanji, katakana or digits, or with the honorific before it, and
    ends before the next one.
    """
    for at in range(begin, max(-1, begin - _NEAR), -1):
        if _phrase_begins(text, at):
            begin = at
            break
    for at in range(end, min(len(text), end + _NEAR) + 1):
        if at == len(text) or _phrase_begins(text, at):
            end = at
            break
    return begin, end


def _phrase_begins(text: str, at: int) -> bool:
    """Return True where a phrase begins; 引っ越し is one word, and so is お金."""
    if at == 0 or _is_honorific(text, at):
        return True
    before = text[at - 1]
    begins_word = bool(_WORD_LETTER.match(text, at)) and not _WORD_LETTER.match(before)
    return begins_word and before != "っ" and not _is_honorific(text, at - 1)


def _is_honorific(text: str, at: int) -> bool:
    """Return True for お or ご before a word; not for the お of なお, but in 大事なお金."""
    if not _HONORIFIC.match(text, at):
        return False
    return text[at - 1 : at] != "な" or bool(_WORD_LETTER.match(text[at - 2 : at - 1]))
