"""The fields of a JSON object of AWS, each checked when it is read."""

import math
import re
from collections.abc import Mapping
from typing import Any

_LONGEST_ID = 256
_LONGEST_TEXT = 100_000
# A call of a day is not a call, and the database's integers end somewhere.
_LONGEST_MS = 86_400_000
# No address leads to a call of such an id, and some forge lines of a log; those of AWS are UUIDs.
_NOT_ADDRESSABLE = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029]|\A\s*\.{0,2}\s*\Z")


def storable(value: str) -> str:
    """Return a text that every database can hold; UnicodeEncodeError if it is none."""
    # Half a surrogate pair is JSON, but no text.
    value.encode("utf-8")
    return value.replace("\0", " ")


def addressable(value: str) -> str:
    """Return the id of a contact as it is; ValueError where no address can hold it."""
    if _NOT_ADDRESSABLE.search(value):
        raise ValueError("the id of a contact must be able to stand in an address")
    return value


def _milliseconds(value: Any) -> int:
    """Return a number, which a service on the way may have written as 1000.0 or as a text."""
    if isinstance(value, str):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("offsets must be numbers")
    if not math.isfinite(value):
        raise ValueError("offsets must be finite")
    return round(value)


class EventFields:
    """The fields of an object in any casing of their names, each checked when it is read."""

    def __init__(self, found: Any) -> None:
        if not isinstance(found, Mapping):
            raise TypeError("expected an object")
        self._values = {str(name).lower(): value for name, value in found.items()}

    @property
    def names(self) -> frozenset[str]:
        """Return all names, in lower case."""
        return frozenset(self._values)

    def get(self, name: str, otherwise: Any = None) -> Any:
        """Return a field as it is."""
        return self._values.get(name.lower(), otherwise)

    def text(self, name: str) -> str:
        """Return a text that is not empty and that every database can hold."""
        value = self._values[name.lower()]
        if not isinstance(value, str) or not value:
            raise TypeError(f"{name} must be a text that is not empty")
        value.encode("utf-8")
        return value

    def id(self, name: str) -> str:
        """Return a text that may be a key."""
        value = self.text(name)
        if len(value) > _LONGEST_ID or "\0" in value:
            raise ValueError(f"{name} must have 1 to {_LONGEST_ID} characters")
        return value

    def spoken(self, name: str) -> str:
        """Return the words that were spoken, in one line."""
        value = self.text(name)
        if len(value) > _LONGEST_TEXT:
            raise ValueError(f"{name} has more than {_LONGEST_TEXT} characters")
        return " ".join(value.replace("\0", " ").splitlines())

    def offsets(self) -> tuple[int, int]:
        """Return begin and end in milliseconds from the start of the call."""
        begin, end = self.get("BeginOffsetMillis"), self.get("EndOffsetMillis")
        begin, end = _milliseconds(begin), _milliseconds(end)
        if not 0 <= begin <= end <= _LONGEST_MS:
            raise ValueError("offsets must rise from 0 and stay within a day")
        return begin, end

    def child(self, name: str) -> "EventFields | None":
        """Return an object inside, None where there is none."""
        value = self.get(name)
        return None if value is None else EventFields(value)

    def items(self, name: str) -> list[Any]:
        """Return a list of anything."""
        value = self._values[name.lower()]
        if not isinstance(value, list):
            raise TypeError(f"{name} must be a list")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self._values[name.lower()]
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise TypeError(f"{name} must be a list of texts")
        return [storable(one)[:_LONGEST_ID] for one in value]
