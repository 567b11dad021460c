"""Single faults that can be planted into a source file: one small change of its text each.

For Python the syntax tree is changed and the smallest expression around the change is written anew;
for JavaScript a token is swapped. What no test could notice is left out where that is plain from
the text: annotations, decorators, patterns, texts, log lines, `strict` and `encoding`.
"""

import ast
import copy
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

SWAPPED_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SWAPPED_CALLS = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum"}
# Calls in which a dropped keyword argument or another number is no fault for a test to see.
IMMATERIAL_CALLS = {"dataclass", "field", "getLogger", "warning", "info", "exception", "debug"}
IMMATERIAL_KEYWORDS = {"strict", "encoding", "daemon", "ensure_ascii", "ja", "en", "message"}
NEGATIONS: dict[str, ast.unaryop] = {"bool": ast.Not(), "int": ast.USub(), "float": ast.USub()}
SWAPPED_TOKENS = {
    " < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " === ": " !== ",
    " !== ": " === ", " && ": " || ", " || ": " && ", " ?? ": " && ", " + ": " - ",
    " - ": " + ", "Math.min(": "Math.max(", "Math.max(": "Math.min(", "(!": "(",
}  # fmt: skip
_TOKEN = re.compile("|".join(map(re.escape, sorted(SWAPPED_TOKENS, key=len, reverse=True))))


@dataclass(frozen=True, slots=True)
class Fault:
    """One change: the bytes from `begin` to `end` of a file, `old`, become `new`."""

    path: Path
    kind: str
    line: int
    begin: int
    end: int
    old: str
    new: str

    def __str__(self) -> str:
        """Return where it is and what it changes, on one line."""
        old, new = (" ".join(text.split())[:90] for text in (self.old, self.new))
        return f"{self.path.as_posix()}:{self.line}: {self.kind}: {old} → {new}"

    def planted(self, source: bytes) -> bytes:
        """Return the source with this fault."""
        return source[: self.begin] + self.new.encode() + source[self.end :]


def sample(faults: Iterable[Fault], count: int, rng: random.Random) -> list[Fault]:
    """Return so many faults by chance, as evenly of all kinds as there are."""
    by_kind: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_kind[fault.kind.partition(":")[0]].append(fault)
    kinds = [rng.sample(found, min(count, len(found))) for found in by_kind.values()]
    rng.shuffle(kinds)
    rounds = (fault for turn in zip_longest(*kinds) for fault in turn if fault is not None)
    return [fault for fault, _ in zip(rounds, range(count), strict=False)]


def faults_in_python(path: Path, source: bytes) -> list[Fault]:
    """Return the faults that can be planted into a Python file."""
    tree = ast.parse(source)
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node in _material(tree):
        for kind, place, new in _changes(node):
            begin = starts[place.lineno - 1] + place.col_offset
            end = starts[(place.end_lineno or 1) - 1] + (place.end_col_offset or 0)
            old = source[begin:end].decode()
            found.append(Fault(path, kind, place.lineno, begin, end, old, new))
    return found


def _material(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes whose change is a change of what the program does."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params", "bases", "pattern"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_immaterial(child):
                yield child
                yield from _material(child)


def _is_immaterial(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Call):
        return _called(node) in IMMATERIAL_CALLS
    # Before Python 3.12 the parts of an f-string do not know their place.
    return isinstance(node, (ast.JoinedStr, ast.Raise))


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


Change = tuple[str, ast.expr, str]


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield (kind, the expression that is replaced, its new text)."""
    for of_kind in _KINDS:
        yield from of_kind(node)


def _anew(kind: str, place: ast.expr, changed: ast.AST) -> Change:
    return kind, place, f"({ast.unparse(changed)})"


def _comparisons(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Compare):
        return
    for n, operator in enumerate(node.ops):
        changed = copy.deepcopy(node)
        changed.ops[n] = SWAPPED_COMPARISONS[type(operator)]()
        is_boundary = isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
        yield _anew("boundary" if is_boundary else "equality", node, changed)


def _logic(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        changed = copy.deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _anew("and/or", node, changed)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _anew("not dropped", node, node.operand)


def _sums(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        if any(_is_text(side) for side in (node.left, node.right)):
            return
        changed = copy.deepcopy(node)
        changed.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield _anew("plus/minus", node, changed)


def _is_text(node: ast.expr) -> bool:
    is_constant = isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
    return is_constant or isinstance(node, (ast.JoinedStr, ast.List, ast.Tuple))


def _calls(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Call):
        return
    if _called(node) in SWAPPED_CALLS and isinstance(node.func, (ast.Name, ast.Attribute)):
        old = _called(node)
        written = ast.unparse(node.func).removesuffix(old) + SWAPPED_CALLS[old]
        yield "min/max", node.func, written
    for n, keyword in enumerate(node.keywords):
        if keyword.arg is not None and keyword.arg not in IMMATERIAL_KEYWORDS:
            changed = copy.deepcopy(node)
            del changed.keywords[n]
            yield _anew(f"keyword dropped: {keyword.arg}", node, changed)


def _constants(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for step in (1, -1):
            yield "constant", node, f"({node.value + step!r})"


def _returns(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.FunctionDef) or not isinstance(node.returns, ast.Name):
        return
    negation = NEGATIONS.get(node.returns.id)
    for inner in ast.walk(node) if negation is not None else ():
        if isinstance(inner, ast.Return) and inner.value is not None:
            yield _anew("return negated", inner.value, ast.UnaryOp(negation, inner.value))


def _branches(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If) and not node.orelse:
        yield "branch skipped", node.test, "False"


_KINDS: Sequence[Callable[[ast.AST], Iterator[Change]]] = (
    _comparisons, _logic, _sums, _calls, _constants, _returns, _branches,
)  # fmt: skip


def faults_in_javascript(path: Path, source: bytes) -> list[Fault]:
    """Return the faults that can be planted into a JavaScript file, outside texts and comments."""
    found, start = [], 0
    for number, raw in enumerate(source.splitlines(keepends=True), 1):
        line = raw.decode()
        code = re.split(r"(?:^|\s)(?://|/?\*)", line)[0]
        for match in _TOKEN.finditer(code):
            before = code[: match.start()]
            if any(before.count(mark) % 2 for mark in "\"'`"):
                continue
            begin = start + len(before.encode())
            old = match.group()
            end = begin + len(old.encode())
            new = SWAPPED_TOKENS[old]
            found.append(Fault(path, f"token {old.strip()}", number, begin, end, old, new))
        start += len(raw)
    return found
