"""The plain form of a text: hiragana, one width, small Latin letters, and the same length."""

import unicodedata


def _same_length(char: str) -> str | None:
    """Return the plain form of a character, or None where it is unchanged or of another length."""
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 and plain != char else None


def _plain_forms() -> dict[int, str]:
    """Return the translation table: one width for Latin letters and kana, katakana to hiragana."""
    wide = [*range(0x41, 0x5B), *range(0xFF01, 0xFF9E), 0x3000]
    forms = {code: plain for code in wide if (plain := _same_length(chr(code)))}
    forms |= {0xFF9E: "゛", 0x3099: "゛", 0xFFE5: "¥"}
    katakana = {code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)}
    halves = {code: katakana.get(ord(plain), plain) for code, plain in forms.items()}
    return katakana | halves


_PLAIN = _plain_forms()


def plain_form(text: str) -> str:
    """Return the text of the same length in hiragana, one width and small Latin letters."""
    return text.translate(_PLAIN)
