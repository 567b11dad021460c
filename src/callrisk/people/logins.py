"""How a login is spelled, so that one person has one."""

import unicodedata

LONGEST_LOGIN = 256


def spelled_login(typed: str) -> str:
    """Return a login in small letters of half width, without spaces around it."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()[:LONGEST_LOGIN]
