"""Values by their shape alone, so that a record can be shown and nobody is told."""

import unicodedata

_LONGEST_SHAPE = 16


def shape(text: str) -> str:
    """Return a value by its shape alone: 9 for a digit, x for a letter, ○ for any other sign."""
    cut = f"{text[:_LONGEST_SHAPE]}{'…' if len(text) > _LONGEST_SHAPE else ''}"
    return "".join(map(_sign, cut)) or "-"


def _sign(character: str) -> str:
    if unicodedata.category(character) == "Nd":
        return "9"
    if character.isascii():
        return "x" if character.isalpha() else character
    return character if character in "…　" else "○"
