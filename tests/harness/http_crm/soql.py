"""The part of SOQL that searches for customers: SELECT … FROM … WHERE a = '…' OR b IN (…) LIMIT n.

Strings end at a quote without a backslash before it, as Salesforce documents it: a value that was
not escaped would change what is asked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*('(?:\\.|[^'\\])*'|[A-Za-z_][A-Za-z0-9_]*|\d+|[(),=])")
_ESCAPE = re.compile(r"\\(.)")


class MalformedQueryError(ValueError):
    """A query that is not in the language."""


@dataclass(frozen=True)
class Soql:
    """A query: fields, object, and the values that any one of its conditions wants of a field."""

    fields: tuple[str, ...]
    kind: str
    wanted: tuple[tuple[str, frozenset[str]], ...] | None
    limit: int | None

    @property
    def named(self) -> set[str]:
        """Every field that is named."""
        return {*self.fields, *(name for name, _ in self.wanted or ())}

    def takes(self, row: Mapping[str, object]) -> bool:
        """Return whether a record is meant; letters of both cases are the same."""
        if self.wanted is None:
            return True
        return any(f"{row.get(name) or ''}".lower() in values for name, values in self.wanted)


def parsed(text: str) -> Soql:
    """Return a query; MalformedQueryError for any other text."""
    tokens = _Tokens(text)
    tokens.take("SELECT")
    fields = [tokens.name()]
    while tokens.goes_on(","):
        fields.append(tokens.name())
    tokens.take("FROM")
    kind = tokens.name()
    wanted = _conditions(tokens) if tokens.goes_on("WHERE") else None
    if tokens.goes_on("ORDER"):
        tokens.take("BY")
        tokens.name()
    limit = int(tokens.any()) if tokens.goes_on("LIMIT") else None
    if tokens.left:
        raise MalformedQueryError(f"unexpected token: {tokens.left[0]}")
    return Soql(tuple(fields), kind, wanted, limit)


def _conditions(tokens: "_Tokens") -> tuple[tuple[str, frozenset[str]], ...]:
    found = [_condition(tokens)]
    while tokens.goes_on("OR"):
        found.append(_condition(tokens))
    return tuple(found)


def _condition(tokens: "_Tokens") -> tuple[str, frozenset[str]]:
    name = tokens.name()
    if tokens.goes_on("="):
        return name, frozenset({tokens.text()})
    tokens.take("IN")
    tokens.take("(")
    values = {tokens.text()}
    while tokens.goes_on(","):
        values.add(tokens.text())
    tokens.take(")")
    return name, frozenset(values)


class _Tokens:
    def __init__(self, text: str) -> None:
        self.left: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise MalformedQueryError(f"unexpected sign at {at}")
            self.left.append(found[1])
            at = found.end()

    def any(self) -> str:
        if not self.left:
            raise MalformedQueryError("unexpected end")
        return self.left.pop(0)

    def goes_on(self, word: str) -> bool:
        is_next = bool(self.left) and self.left[0].upper() == word
        if is_next:
            self.left.pop(0)
        return is_next

    def take(self, word: str) -> None:
        if not self.goes_on(word):
            raise MalformedQueryError(f"expecting {word}")

    def name(self) -> str:
        found = self.any()
        if not found[0].isalpha():
            raise MalformedQueryError(f"unexpected token: {found}")
        return found

    def text(self) -> str:
        found = self.any()
        if not found.startswith("'"):
            raise MalformedQueryError(f"unexpected token: {found}")
        return _ESCAPE.sub(r"\1", found[1:-1]).lower()
