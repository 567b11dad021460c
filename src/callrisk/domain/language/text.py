"""The text of a turn without pauses: what operators, table and weights look at.

Commas, full stops, spaces and brackets are left out, so that a turn is understood alike with and
without them; a recogniser sets them as it likes. Full-width letters become half-width.
"""

from dataclasses import dataclass

PAUSES = "、。，．, 　\t「」『』（）()・"
_PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN |= dict.fromkeys(map(ord, PAUSES))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class PlainText:
    """The text without pauses, and for each of its characters the offset in the turn."""

    text: str
    offsets: tuple[int, ...]


def plain_text(turn: str) -> PlainText:
    """Return the turn without pauses."""
    text = turn.translate(_PLAIN)
    if len(text) == len(turn):
        return PlainText(text, tuple(range(len(turn))))
    kept = (number for number, letter in enumerate(turn) if letter not in PAUSES)
    return PlainText(text, tuple(kept))
