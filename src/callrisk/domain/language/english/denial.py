"""Denials of money trouble that name no means: i am not struggling says little by itself."""

import re

from callrisk.domain.language.signs import NEGATED, OUTER

_TROUBLE = (
    "struggl|trouble|problem|worr|difficult|hard up|broke|tight|short of|hardship|issue|concern"
)
_DENIED = re.compile(f"[{NEGATED}{OUTER}](?: \\S+){{0,5}}? \\S*(?:{_TROUBLE})")
_MEANS = re.compile(
    r"savings|saved|salary|wages|paid|pension|bonus|income|enough|money|funds|afford|account"
    r"|balance"
    r"|cash|job|work|earn|comfortabl|steady|stable|payday|\d|put aside|cover"
)


def only_denies(text: str) -> bool:
    """Return True if an analysed turn denies trouble and names nothing to pay with."""
    return _DENIED.search(text) is not None and _MEANS.search(text) is None
