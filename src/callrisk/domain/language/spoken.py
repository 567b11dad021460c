"""The languages of calls, and which of them a turn is read in."""

import re

from callrisk.domain.language.english import ENGLISH
from callrisk.domain.language.japanese import JAPANESE
from callrisk.domain.language.spoken_language import SpokenLanguage

# In order: a turn is in the first whose script it has a letter of. One that has a letter of none,
# such as a number, is in the first.
SPOKEN: tuple[SpokenLanguage, ...] = (JAPANESE, ENGLISH)
_WORD = re.compile(r"[^\W\d_]+")
# A turn of fewer words may be a word of another language: OK, NHK.
_FEWEST_WORDS = 3


def spoken_in(turn: str, before: str = "") -> SpokenLanguage:
    """Return the language of a turn by its script.

    A turn of few words that has no letter of the first language is in that of the turn `before`.
    """
    language = _by_script(turn)
    if before and language is not SPOKEN[0]:
        words = _WORD.findall(turn)
        if len(words) < _FEWEST_WORDS:
            return _by_script(before)
    return language


def _by_script(text: str) -> SpokenLanguage:
    return next((one for one in SPOKEN if one.script.search(text)), SPOKEN[0])
