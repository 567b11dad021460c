"""The form of an app: its fields with what they take, and the values of calculated ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from callrisk.integrations.kintone.values import moment_of, whole_number

_HOURS = re.compile(r"(-?)(\d{1,6}):([0-5]\d)")
_MINUTES = 60
# What is computed as a time of day or a span comes as 49:30.
SPANS = frozenset({"TIME", "HOUR_MINUTE", "DAY_HOUR_MINUTE"})


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of an app's form; `options` in the order that the form shows them.

    `format` is how a calculated field is shown, `inner` are the codes of the fields of a table,
    `copies` those that a lookup fills; `is_computed` says that Kintone writes it by a formula.
    """

    code: str
    type: str
    label: str
    unique: bool
    required: bool
    options: tuple[str, ...]
    has_default: bool = False
    format: str = ""
    inner: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    is_computed: bool = False
    shortest: int | None = None
    longest: int | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None

    @property
    def kind(self) -> str:
        """Return the type, and for a calculated field how it is shown: CALC:DATE."""
        is_plain = self.type != "CALC" or self.format in ("", "NUMBER", "NUMBER_DIGIT")
        return self.type if is_plain else f"{self.type}:{self.format}"


def fields_from(properties: Mapping[str, Any]) -> dict[str, FormField]:
    """Return the fields of a form by code; those inside a table are named by their table."""
    return {code: _form_field(code, told) for code, told in properties.items()}


def typed(value: Any, field: FormField | None) -> Any:
    """Return a value of a record as its field is shown: dates and spans of calculated fields."""
    if field is None or field.type != "CALC" or not isinstance(value, str):
        return value
    try:
        if field.format == "DATE":
            return date.fromisoformat(value[:10])
        if field.format == "DATETIME":
            return moment_of(value)
    except ValueError:
        return value
    return _hours(value) if field.format in SPANS else value


def _hours(text: str) -> Decimal | str:
    """Return a span in hours: 49:30 is 49.5."""
    match = _HOURS.fullmatch(text)
    if match is None:
        return text
    minutes = int(match[2]) * _MINUTES + int(match[3])
    return Decimal(-minutes if match[1] else minutes) / _MINUTES


def _form_field(code: str, told: Mapping[str, Any]) -> FormField:
    options = told.get("options") or {}
    in_order = sorted(options, key=lambda name: whole_number(options[name]["index"]))
    default = told.get("defaultValue")
    return FormField(
        code=code,
        type=str(told["type"]),
        label=str(told.get("label") or code),
        unique=told.get("unique") in (True, "true"),
        required=told.get("required") in (True, "true"),
        options=tuple(in_order),
        has_default=bool(default) or told.get("defaultNowValue") in (True, "true"),
        format=str(told.get("format") or ""),
        inner=tuple(told.get("fields") or ()),
        copies=tuple(one["field"] for one in (told.get("lookup") or {}).get("fieldMappings", ())),
        is_computed=bool(told.get("expression")),
        shortest=_limit(told.get("minLength")),
        longest=_limit(told.get("maxLength")),
        lowest=_number(told.get("minValue")),
        highest=_number(told.get("maxValue")),
    )


def _limit(told: object) -> int | None:
    number = _number(told)
    return None if number is None else int(number)


def _number(told: object) -> Decimal | None:
    try:
        number = Decimal(str(told))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
