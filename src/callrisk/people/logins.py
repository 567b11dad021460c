"""How a login is spelled, so that one person has one."""

import unicodedata

LONGEST_LOGIN = 256


def is_writable(text: str) -> bool:
    """Return True for a text that every database keeps as it is: not empty, not too long."""
    return 0 < len(text) <= LONGEST_LOGIN and text.isprintable()


def spelled_login(typed: str) -> str:
    """Return a login in small letters of half width, without spaces around it."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()
