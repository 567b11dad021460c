"""Values in JSON by their path: names of members and places in lists, with dots between."""

from collections.abc import Mapping
from typing import Any

# What no JSON holds; null is a value.
MISSING: Any = object()


def value_at(content: Any, path: str) -> Any:
    """Return the value at a path, or MISSING; the empty path is the content itself."""
    for step in path.split(".") if path else ():
        if isinstance(content, Mapping):
            content = content.get(step, MISSING)
        elif isinstance(content, list) and step.isdecimal() and int(step) < len(content):
            content = content[int(step)]
        else:
            return MISSING
    return content


def values_at(content: Any, path: str) -> list[Any]:
    """Return the list at a path, one value as a list of it; ValueError where nothing is there."""
    value = value_at(content, path)
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        return [value]
    raise ValueError("no records at their path")
