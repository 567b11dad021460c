"""Removal of what must not be in a log: the second line of defence.

The first is that nobody logs it. What is removed here has a form that tells what it is; names and
words have none, so exceptions of libraries, which may quote them, are logged without their message.
"""

import re
import traceback
from collections.abc import Collection, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

HIDDEN = "[hidden]"
# Shorter ones would be found in words that are none.
_SHORTEST_SECRET = 8
_FORMS = re.compile(
    r"(?P<scheme>\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}"
    r"|\bcrk_[\w-]{8,}"
    r"|(?P<before>://[^\s/:@]*:)[^\s/@]+(?=@)"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    # Telephones and cards; digits within an id, a version or a time are none.
    r"|(?<![\w.:-])(?:\+81[ -]?|0)\d{1,4}[ -]?\d{1,4}[ -]?\d{3,4}(?![\w.:-])"
    r"|(?<![\w.:-])\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}(?![\w.:-])",
    re.IGNORECASE,
)
_ROOT = "callrisk"
Line = MutableMapping[str, Any]


class Redactor:
    """Hides secrets and what looks like a token, an address or a number in the texts of a line."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        # The longest first, since one may be part of another.
        named = sorted((one for one in secrets if len(one) >= _SHORTEST_SECRET), key=len)
        self._secrets = tuple(reversed(named))

    def __call__(self, _logger: object, _method: str, line: Line) -> Line:
        """Return the line without them."""
        return {name: self._hidden(value) for name, value in line.items()}

    def text(self, text: str) -> str:
        """Return a text without them."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _FORMS.sub(_hide, text)

    def _hidden(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._hidden(one) for one in value]
        if isinstance(value, dict):
            return {name: self._hidden(one) for name, one in value.items()}
        return value


def _hide(match: re.Match[str]) -> str:
    return f"{match['scheme'] or match['before'] or ''}{HIDDEN}"


def bare_exceptions(_logger: object, _method: str, line: Line) -> Line:
    """Return a line whose exception is told by class and places, those of libraries without words.

    Their messages may quote a row, a text that was no number, or a field that was refused.
    """
    raised = line.pop("exc_info", None)
    if isinstance(raised, tuple) and raised[1] is not None:
        line["exception"] = [_told(error) for error in _chain(raised[1])]
    return line


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return an error and those that it came from."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        is_hidden = error.__suppress_context__
        error = error.__cause__ or (None if is_hidden else error.__context__)
    return chain


def _told(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    told: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
    if kind.__module__.split(".")[0] == _ROOT:
        told["message"] = str(error)
    elif isinstance(error, OSError):
        told["message"] = error.strerror or ""
    told["at"] = _places(error.__traceback__)
    return told


def _places(raised: TracebackType | None) -> list[str]:
    """Return file, line and function of each step, the last one where it was raised."""
    return [
        f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(raised)
    ]
