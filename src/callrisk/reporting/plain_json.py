"""Conversion of dataclasses to strict JSON values and back: NaN becomes null."""

from dataclasses import fields, is_dataclass
from enum import StrEnum
from math import isfinite, nan
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


def to_plain(value: Any) -> Any:
    """Return dataclasses as objects and tuples as arrays, NaN and infinity as null.

    >>> to_plain({"auc": (0.7, float("nan"))})
    {'auc': [0.7, None]}
    """
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def from_plain(kind: Any, value: Any) -> Any:
    """Return the value of this type; raise KeyError, TypeError or ValueError if there is none.

    null is None where None is allowed, and NaN where the type is float.
    """
    origin, inside = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return None if value is None else from_plain(inside[0], value)
    if origin is tuple:
        return tuple(from_plain(inside[0], item) for item in value)
    if origin is dict:
        return {key: from_plain(inside[1], item) for key, item in value.items()}
    return _whole(kind, value) if is_dataclass(kind) else _single(kind, value)


def _whole(kind: Any, value: Any) -> Any:
    types = get_type_hints(kind)
    return kind(**{field.name: from_plain(types[field.name], value[field.name])
                   for field in fields(kind)})  # fmt: skip


def _single(kind: Any, value: Any) -> Any:
    if kind is float:
        return nan if value is None else float(value)
    if issubclass(kind, StrEnum):
        return kind(value)
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
