"""The customer's record in our words, and the fields of it that a model may learn from."""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

# Japan has had no summer time since 1951, so a fixed offset needs no time zone database.
JST = timezone(timedelta(hours=9), "JST")

_LONGEST_ID = 64  # longer keys cannot be looked up in Kintone

FieldValue = float | str | date | None


class FieldKind(StrEnum):
    """How a field of the record enters the model."""

    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class CustomerField:
    """One declared field of the customer record; `column` is its name where the record is kept.

    `live` says that the record changes over time: an export may hold another value at each call.
    """

    name: str
    column: str
    kind: FieldKind
    label: str
    label_en: str
    unit: str = ""
    unit_en: str = ""
    sign: int = 0
    choices: tuple[str, ...] = ()
    zero_is_missing: bool = False
    live: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer record; `values` by field name, None where the record is blank."""

    customer_id: str
    name: str | None = None
    phone: str | None = None
    values: Mapping[str, FieldValue] = field(default_factory=dict)
    as_of: datetime | None = None


class SearchState(StrEnum):
    """How the search for the customer of a call stands."""

    NOBODY = "nobody"  # neither an id nor a telephone number is known
    SEARCHING = "searching"
    FOUND = "found"
    NOT_FOUND = "not_found"
    SEVERAL = "several"  # the agent chooses
    UNREACHABLE = "unreachable"


def normal_id(text: str) -> str | None:
    """A customer's id as it is compared: full width folded, without blanks around it.

    None where it can be nobody's: empty, too long, or with characters that cannot be seen.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    # Cc, Cf, Co, Cn and Cs: controls, invisible marks, and what is no character.
    unseen = any(unicodedata.category(character).startswith("C") for character in folded)
    return None if not folded or len(folded) > _LONGEST_ID or unseen else folded


def canonical_id(text: str) -> str:
    """An id as it is kept: as it is compared, or as it is written where it can be nobody's."""
    return normal_id(text) or text


def written_number(text: str) -> float | None:
    """A number as people type it: 1234, 1,234 or １，２３４; None for anything else."""
    try:
        found = float(text)
    except ValueError:
        found = _loose_number(text)
    return found if math.isfinite(found) else None


def _loose_number(text: str) -> float:
    try:
        return float(unicodedata.normalize("NFKC", text).replace(",", ""))
    except ValueError:
        return math.nan


def masked_phone(phone: str | None) -> str | None:
    """All but the last four digits hidden; None stays None."""
    if phone is None:
        return None
    digits = sum(character.isdigit() for character in phone)
    return _hide_digits(phone, digits - 4)


def _hide_digits(phone: str, how_many: int) -> str:
    hidden = 0
    characters = []
    for character in phone:
        hide = character.isdigit() and hidden < how_many
        hidden += hide
        characters.append("•" if hide else character)
    return "".join(characters)


# Shorter than any telephone number of Japan with its area code.
_FEWEST_DIGITS = 9
_JAPAN, _LONGEST_DOMESTIC = "81", 11


def domestic_digits(written: str | None) -> str | None:
    """A telephone number of Japan as its domestic digits, however it is written; else None."""
    digits = _digits(written)
    # A cell that holds a number has lost the zero that every domestic number begins with.
    return digits if digits is None or digits.startswith("0") else f"0{digits}"


def phone_digits(written: str | None) -> str | None:
    """A telephone number that tells who is one person; None for a blank or a placeholder."""
    digits = _digits(written)
    if digits is None or len(set(digits)) == 1 or digits.startswith("000"):
        return None
    return domestic_digits(digits)


def _digits(written: str | None) -> str | None:
    if written is None:
        return None
    # Text that was a figure once still bears its .0, which is no digit of the number.
    plain = unicodedata.normalize("NFKC", written).strip().removesuffix(".0")
    digits = "".join(one for one in plain if one.isascii() and one.isdigit())
    if plain.startswith("+") and not digits.startswith(_JAPAN):
        return None  # abroad; without its plus it might be somebody's number here
    if digits.startswith(_JAPAN) and ("+" in plain or len(digits) > _LONGEST_DOMESTIC):
        digits = digits.removeprefix(_JAPAN).removeprefix("0")
    return digits if len(digits) >= _FEWEST_DIGITS else None
