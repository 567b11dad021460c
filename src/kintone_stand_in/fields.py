"""The fields of an app: types, limits, options and default values."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

StoredValue = str | list[str] | dict[str, str] | None

# What one may define; system fields come with every app.
_EMPTY: dict[str, StoredValue] = {
    "SINGLE_LINE_TEXT": "",
    "MULTI_LINE_TEXT": "",
    "LINK": "",
    "NUMBER": "",
    "DATE": None,
    "DATETIME": "",
    "DROP_DOWN": None,
    "RADIO_BUTTON": None,
    "CHECK_BOX": [],
}
_UNIQUE_TYPES = {"SINGLE_LINE_TEXT", "NUMBER", "LINK", "DATE", "DATETIME"}
UPDATE_KEY_TYPES = {"SINGLE_LINE_TEXT", "NUMBER"}
CHOICES = {"DROP_DOWN", "RADIO_BUTTON", "CHECK_BOX"}
# Kintone takes no longer value for a field that forbids duplicates.
LONGEST_UNIQUE = 64


@dataclass(frozen=True, slots=True)
class Field:
    """A field as the maker of an app defines it."""

    type: str
    label: str = ""
    unique: bool = False
    required: bool = False
    options: tuple[str, ...] = ()
    default: str | tuple[str, ...] = ""
    max_length: int | None = None
    min_value: Decimal | int | None = None
    max_value: Decimal | int | None = None

    def __post_init__(self) -> None:
        if self.type not in _EMPTY:
            raise ValueError(f"{self.type} is none of {', '.join(_EMPTY)}")
        if self.unique and self.type not in _UNIQUE_TYPES:
            raise ValueError(f"{self.type} cannot forbid duplicates")
        if (self.type in CHOICES) != bool(self.options):
            raise ValueError(f"options are for {', '.join(sorted(CHOICES))}, and needed there")

    @property
    def longest(self) -> int | None:
        """Return the maximal number of characters, or None where there is no limit."""
        limits = [self.max_length, LONGEST_UNIQUE if self.unique else None]
        return min((limit for limit in limits if limit is not None), default=None)

    def empty(self) -> StoredValue:
        """Return the value of an empty field."""
        return [] if self.type == "CHECK_BOX" else _EMPTY[self.type]

    def unfilled(self) -> StoredValue:
        """Return the value in a new record for which none was sent."""
        if self.type == "RADIO_BUTTON":
            return str(self.default or self.options[0])
        if self.type == "CHECK_BOX":
            return list(self.default)
        return str(self.default) if self.default else self.empty()

    def properties(self, code: str) -> dict[str, Any]:
        """Return the properties of the field as the form API renders them."""
        properties: dict[str, Any] = {
            "type": self.type,
            "code": code,
            "label": self.label or code,
            "noLabel": False,
            "required": self.required,
            "defaultValue": list(self.default) if self.type == "CHECK_BOX" else self.default,
        }
        if self.type in _UNIQUE_TYPES:
            properties["unique"] = self.unique
        return properties | self._properties_of_type()

    def _properties_of_type(self) -> dict[str, Any]:
        if self.type in CHOICES:
            choices = enumerate(self.options)
            return {"options": {name: {"label": name, "index": str(i)} for i, name in choices}}
        if self.type == "NUMBER":
            limits = {
                "minValue": _limit_text(self.min_value),
                "maxValue": _limit_text(self.max_value),
            }
            shown = {"digit": False, "displayScale": "", "unit": "", "unitPosition": "BEFORE"}
            return limits | shown
        if self.type in {"SINGLE_LINE_TEXT", "LINK"}:
            lengths = {"minLength": "", "maxLength": _limit_text(self.max_length)}
            extra = {"protocol": "WEB"} if self.type == "LINK" else {"expression": ""}
            return lengths | extra
        return {"defaultNowValue": False} if self.type in {"DATE", "DATETIME"} else {}


def _limit_text(limit: object) -> str:
    """Return a limit as text, "" where there is none."""
    return "" if limit is None else str(limit)
