"""The syntax of the query language: text in, conditions, order and limit out."""

from dataclasses import dataclass
from typing import Literal

from kintone_stand_in.api.refusals import refused
from kintone_stand_in.query_language.tokens import Token, bad_query, tokens_of

Operator = Literal[
    "=", "!=", ">", "<", ">=", "<=",
    "in", "not in", "like", "not like", "is empty", "is not empty",
]  # fmt: skip
_SYMBOLS: dict[str, Operator] = {"=": "=", "!=": "!=", ">": ">", "<": "<", ">=": ">=", "<=": "<="}
MOST_RECORDS, USUAL_RECORDS = 500, 100
# Deeper parentheses are nobody's condition, and each level takes room on the stack.
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of a field with literals; there are none for `is empty`."""

    code: str
    operator: Operator
    literals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """A condition that holds when every part does."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A condition that holds when some part does."""

    parts: tuple["Condition", ...]


Condition = Comparison | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Query:
    """A condition, an order as pairs of field code and descending, and a limit."""

    condition: Condition | None = None
    order: tuple[tuple[str, bool], ...] = ()
    limit: int = USUAL_RECORDS


def query_of(text: str) -> Query:
    """Return the query of a text; RefusedError for a syntax error."""
    parser = _Parser(list(tokens_of(text)))
    query = Query(parser.condition(), parser.order(), parser.limit())
    parser.end()
    return query


class _Parser:
    """A recursive-descent parser with a method for each part of the language."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def condition(self) -> Condition | None:
        if self._next.kind == "end" or self._next.is_word("limit"):
            return None
        if self._next.is_word("order") and self._tokens[self._at + 1].is_word("by"):
            return None
        return self._any_of()

    def order(self) -> tuple[tuple[str, bool], ...]:
        if not self._skip_word("order"):
            return ()
        self._expect_word("by")
        order = [self._ordering()]
        while self._skip_symbol(","):
            order.append(self._ordering())
        return tuple(order)

    def limit(self) -> int:
        if not self._skip_word("limit"):
            return USUAL_RECORDS
        limit = self._whole_number()
        if limit > MOST_RECORDS:
            raise refused("GAIA_QU01")
        return limit

    def end(self) -> None:
        if self._next.kind != "end":
            raise bad_query()

    def _any_of(self) -> Condition:
        parts = [self._all_of()]
        while self._skip_word("or"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self) -> Condition:
        parts = [self._part()]
        while self._skip_word("and"):
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _part(self) -> Condition:
        if not self._skip_symbol("("):
            return self._comparison()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise bad_query()
        inner = self._any_of()
        self._expect_symbol(")")
        self._depth -= 1
        return inner

    def _comparison(self) -> Comparison:
        code, operator = self._word(), self._operator()
        if operator in {"is empty", "is not empty"}:
            return Comparison(code, operator, ())
        if operator in {"in", "not in"}:
            return Comparison(code, operator, self._list())
        return Comparison(code, operator, (self._literal(),))

    def _operator(self) -> Operator:
        if self._next.kind == "symbol":
            operator = _SYMBOLS.get(self._take().value)
            if operator is None:
                raise bad_query()
            return operator
        if self._skip_word("is"):
            is_negated = self._skip_word("not")
            self._expect_word("empty")
            return "is not empty" if is_negated else "is empty"
        is_negated = self._skip_word("not")
        if self._skip_word("in"):
            return "not in" if is_negated else "in"
        self._expect_word("like")
        return "not like" if is_negated else "like"

    def _list(self) -> tuple[str, ...]:
        self._expect_symbol("(")
        literals = [self._literal()]
        while self._skip_symbol(","):
            literals.append(self._literal())
        self._expect_symbol(")")
        return tuple(literals)

    def _literal(self) -> str:
        token = self._take()
        if token.kind not in {"text", "number"}:
            raise bad_query()
        return token.value

    def _ordering(self) -> tuple[str, bool]:
        code = self._word()
        if self._skip_word("asc"):
            return code, False
        return code, self._skip_word("desc")

    def _whole_number(self) -> int:
        token = self._take()
        if token.kind != "number" or not token.value.isdigit():
            raise bad_query()
        return int(token.value[:9])

    def _word(self) -> str:
        token = self._take()
        if token.kind != "word":
            raise bad_query()
        return token.value

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        if token.kind != "end":
            self._at += 1
        return token

    def _skip_word(self, word: str) -> bool:
        is_next = self._next.is_word(word)
        self._at += is_next
        return is_next

    def _skip_symbol(self, symbol: str) -> bool:
        is_next = self._next == Token("symbol", symbol)
        self._at += is_next
        return is_next

    def _expect_word(self, word: str) -> None:
        if not self._skip_word(word):
            raise bad_query()

    def _expect_symbol(self, symbol: str) -> None:
        if not self._skip_symbol(symbol):
            raise bad_query()
