"""Values put into a template of text, escaped for the query language of that text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# Letters, digits and signs that end no value and begin no operator, wherever they stand.
_PLAIN = re.compile(r"[\w+-]+")


class QueryLanguage(StrEnum):
    """The language of the text around a value: how a string ends there, and how it does not."""

    NONE = ""
    SOQL = "soql"
    ODATA = "odata"


class UnfitValueError(ValueError):
    """A value that cannot stand at its place in a request; it is nobody's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A placeholder in a text, and whether it stands in a string of the query language."""

    name: str
    start: int
    end: int
    is_quoted: bool


def places_in(text: str, language: QueryLanguage) -> Iterator[Place]:
    """Yield the placeholders of a text; ValueError for a string that does not end."""
    is_quoted, at = False, 0
    while at < len(text):
        found = PLACEHOLDER.match(text, at)
        if found is not None:
            yield Place(found[1], at, found.end(), is_quoted)
            at = found.end()
            continue
        is_escape = language is QueryLanguage.SOQL and is_quoted and text[at] == "\\"
        if text[at] == "'" and not is_escape:
            is_quoted = not is_quoted
        at += 2 if is_escape else 1
    if is_quoted and language is not QueryLanguage.NONE:
        raise ValueError(f"{text!r} の引用符が閉じていません / a string of it does not end")


def filled_text(text: str, values: Mapping[str, Any], language: QueryLanguage) -> str:
    """Return a text with its values; UnfitValueError where one could say more than a value.

    In a string of the language it is escaped; as the whole of a text without a language it stands
    as it is; anywhere else it must be letters, digits, _, + and -.
    """
    parts, last = [], 0
    for place in places_in(text, language):
        parts += [
            text[last : place.start],
            _escaped(str(values[place.name]), place, text, language),
        ]
        last = place.end
    return "".join((*parts, text[last:]))


def path_segment_fits(value: str) -> bool:
    """Return whether a value may be a segment of a path: of dots alone it would lead elsewhere."""
    return bool(value.strip("."))


def _escaped(value: str, place: Place, text: str, language: QueryLanguage) -> str:
    is_whole = (place.start, place.end) == (0, len(text))
    if language is QueryLanguage.NONE and is_whole:
        return value
    if place.is_quoted and language is QueryLanguage.SOQL:
        return value.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
    if place.is_quoted and language is QueryLanguage.ODATA:
        return value.replace("'", "''")
    if _PLAIN.fullmatch(value):
        return value
    raise UnfitValueError("a value that is not plain")
