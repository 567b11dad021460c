"""The tokens of a query text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kintone_stand_in.api.refusals import BAD_QUERY, RefusedError, invalid

Kind = Literal["word", "text", "number", "symbol", "end"]

_SPACE = " \t\r\n　"
_SYMBOLS = ("!=", ">=", "<=", "=", ">", "<", "(", ")", ",")
# Kintone lets these stand in field codes; of the ASCII symbols only the underscore, and `$id`.
_IN_WORDS = set("_$・＿￥＄")
_ESCAPES = {'"': '"', "\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_DIGITS = set("0123456789")


@dataclass(frozen=True, slots=True)
class Token:
    """A token; a text literal is without quotes and escapes."""

    kind: Kind
    value: str

    def is_word(self, word: str) -> bool:
        """Return True if this is the keyword, in upper or lower case."""
        return self.kind == "word" and self.value.lower() == word


def bad_query() -> RefusedError:
    """Return the refusal of a query that cannot be parsed (CB_VA01)."""
    return invalid({"query": [BAD_QUERY]})


def tokens_of(text: str) -> Iterator[Token]:
    """Yield the tokens in order and an end mark; RefusedError for anything else."""
    at = 0
    while at < len(text):
        if text[at] in _SPACE:
            at += 1
            continue
        token, at = _token(text, at)
        yield token
    yield Token("end", "")


def _token(text: str, at: int) -> tuple[Token, int]:
    """Return the token at an index and the index of its end."""
    first = text[at]
    if first == '"':
        return _quoted(text, at + 1)
    if first in _DIGITS or (first == "-" and text[at + 1 : at + 2] in _DIGITS):
        return _number(text, at)
    if first.isalpha() or first in _IN_WORDS:
        end = _end_of_word(text, at)
        return Token("word", text[at:end]), end
    for symbol in _SYMBOLS:
        if text.startswith(symbol, at):
            return Token("symbol", symbol), at + len(symbol)
    raise bad_query()


def _quoted(text: str, at: int) -> tuple[Token, int]:
    """Return a text literal; RefusedError for control characters and unknown escapes."""
    characters: list[str] = []
    while at < len(text) and text[at] != '"':
        character = text[at]
        if character == "\\":
            at += 1
            character = _ESCAPES.get(text[at : at + 1], "")
        elif ord(character) < ord(" ") or character == "\x7f":
            raise bad_query()
        if not character:
            raise bad_query()
        characters.append(character)
        at += 1
    if at >= len(text):
        raise bad_query()
    return Token("text", "".join(characters)), at + 1


def _number(text: str, at: int) -> tuple[Token, int]:
    end = at + 1
    while end < len(text) and (text[end] in _DIGITS or text[end] == "."):
        end += 1
    number = text[at:end]
    is_followed_by_word = end < len(text) and (text[end].isalnum() or text[end] in _IN_WORDS)
    if is_followed_by_word or number.count(".") > 1 or number.endswith("."):
        raise bad_query()
    return Token("number", number), end


def _end_of_word(text: str, at: int) -> int:
    while at < len(text) and (text[at].isalnum() or text[at] in _IN_WORDS):
        at += 1
    return at
