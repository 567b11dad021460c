"""The customer's record in our words, and the fields of it that a model may learn from."""

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


def normal_id(text: str) -> str | None:
    """A customer's id as it is compared: full width folded, without blanks around it.

    None where it can be nobody's: empty, too long, or with characters that cannot be seen.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    # Cc, Cf, Co, Cn and Cs: controls, invisible marks, and what is no character.
    unseen = any(unicodedata.category(character).startswith("C") for character in folded)
    return None if not folded or len(folded) > _LONGEST_ID or unseen else folded


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
