"""Templates of requests: method, path, query and body, with places for the words of a call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from callrisk.integrations.http_crm.escaping import (
    PLACEHOLDER,
    QueryLanguage,
    UnfitValueError,
    filled_text,
    path_segment_fits,
    places_in,
)


@dataclass(frozen=True, slots=True)
class FilledRequest:
    """A request with its values: the path with its query, and the JSON of its body, if any."""

    target: str
    body: Any


@dataclass(frozen=True, slots=True)
class RequestTemplate:
    """A request as config.py writes it; `records` is where the records stand in its answer.

    ValueError when it is built with a placeholder that is none of `known`, or with one in a string
    of a query language that is not named.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    language: QueryLanguage = QueryLanguage.NONE
    records: str = ""
    known: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for text in self._texts():
            _check(text, self.language, self.known)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all its placeholders."""
        texts = self._texts()
        return frozenset(name for text in texts for name in PLACEHOLDER.findall(text))

    @property
    def names_record(self) -> bool:
        """Return whether its path names a record, so that 404 says there is none."""
        return PLACEHOLDER.search(self.path) is not None

    def filled(self, values: Mapping[str, Any]) -> FilledRequest:
        """Return the request with these values; what stands for None is left out.

        UnfitValueError for a value that cannot stand at its place.
        """
        path = PLACEHOLDER.sub(lambda found: _segment(str(values[found[1]])), self.path)
        query = {
            name: filled_text(text, values, self.language)
            for name, text in self.query.items()
            if not _is_left_out(text, values)
        }
        target = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
        return FilledRequest(target, filled_body(self.body, values, self.language))

    def _texts(self) -> list[str]:
        return [self.path, *self.query.values(), *_texts_of(self.body)]


def filled_body(body: Any, values: Mapping[str, Any], language: QueryLanguage) -> Any:
    """Return JSON with these values; a text that is one placeholder becomes the value itself.

    A list that is a value is laid into the list around it.
    """
    if isinstance(body, str):
        whole = PLACEHOLDER.fullmatch(body)
        if whole is not None and language is QueryLanguage.NONE:
            return values[whole[1]]
        return filled_text(body, values, language)
    if isinstance(body, Mapping):
        return {
            name: filled_body(value, values, language)
            for name, value in body.items()
            if not _is_left_out(value, values)
        }
    if isinstance(body, list | tuple):
        return [entry for value in body for entry in _entries(value, values, language)]
    return body


def _entries(value: Any, values: Mapping[str, Any], language: QueryLanguage) -> list[Any]:
    if _is_left_out(value, values):
        return []
    entry = filled_body(value, values, language)
    is_list = isinstance(value, str) and isinstance(entry, list)
    return list(entry) if is_list else [entry]


def _is_left_out(value: Any, values: Mapping[str, Any]) -> bool:
    names = PLACEHOLDER.findall(value) if isinstance(value, str) else []
    return any(values.get(name) is None for name in names)


def _segment(value: str) -> str:
    if not path_segment_fits(value):
        raise UnfitValueError("a value that leads to another path")
    return quote(value, safe="")


def _texts_of(body: Any) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for value in body.values():
            yield from _texts_of(value)
    elif isinstance(body, list | tuple):
        for value in body:
            yield from _texts_of(value)


def _check(text: str, language: QueryLanguage, known: frozenset[str]) -> None:
    for place in places_in(text, language):
        if place.name not in known:
            raise ValueError(
                f"{{{place.name}}}（{text!r}）は使えません / "
                f"{{{place.name}}} is not known; choose of "
                f"{', '.join(f'{{{name}}}' for name in sorted(known))}"
            )
        if place.is_quoted and language is QueryLanguage.NONE:
            raise ValueError(
                f"{text!r} の引用符の中に {{{place.name}}} があります。language に soql か odata を"
                f"書いてください / {{{place.name}}} stands in quotes: name the query language, "
                '"language": "soql" or "odata", so that a quote in a value cannot end the string'
            )
